/** Accounts on drives: how each is, how its sync goes, and what can be done about it. */
import type { Account, DriveDescription, SyncStatus } from "@music-platform-core/web";
import { addMusic, signInAgain } from "../account-add.ts";
import { describeAccount, needsSignIn } from "../account-words.ts";
import { button } from "../buttons.ts";
import { ask, confirm } from "../dialogs.ts";
import { h } from "../dom.ts";
import { count, details } from "../format.ts";
import { filterFields } from "../mirror-filter.ts";
import { showHistory } from "../sync-history.ts";
import { attempt, toast } from "../toasts.ts";
import type { Context, ViewMaker } from "./view.ts";

/** Makes the view. */
export const accounts: ViewMaker = async (context) => {
  const controller = new AbortController();
  const { core, syncs } = context;
  const read = (): Promise<[Account[], SyncStatus[]]> =>
    Promise.all([core.accounts.list(), core.sync.status()]);
  const [kinds, [known, statuses], metered] = await Promise.all([
    core.accounts.kinds(),
    read(),
    core.sync.whenMetered(),
  ]);
  const cards = new Map<string, Card>();
  const renew = async (): Promise<void> => {
    const [now, how] = await read();
    if (controller.signal.aborted) {
      return;
    }
    if (now.length !== cards.size || now.some(({ id }) => !cards.has(id))) {
      context.accountsChanged();
    }
    for (const account of now) {
      cards.get(account.id)?.update(account, how);
    }
  };
  const changed = (): void => attempt(renew, "The accounts cannot be read");
  for (const account of known) {
    const kind = kinds.find((candidate) => candidate.kind === account.provider);
    cards.set(account.id, new Card(context, kind, account, statuses, changed));
  }
  syncs.onChange((id) => cards.get(id)?.show(), controller.signal);
  const element = h(
    "div",
    { class: "view" },
    h(
      "div",
      { class: "heading" },
      h("h1", {}, "Accounts"),
      h("span", { class: "amount" }, count(known.length, "account")),
    ),
    h(
      "div",
      { class: "actions" },
      button("primary", () => addMusic(context), "Add music from…"),
    ),
    known.length === 0 &&
      h(
        "p",
        { class: "hint" },
        "Music on a cloud drive plays from there: it is listed here, and stays where it is.",
      ),
    h("ul", { class: "accounts" }, ...[...cards.values()].map((card) => card.element)),
    known.length > 0 && whenMetered(context, metered),
  );
  return { element, changed, leave: () => controller.abort() };
};

/** The choice whether drives are updated over networks that cost. */
function whenMetered({ core }: Context, allowed: boolean): HTMLElement {
  const box = h("input", {
    type: "checkbox",
    checked: allowed,
    on: {
      change: () =>
        attempt(async () => {
          const allowed = box.checked;
          // What is shown is what is kept.
          box.checked = !allowed;
          await core.sync.setWhenMetered(allowed);
          box.checked = allowed;
        }, "That cannot be kept"),
    },
  });
  return h("label", { class: "hint" }, box, " Update drives over networks that cost, too");
}

/** One account. */
class Card {
  readonly element: HTMLElement;
  readonly #context: Context;
  readonly #kind: DriveDescription | undefined;
  #account: Account;
  #status: SyncStatus | undefined;
  readonly #said = h("p", { class: "account-said", attrs: { role: "status" } });
  readonly #bar = h("progress", { attrs: { "aria-label": "Sync progress" } });
  readonly #buttons = h("div", { class: "actions" });
  readonly #ended: () => void;
  #shown = "";
  #ran = false;

  constructor(
    context: Context,
    kind: DriveDescription | undefined,
    account: Account,
    statuses: SyncStatus[],
    ended: () => void,
  ) {
    this.#context = context;
    this.#kind = kind;
    this.#account = account;
    this.#ended = ended;
    const title = account.label ?? this.#name;
    this.element = h(
      "li",
      { class: "account", attrs: { "aria-label": `${this.#name}, ${title}` } },
      h(
        "div",
        { class: "account-text" },
        h("h2", { dir: "auto" }, title),
        h("p", { class: "card-detail" }, this.#name),
        this.#said,
      ),
      this.#bar,
      this.#buttons,
    );
    this.update(account, statuses);
  }

  /** Shows what has become of the account. */
  update(account: Account, statuses: SyncStatus[]): void {
    this.#account = account;
    this.#status = statuses.find((status) => status.account === account.id);
    this.show();
  }

  /** What people call its kind of drive. */
  get #name(): string {
    return this.#kind?.name ?? this.#account.provider;
  }

  /** Shows how things are now. */
  show(): void {
    const sync = this.#context.syncs.of(this.#account.id);
    const running = sync?.running ?? false;
    if (this.#ran && !running) {
      this.#ended();
    }
    this.#ran = running;
    const ended = needsSignIn(this.#account, sync);
    // Every number read out would drown everything else.
    this.#said.ariaLive = running ? "off" : "polite";
    this.#said.textContent = describeAccount(this.#account, this.#kind, this.#status, sync);
    this.#said.classList.toggle("warning", ended || sync?.error !== undefined);
    this.#bar.hidden = !running;
    if (sync?.total === undefined) {
      this.#bar.removeAttribute("value");
    } else {
      this.#bar.max = Math.max(1, sync.total);
      this.#bar.value = sync.done;
    }
    // Made anew only when they change, so that the focus stays where it is.
    const leaving = this.#account.state === "leaving";
    const wanted = leaving ? "leaving" : ended ? "ended" : running ? "running" : "idle";
    if (wanted !== this.#shown) {
      this.#shown = wanted;
      const focused = this.#buttons.contains(document.activeElement);
      this.#buttons.replaceChildren(...this.#actions(wanted));
      if (focused) {
        this.#buttons.querySelector("button")?.focus();
      }
    }
  }

  #actions(state: "leaving" | "ended" | "running" | "idle"): HTMLElement[] {
    const context = this.#context;
    const { syncs } = context;
    const { id } = this.#account;
    const kind = this.#kind;
    const remove = button("", () => this.#remove(), "Remove");
    switch (state) {
      case "leaving":
        return [remove];
      case "ended":
        return kind
          ? [button("primary", () => signInAgain(context, kind), "Sign in again"), remove]
          : [remove];
      case "running":
        return [button("", () => syncs.stop(id), "Stop"), remove];
      default:
        return [
          button("", () => void syncs.start(id), "Sync now"),
          button("", () => this.#preview(), "Preview"),
          button("", () => this.#chooseFiles(), "Files…"),
          button("", () => showHistory(context.core, this.#account), "History"),
          remove,
        ];
    }
  }

  async #preview(): Promise<void> {
    const plan = await this.#context.core.sync.preview(this.#account.id);
    toast({
      key: "preview",
      title:
        plan.to_place + plan.to_remove + plan.to_read === 0
          ? "There is nothing new"
          : "The next sync would",
      text: details(
        plan.to_place > 0 && `add or move ${count(plan.to_place, "track")}`,
        plan.to_remove > 0 && `put ${count(plan.to_remove, "track")} into the bin`,
        plan.to_read > 0 && `read ${count(plan.to_read, "file")}`,
        plan.needs_confirmation && "ask the drive again before so much is removed",
      ),
    });
  }

  /** Asks which files are mirrored, and brings the account in line with the answer. */
  async #chooseFiles(): Promise<void> {
    const { core, syncs } = this.#context;
    const { id, label } = this.#account;
    const fields = filterFields(await core.sync.filter(id));
    const filter = await ask(
      `Which files of ${label ?? this.#name}?`,
      "Save",
      () => fields.read() ?? { include: [], exclude: [], max_size: null },
      h("p", {}, "Tracks whose files are left out go to the bin. The files stay on the drive."),
      ...fields.elements,
    );
    if (filter) {
      await core.sync.setFilter(id, filter);
      void syncs.start(id);
    }
  }

  async #remove(): Promise<void> {
    const { core, syncs, accountsChanged } = this.#context;
    const sure = await confirm(
      `Remove ${this.#account.label ?? this.#name}?`,
      "Its tracks leave this library. The files stay on the drive.",
      "Remove",
    );
    if (!sure) {
      return;
    }
    syncs.forget(this.#account.id);
    try {
      const { revocation } = await core.accounts.remove(this.#account.id);
      toast({
        key: "account",
        title: "The account is removed",
        text:
          revocation === "revoked"
            ? undefined
            : `To end the access at ${this.#name} too, go to your account's settings there.`,
      });
    } finally {
      // It may be on its way out, too.
      accountsChanged();
    }
  }
}
