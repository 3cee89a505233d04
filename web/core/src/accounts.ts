/** Accounts on cloud drives. */
import type { CallOptions, WorkerClient } from "./client.js";
import { MusicCoreError } from "./errors.js";
import type {
  Account,
  DriveDescription,
  NewAccount,
  RedirectPage,
  RemovedAccount,
} from "./generated/index.js";
import { forgetLeaving, noteLeaving, takeAnswer } from "./leaving.js";
import type { SignInWindows } from "./sign-in-window.js";

/** How a user signs in on the provider's own pages. */
export interface AddOptions extends CallOptions {
  /**
   * Where the provider's page is shown: in a window of its own, which needs a click or key press
   * and is the default, or in this tab, which leaves the page and comes back to it.
   */
  via?: "window" | "tab" | undefined;
}

/** What the tab needs for a sign-in that leaves the page. */
export interface LeavingScope {
  location: { href: string; assign(url: string): void };
  sessionStorage: Pick<Storage, "getItem" | "setItem" | "removeItem">;
}

/** Signs in to drives and out of them. Events of the category `auth` tell of it. */
export class Accounts {
  readonly #client: WorkerClient;
  readonly #windows: SignInWindows | undefined;
  readonly #scope: LeavingScope;

  /** @internal Without `windows` the host shows pages itself. */
  constructor(
    client: WorkerClient,
    windows: SignInWindows | undefined,
    scope: LeavingScope = globalThis as unknown as LeavingScope,
  ) {
    this.#client = client;
    this.#windows = windows;
    this.#scope = scope;
  }

  /** The kinds of drives there are, and how each is signed in to. */
  kinds(options?: CallOptions): Promise<DriveDescription[]> {
    return this.#client.call("accounts.kinds", {}, options);
  }

  /**
   * Every account, in the order in which they were added. One whose `state` is `sign_in_required` is
   * repaired by {@link add} with its `provider` as the kind; one that is `leaving` is on its way out.
   */
  list(options?: CallOptions): Promise<Account[]> {
    return this.#client.call("accounts.list", {}, options);
  }

  /**
   * Signs in to a drive, or again to one whose sign-in has ended. A client that is not named is
   * the one that was used for this kind before.
   *
   * Where users sign in on the provider's own pages, call it in a click or key handler: it opens
   * the window at once, and waits up to ten minutes for the user. It rejects with `popup_blocked`
   * if the browser opens none; offer `{ via: "tab" }` then, which leaves the page. The page that
   * comes back calls {@link finish}. Aborting the signal ends the sign-in.
   */
  async add(
    account: NewAccount,
    { via = "window", ...options }: AddOptions = {},
  ): Promise<Account> {
    if (via === "tab") {
      return this.#leave(account, options);
    }
    // What has an address of its own is asked there by the core: there is no page to show.
    const windows = account.url === undefined ? this.#windows : undefined;
    if (!windows) {
      return this.#client.call("accounts.add", account, options);
    }
    // The new window begins with a copy of what this tab notes.
    forget(this.#scope);
    const opened = windows.open();
    if (!opened) {
      throw new MusicCoreError("popup_blocked", "the browser did not open a window to sign in");
    }
    try {
      return await this.#client.call("accounts.add", account, options);
    } finally {
      windows.close(opened);
    }
  }

  /**
   * Finishes a sign-in that has left the page, if this tab comes back from one: call it when the
   * page has started. Returns the account, or `undefined` if there is nothing to finish.
   */
  async finish(options?: CallOptions): Promise<Account | undefined> {
    const query = take(this.#scope);
    return query === undefined
      ? undefined
      : this.#client.call("accounts.finish_redirect", { query }, options);
  }

  /**
   * Forgets what an account was signed in with, takes its tracks out of the library, and has the
   * provider end the access; the answer says whether that worked there. A sync of it ends, in
   * whatever tab. Rejects with `removal_under_way` if a tab that is frozen does not end its sync: the
   * account is signed out then, and the rest goes by itself once that tab goes on or is closed.
   */
  remove(id: string, options?: CallOptions): Promise<RemovedAccount> {
    return this.#client.call("accounts.remove", { id }, options);
  }

  async #leave(account: NewAccount, options: CallOptions): Promise<Account> {
    const { url } = await this.#client.call<RedirectPage>(
      "accounts.begin_redirect",
      account,
      options,
    );
    noteLeaving(this.#scope.location.href, this.#scope.sessionStorage);
    this.#scope.location.assign(url);
    // The page ends before there is an answer.
    return new Promise(() => {});
  }
}

function forget(scope: LeavingScope): void {
  try {
    forgetLeaving(scope.sessionStorage);
  } catch {
    // Storage that is switched off holds nothing.
  }
}

function take(scope: LeavingScope): string | undefined {
  try {
    return takeAnswer(scope.sessionStorage);
  } catch {
    return undefined;
  }
}
