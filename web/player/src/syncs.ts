/** The syncs of this page: begins and stops them, and knows how far each is. */
import type { Core, Event, SyncReport, SyncTrigger, Track } from "@music-platform-core/web";
import { isAbort } from "./remedies.ts";

type SyncEvent = Extract<Event, { category: "sync" }>;

/** How one account's sync is. */
export interface SyncProgress {
  /** Whether it is under way in this page. */
  running: boolean;
  /** What it does: `listing`, `placing` or `reading`. */
  phase?: string | undefined;
  done: number;
  /** Absent until it is known. */
  total?: number | undefined;
  /** What it waits for: `offline` or `metered`. */
  waiting?: string | undefined;
  /** Why the last one failed. */
  error?: unknown;
  /** What the last one did. */
  report?: SyncReport | undefined;
}

/** A library is brought in line when the page opens and as often as this, unless it just was. */
export const LATELY_MS = 15 * 60_000;

/** How long rows are collected before their tags are asked for. */
const COLLECT_MS = 150;

/** Whether a track with this path is on a drive, rather than in this browser. */
export function isRemote(path: string): boolean {
  return path.startsWith("remote:");
}

/** Synchronises the accounts of one core. */
export class Syncs {
  readonly #core: Core;
  readonly #progress = new Map<string, SyncProgress>();
  readonly #controllers = new Map<string, AbortController>();
  readonly #listeners = new Set<(account: string) => void>();
  readonly #wanted = new Set<string>();
  /** Accounts whose sync the user has stopped: they wait for the user. */
  readonly #stopped = new Set<string>();
  /** Whether what was not in line when the page opened was synchronised. */
  #hasBegun = false;
  #asking: ReturnType<typeof setTimeout> | undefined;

  constructor(core: Core) {
    this.#core = core;
  }

  /** How an account's sync is; nothing is known before the first of this page. */
  of(account: string): SyncProgress | undefined {
    return this.#progress.get(account);
  }

  /** Calls `listener` with the account whose sync has got further, until the signal fires. */
  onChange(listener: (account: string) => void, signal?: AbortSignal): void {
    this.#listeners.add(listener);
    signal?.addEventListener("abort", () => this.#listeners.delete(listener), { once: true });
  }

  /** Synchronises an account; resolves when that is over, however it ended. */
  async start(account: string, trigger: SyncTrigger = "user"): Promise<void> {
    if (this.#controllers.has(account)) {
      return;
    }
    this.#stopped.delete(account);
    const controller = new AbortController();
    this.#controllers.set(account, controller);
    this.#set(account, { running: true, done: 0 });
    const ended = (how: Partial<SyncProgress>): void => {
      // What was forgotten meanwhile stays forgotten.
      if (this.#controllers.get(account) === controller) {
        this.#controllers.delete(account);
        this.#set(account, { running: false, done: 0, ...how });
      }
    };
    try {
      const { signal } = controller;
      ended({ report: await this.#core.sync.start(account, { signal, trigger }) });
    } catch (error) {
      ended({ error: isAbort(error) ? undefined : error });
    }
  }

  /** Stops an account's sync; the next one goes on from there. */
  stop(account: string): void {
    this.#stopped.add(account);
    this.#controllers.get(account)?.abort();
  }

  /** Stops an account's sync and forgets it. */
  forget(account: string): void {
    this.stop(account);
    this.#controllers.delete(account);
    this.#progress.delete(account);
    this.#tell(account);
  }

  /** Synchronises what was not lately. Of several tabs, the one that owns the profile does it. */
  async startAll(): Promise<void> {
    const { host } = await this.#core.status();
    if (!host?.sign_in || host.role !== "owner") {
      return;
    }
    const [accounts, statuses] = await Promise.all([
      this.#core.accounts.list(),
      this.#core.sync.status(),
    ]);
    for (const { account, is_running, completed_at } of statuses) {
      const usable = accounts.some(({ id, state }) => id === account && state === "signed_in");
      const isDue = !is_running && !this.#stopped.has(account);
      if (usable && isDue && Date.now() - (completed_at ?? 0) > LATELY_MS / 2) {
        void this.start(account, this.#hasBegun ? "scheduled" : "opened");
      }
    }
    this.#hasBegun = true;
  }

  /** Has the tags of a track on a drive read early, because it is on the screen. */
  shown({ id, path, duration_ms }: Track): void {
    if (!isRemote(path) || duration_ms !== null) {
      return;
    }
    this.#wanted.add(id);
    this.#asking ??= setTimeout(() => {
      this.#asking = undefined;
      const wanted = [...this.#wanted];
      this.#wanted.clear();
      // It comes in its turn anyway.
      this.#core.sync.prioritise(wanted).catch(() => {});
    }, COLLECT_MS);
  }

  /** Follows the core's events. */
  handle(event: SyncEvent): void {
    const now = this.#progress.get(event.account);
    if (!now?.running) {
      return;
    }
    if (event.type === "progress") {
      const { phase, done, total } = event;
      this.#set(event.account, { running: true, phase, done, total: total ?? undefined });
    } else if (event.type === "waiting") {
      this.#set(event.account, { ...now, waiting: event.reason });
    }
  }

  #set(account: string, progress: SyncProgress): void {
    this.#progress.set(account, progress);
    this.#tell(account);
  }

  #tell(account: string): void {
    for (const listener of this.#listeners) {
      listener(account);
    }
  }
}
