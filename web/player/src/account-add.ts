/** “Add music from…”: where from, what the host or the user has to say about it, signing in. */
import type {
  Account,
  Core,
  DriveDescription,
  DriveKind,
  NewAccount,
} from "@music-platform-core/web";
import { button, closing, menuEntry } from "./buttons.ts";
import { ask, openDialog } from "./dialogs.ts";
import { h } from "./dom.ts";
import { type DriveClient, type DriveClients, driveClients } from "./drives.ts";
import { filterFields } from "./mirror-filter.ts";
import { inWords, isAbort, type Remedies, SERVER } from "./remedies.ts";
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
  openDialog(
    "Add music from…",
    h(
      "div",
      { class: "menu" },
      menuEntry("A folder on this device", () => host.choose("folder")),
      menuEntry("Files on this device", () => host.choose("files")),
      ...kinds.map((kind) => menuEntry(kind.name, () => addAccount(host, kind))),
      menuEntry("Manage accounts", () => {
        location.hash = "#/accounts";
      }),
    ),
    closing(),
  );
}

/** Signs in again to an account of this kind whose sign-in has ended. Belongs into a click. */
export function signInAgain(host: AddMusic, kind: DriveDescription): Promise<void> {
  return kind.sign_in === "provider"
    ? signIn(host, kind, { kind: kind.kind })
    : askAndSignIn(host, kind, undefined);
}

async function addAccount(host: AddMusic, kind: DriveDescription): Promise<void> {
  // Only a client of the host's own can be set up for it; a password is the user's.
  const clients: DriveClients = kind.sign_in === "provider" ? await driveClients() : {};
  await askAndSignIn(host, kind, clients[kind.kind]);
}

/** Asks for what is needed to reach a drive of this kind, and signs in. */
async function askAndSignIn(
  host: AddMusic,
  kind: DriveDescription,
  client: DriveClient | undefined,
  typed: Partial<NewAccount> = {},
): Promise<void> {
  const fields = FIELDS[kind.sign_in].filter(({ name }) => name !== "client_id" || !client);
  const inputs = fields.map((field) => ({ field, input: inputFor(field, typed[field.name]) }));
  const files = filterFields(typed.filter);
  const given = await ask(
    kind.name,
    kind.sign_in === "provider" ? "Sign in" : "Add",
    (): NewAccount => {
      const values = inputs.map(({ field, input }) => [field, input.value] as const);
      const filter = files.read();
      return { kind: kind.kind, ...client, ...filledIn(values), ...(filter && { filter }) };
    },
    kind.sign_in === "provider" &&
      h("p", {}, `${kind.name} asks you whether this player may read your files.`),
    ...inputs.map(({ field, input }) => h("label", {}, field.label, input)),
    h("details", {}, h("summary", {}, "Which files (optional)"), ...files.elements),
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

/** A field of the form. */
export interface Field {
  name: Exclude<keyof NewAccount, "kind" | "addresses" | "filter">;
  label: string;
  type?: string;
  optional?: boolean;
  autocomplete?: AutoFill;
}

/** What was typed into fields, without those that were left empty. */
export function filledIn(typed: readonly (readonly [Field, string])[]): Partial<NewAccount> {
  const values = typed
    // A password may begin and end with spaces; anywhere else they came with a pasted text.
    .map(([{ name, type }, text]) => [name, type === "password" ? text : text.trim()] as const)
    .filter(([, text]) => text !== "");
  return Object.fromEntries(values);
}

function inputFor(
  { type = "text", optional = false, autocomplete = "off" }: Field,
  value = "",
): HTMLInputElement {
  const required = !optional;
  return h("input", { type, class: "field", value, required, autocomplete, maxLength: 2000 });
}

/** Signs in, and says what it waits for; the user can give up, or go on in this tab. */
async function signIn(host: AddMusic, kind: DriveDescription, account: NewAccount): Promise<void> {
  const controller = new AbortController();
  const { signal } = controller;
  // First of all: only a click may open a window.
  const added = host.core.accounts.add(account, { signal });
  const said = h("p", { attrs: { role: "status" } }, waitingFor(kind));
  const again = button(
    "primary",
    () => {
      dialog.close();
      // What was typed may be what was wrong.
      return kind.sign_in === "password"
        ? askAndSignIn(host, kind, undefined, account)
        : signIn(host, kind, account);
    },
    "Try again",
  );
  again.hidden = true;
  const inTab = button(
    "",
    () => {
      controller.abort();
      said.textContent = `Going to ${kind.name}…`;
      host.core.accounts.add(account, { via: "tab" }).catch(failed);
    },
    "Continue in this tab",
  );
  inTab.hidden = kind.sign_in !== "provider";
  const dialog = openDialog(
    `Sign in to ${kind.name}`,
    said,
    h(
      "div",
      { class: "dialog-actions" },
      button("", () => dialog.close(), "Cancel"),
      inTab,
      again,
    ),
  );
  dialog.addEventListener("close", () => controller.abort());
  const failed = (error: unknown): void => {
    said.textContent = inWords(error, remediesFor(kind));
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

/** What else than usual helps with drives of this kind. */
export function remediesFor(kind: DriveDescription | undefined): Remedies {
  return kind?.sign_in === "password" ? SERVER : {};
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
