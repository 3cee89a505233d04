/** Keeps the queue and the position in it beyond the end of the page. */
import type { Core, Track } from "@music-platform-core/web";
import { Pager } from "./pager.ts";

/** How much of a long list is kept: what was just heard, and what comes next. */
const [BEFORE, AFTER] = [50, 450];

/** How often the position is kept while music plays. */
const EVERY_MS = 5000;

/** A queue that was kept. */
export interface KeptQueue {
  list: Pager<Track>;
  index: number;
  positionMs: number;
}

/** Writes the queue to the core, and reads it back. */
export class QueueKeeper {
  readonly #core: Core;
  readonly #position: () => number;
  #index: number | undefined;
  #keptAt = 0;

  constructor(core: Core, position: () => number) {
    this.#core = core;
    this.#position = position;
    const last = (): void => {
      if (document.visibilityState === "hidden") {
        this.keepPosition();
      }
    };
    globalThis.document?.addEventListener("visibilitychange", last);
    globalThis.addEventListener?.("pagehide", () => this.keepPosition());
  }

  /** Keeps the part of a list around the track that begins to play. */
  keep(list: Pager<Track>, index: number): void {
    const { items } = list;
    let [from, to] = [index, index];
    // As far as the list was read without a hole.
    while (from > Math.max(0, index - BEFORE) && items[from - 1] !== undefined) {
      from -= 1;
    }
    while (to < index + AFTER && items[to] !== undefined) {
      to += 1;
    }
    const part = items.slice(from, to).filter((track) => track.id !== "");
    const playing = items[index];
    const at = playing ? part.indexOf(playing) : -1;
    if (at < 0) {
      return;
    }
    this.#index = at;
    this.#keptAt = performance.now();
    const queue = part.map((track) => ({ track_id: track.id }));
    const session = { queue, index: at, position_ms: 0, shuffle: false, repeat: "off" as const };
    this.#quietly(this.#core.player.saveSession(session));
  }

  /** Keeps the position. */
  keepPosition(): void {
    if (this.#index !== undefined) {
      this.#keptAt = performance.now();
      this.#quietly(this.#core.player.savePosition(this.#index, this.#position()));
    }
  }

  /** Keeps the position if that was not done lately. */
  keepPositionNowAndThen(): void {
    if (performance.now() - this.#keptAt > EVERY_MS) {
      this.keepPosition();
    }
  }

  /** The queue that was kept last, if its tracks are still there. */
  async restore(): Promise<KeptQueue | undefined> {
    try {
      const session = await this.#core.player.session();
      const index = session?.index ?? undefined;
      if (!session || index === undefined) {
        return undefined;
      }
      const { library } = this.#core;
      const tracks = session.queue.map(({ track_id }) => library.track(track_id));
      const items = await Promise.all(tracks);
      this.#index = index;
      return { list: Pager.of(items), index, positionMs: session.position_ms };
    } catch {
      // A queue that cannot be restored is no reason to bother anyone.
      return undefined;
    }
  }

  /** Music goes on whether its place is kept or not; the page may be about to end. */
  #quietly(kept: Promise<void>): void {
    kept.catch(() => {});
  }
}
