/** Bringing the library in line with drives. */
import type { CallOptions, WorkerClient } from "./client.js";
import type {
  Explanation,
  MirrorFilter,
  Page,
  SyncHistoryQuery,
  SyncJob,
  SyncPlan,
  SyncReport,
  SyncStatus,
  SyncTrigger,
} from "./generated/index.js";
import type { Query } from "./library.js";

/** How a sync is begun. */
export interface SyncOptions extends CallOptions {
  /** Why, for the history: because the user asked for it where nothing is said. */
  trigger?: SyncTrigger | undefined;
}

/** Synchronises the accounts of one core. Events of the category `sync` tell how it goes. */
export class Sync {
  readonly #client: WorkerClient;

  /** @internal */
  constructor(client: WorkerClient) {
    this.#client = client;
  }

  /**
   * Brings the library in line with an account's drive: names at once, then tags, removals last.
   * Rejects with `sync_under_way` while the account is synchronised already, in whatever tab. After
   * an abort, a failure or a closed page the next one goes on from there.
   */
  start(account: string, { trigger, ...options }: SyncOptions = {}): Promise<SyncReport> {
    return this.#client.call("sync.start", { account, trigger: trigger ?? "user" }, options);
  }

  /**
   * Keeps the library in line with every account, those that are added later among them, until it is
   * aborted: drives are asked every five minutes. Call it in one tab, the one that owns the profile.
   */
  follow(options: CallOptions & { signal: AbortSignal }): Promise<void> {
    return this.#client.call("sync.follow", {}, options);
  }

  /** What {@link start} would do; the library stays as it is. */
  preview(account: string, options?: CallOptions): Promise<SyncPlan> {
    return this.#client.call("sync.preview", { account }, options);
  }

  /** How each account's mirror is, without asking its drive. */
  status(options?: CallOptions): Promise<SyncStatus[]> {
    return this.#client.call("sync.status", {}, options);
  }

  /** One page of the syncs that ran, the latest first: why, and how they ended. 100 of each account are kept. */
  history(query: Query<SyncHistoryQuery> = {}, options?: CallOptions): Promise<Page<SyncJob>> {
    return this.#client.call("sync.history", query, options);
  }

  /** Whether drives are synchronised over networks that cost, as far as the browser knows of them. */
  whenMetered(options?: CallOptions): Promise<boolean> {
    return this.#client.call("sync.when_metered", {}, options);
  }

  /** Sets whether they are, from the next sync on; where they are not, a sync waits for another network. */
  setWhenMetered(allowed: boolean, options?: CallOptions): Promise<void> {
    return this.#client.call("sync.set_when_metered", { allowed }, options);
  }

  /** Which files of an account are mirrored. */
  filter(account: string, options?: CallOptions): Promise<MirrorFilter> {
    return this.#client.call("sync.filter", { account }, options);
  }

  /**
   * Sets which files are, from the next sync on: tracks whose files are left out go to the bin, and
   * come back when their files are taken again. Rejects with `invalid_request` for an extension that
   * is never mirrored, and for a filter that nothing passes.
   */
  setFilter(account: string, filter: MirrorFilter, options?: CallOptions): Promise<void> {
    return this.#client.call("sync.set_filter", { account, filter }, options);
  }

  /** Has the tags of these tracks read before those of others, for what is on the screen. */
  prioritise(trackIds: string[], options?: CallOptions): Promise<void> {
    return this.#client.call("sync.prioritise", { track_ids: trackIds }, options);
  }

  /** Why a track is where it is; `null` for one that is on no drive. */
  explain(trackId: string, options?: CallOptions): Promise<Explanation | null> {
    return this.#client.call("sync.explain", { id: trackId }, options);
  }
}
