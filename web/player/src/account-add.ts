/** “Add music from…”: where from, what the host or the user has to say about it, signing in. */
import type {
  Account,
  Core,
  DriveDescription,
  DriveKind,
  NewAccount,
} from "@music-platform-core/web";
import { ask, openDialog } from "./dialogs.ts";
import { h } from "./dom.ts";
import { type DriveClient, driveClients } from "./drives.ts";
import { explain, isAbort } from "./remedies.ts";
import { toast } from "./toasts.ts";

/** What the dialog needs of the page. */
export interface AddMusic {
  core: Core;
  /** Opens the browser's chooser. */
  choose(what: "files" | "folder"): void;
  /** Is told of an account that was added. */
  added(account: Account): void;
}

/** Asks where music is to come from, and sees to it. */
export async function addMusic(host: AddMusic): Promise<void> {
  const kinds = await host.core.accounts.kinds();
  const clients = await driveClients();
  const entry = (label: string, run: () => void): HTMLElement =>
    h(
      "button",
      {
        type: "button",
        class: "menu-entry",
        on: {
          click: () => {
            dialog.close();
            run();
          },
        },
      },
      label,
    );
  const dialog = openDialog(
    "Add music from…",
    h(
      "div",
      { class: "menu" },
      entry("A folder on this device", () => host.choose("folder")),
      entry("Files on this device", () => host.choose("files")),
      ...kinds.map((kind) =>
        entry(kind.name, () => void addAccount(host, kind, clients[kind.kind])),
      ),
      entry("Manage accounts", () => {
        location.hash = "#/accounts";
      }),
    ),
    h(
      "form",
      { method: "dialog", class: "dialog-actions" },
      h("button", { class: "button" }, "Close"),
    ),
  );
}

/** Signs in again to an account whose sign-in has ended. */
export async function signInAgain(host: AddMusic, { provider }: Account): Promise<void> {
  const kind = (await host.core.accounts.kinds()).find((known) => known.kind === provider);
  if (kind?.sign_in === "provider") {
    await signIn(host, kind, { kind: kind.kind });
  } else if (kind) {
    await addAccount(host, kind, undefined);
  }
}

/** Asks for what is needed to reach a drive of this kind, and signs in. */
async function addAccount(
  host: AddMusic,
  kind: DriveDescription,
  client: DriveClient | undefined,
): Promise<void> {
  const fields = FIELDS[kind.sign_in].filter(({ name }) => name !== "client_id" || !client);
  const inputs = fields.map((field) => ({ field, input: inputFor(field) }));
  const given = await ask(
    kind.name,
    kind.sign_in === "provider" ? "Sign in" : "Add",
    (): NewAccount => {
      const filled = inputs.filter(({ input }) => input.value.trim() !== "");
      const typed = filled.map(({ field, input }) => [field.name, input.value.trim()]);
      return { kind: kind.kind, ...client, ...Object.fromEntries(typed) };
    },
    kind.sign_in === "provider" &&
      h("p", {}, `${kind.name} asks you whether this player may read your files.`),
    ...inputs.map(({ field, input }) => h("label", {}, field.label, input)),
  );
  if (given) {
    await signIn(host, kind, given);
  }
}

/** What is asked for, by how a kind is signed in to. */
const FIELDS: Record<DriveDescription["sign_in"], readonly Field[]> = {
  provider: [
    { name: "client_id", label: "Client id, as you have registered it with the provider" },
    { name: "root", label: "Only this folder, by its id (optional)", optional: true },
  ],
  password: [
    { name: "url", label: "Address", type: "url" },
    { name: "user", label: "Name", autocomplete: "username", optional: true },
    {
      name: "password",
      label: "Password",
      type: "password",
      autocomplete: "current-password",
      optional: true,
    },
    { name: "root", label: "Only this folder (optional)", optional: true },
  ],
};

interface Field {
  name: Exclude<keyof NewAccount, "kind" | "addresses">;
  label: string;
  type?: string;
  optional?: boolean;
  autocomplete?: AutoFill;
}

function inputFor({ type = "text", optional = false, autocomplete = "off" }: Field) {
  return h("input", { type, class: "field", required: !optional, autocomplete, maxLength: 2000 });
}

/** Signs in, and says what it waits for; the user can give up, or go on in this tab. */
async function signIn(host: AddMusic, kind: DriveDescription, account: NewAccount): Promise<void> {
  const controller = new AbortController();
  const { signal } = controller;
  // First of all: only a click may open a window.
  const added = host.core.accounts.add(account, { signal });
  const said = h("p", { attrs: { role: "status" } }, waitingFor(kind));
  const again = h("button", { type: "button", class: "button primary", hidden: true }, "Try again");
  const inTab = h("button", { type: "button", class: "button" }, "Continue in this tab");
  inTab.hidden = kind.sign_in !== "provider";
  const leave = (): void => {
    controller.abort();
    said.textContent = `Going to ${kind.name}…`;
    host.core.accounts.add(account, { via: "tab" }).catch((error: unknown) => failed(error));
  };
  inTab.addEventListener("click", leave);
  again.addEventListener("click", () => {
    dialog.close();
    void signIn(host, kind, account);
  });
  const dialog = openDialog(
    `Sign in to ${kind.name}`,
    said,
    h(
      "div",
      { class: "dialog-actions" },
      h(
        "button",
        { type: "button", class: "button", on: { click: () => dialog.close() } },
        "Cancel",
      ),
      inTab,
      again,
    ),
  );
  dialog.addEventListener("close", () => controller.abort());
  const failed = (error: unknown): void => {
    const { message, remedy } = explain(error);
    said.textContent = remedy ? `${message} ${remedy}` : message;
    said.classList.add("warning");
    again.hidden = false;
  };
  try {
    const signedIn = await added;
    dialog.close();
    welcome(kind.name, signedIn);
    host.added(signedIn);
  } catch (error) {
    if (!isAbort(error)) {
      failed(error);
    }
  }
}

function waitingFor({ name, sign_in }: DriveDescription): string {
  return sign_in === "provider"
    ? `Sign in in the window that has opened. This goes on by itself when ${name} sends you back.`
    : `Asking ${name}…`;
}

/** Says whose account was added. */
export function welcome(name: string, { label }: Account): void {
  toast({
    key: "account",
    title: label ? `${label} is signed in to ${name}` : `Signed in to ${name}`,
    text: "Names come first, then what the files say about themselves.",
  });
}

/** What people call a kind of drive. */
export function nameOf(kinds: readonly DriveDescription[], provider: DriveKind | string): string {
  return kinds.find(({ kind }) => kind === provider)?.name ?? provider;
}
