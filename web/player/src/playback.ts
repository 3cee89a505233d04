/** What is playing and what comes next: the page's picture of the player, and its queue. */
import type { Core, Event, PlayerStatus, Track } from "@music-platform-core/web";
import type { Pager } from "./pager.ts";
import { QueueKeeper } from "./queue-keeper.ts";
import { isAbort, remedyFor, sentence } from "./remedies.ts";
import { toast, toastError } from "./toasts.ts";

/** How often the queue goes on by itself past tracks that fail, before it gives up. */
const FAILURES_IN_A_ROW = 3;

/** `previous` goes to the beginning of the track when more than this has been heard of it. */
const RESTART_MS = 3000;

const VOLUME_KEY = "mpc.volume";

/** A list that is played from one of its entries on. */
interface Queue {
  list: Pager<Track>;
  index: number;
}

type PlaybackEvent = Extract<Event, { category: "playback" }>;

/** The player as the page sees it. */
export class Playback {
  state: PlayerStatus["state"] = "stopped";
  track: Track | undefined;
  durationMs: number | null = null;
  muted = false;
  readonly #core: Core;
  readonly #listeners = new Set<() => void>();
  #queue: Queue | undefined;
  #position = { ms: 0, at: 0 };
  #volume = readVolume();
  #starting: AbortController | undefined;
  #seeking: AbortController | undefined;
  #failures = 0;
  /** Where a restored track goes on. */
  #resumeMs = 0;
  readonly #keeper: QueueKeeper;

  constructor(core: Core) {
    this.#core = core;
    this.#keeper = new QueueKeeper(core, () => this.positionMs);
    void this.#sendVolume();
  }

  /** Calls `listener` whenever anything but the position has changed. */
  onChange(listener: () => void): void {
    this.#listeners.add(listener);
  }

  /** Where playback is now, between two reports of the core by the clock. */
  get positionMs(): number {
    const running = this.state === "playing" ? performance.now() - this.#position.at : 0;
    // A core that stops reporting has stalled, and so does the display.
    const ms = this.#position.ms + Math.min(running, 2000);
    return this.durationMs === null ? ms : Math.min(ms, this.durationMs);
  }

  /** The volume as the slider shows it, from 0 to 1. */
  get volume(): number {
    return this.muted ? 0 : this.#volume;
  }

  /** Plays an entry of a list; the rest of the list is what comes next. */
  playFrom(list: Pager<Track>, index: number): void {
    this.#failures = 0;
    this.#queue = { list, index };
    void this.#start(list.items[index]);
  }

  /** Plays a list from its first track that can be played. */
  playFirst(list: Pager<Track>): void {
    // There may be holes behind the first page.
    const index = list.items.findIndex((track) => track?.playable);
    if (index >= 0) {
      this.playFrom(list, index);
    }
  }

  /** Shows the queue of the last visit, ready to go on where it stopped. */
  async restore(): Promise<void> {
    const kept = await this.#keeper.restore();
    const track = kept?.list.items[kept.index];
    if (!kept || !track || this.track) {
      return;
    }
    this.#queue = { list: kept.list, index: kept.index };
    this.track = track;
    this.durationMs = track.duration_ms;
    this.#resumeMs = kept.positionMs;
    this.#settle(kept.positionMs);
    this.#changed();
  }

  /** Pauses or goes on; starts again what has ended. */
  async toggle(): Promise<void> {
    try {
      if (this.state === "playing" || this.state === "loading") {
        this.#settle(this.positionMs);
        this.#set("paused");
        await this.#core.player.pause();
      } else if (this.state === "paused") {
        this.#set("playing");
        await this.#core.player.resume();
      } else if (this.track) {
        await this.#start(this.track, this.#resumeMs);
      }
    } catch (error) {
      toastError("Playback does not answer", error);
      await this.refresh();
    }
  }

  /** Goes to the next track of the list; returns whether there was one. */
  async next(): Promise<boolean> {
    const queue = this.#queue;
    if (!queue) {
      return false;
    }
    for (let index = queue.index + 1; ; index += 1) {
      const track = await this.#entry(queue, index);
      if (track === undefined) {
        return false;
      }
      if (track.playable) {
        queue.index = index;
        void this.#start(track);
        return true;
      }
    }
  }

  /** Goes to the beginning of the track, or from there to the track before. */
  async previous(): Promise<void> {
    const queue = this.#queue;
    const goesBack = this.positionMs <= RESTART_MS;
    for (let index = (queue?.index ?? 0) - 1; queue && goesBack && index >= 0; index -= 1) {
      const track = await this.#entry(queue, index);
      if (track === undefined) {
        return;
      }
      if (track.playable) {
        queue.index = index;
        void this.#start(track);
        return;
      }
    }
    await this.seek(0);
  }

  /** An entry of the queue, which may have to be read; nothing if there is none, or if something else is to be played by then. */
  async #entry({ list, index: playing }: Queue, index: number): Promise<Track | undefined> {
    try {
      const track = await list.at(index);
      const isWanted = this.#queue?.list === list && this.#queue.index === playing;
      return isWanted ? track : undefined;
    } catch (error) {
      toastError("The list cannot be continued", error);
      return undefined;
    }
  }

  /** Goes to a position of the current track. */
  async seek(ms: number): Promise<void> {
    if (!this.track || this.state === "stopped") {
      return;
    }
    this.#seeking?.abort();
    const seeking = new AbortController();
    this.#seeking = seeking;
    const target = Math.max(0, Math.min(ms, this.durationMs ?? ms));
    this.#settle(target);
    this.#changed();
    try {
      await this.#core.player.seek(target / 1000, { signal: seeking.signal });
    } catch (error) {
      toastError("That position cannot be reached", error);
    } finally {
      if (this.#seeking === seeking) {
        this.#seeking = undefined;
        this.#settle(this.#position.ms);
      }
    }
  }

  /** Sets the volume as the slider shows it. */
  setVolume(volume: number): void {
    this.#volume = Math.max(0, Math.min(1, volume));
    this.muted = false;
    localStorage.setItem(VOLUME_KEY, String(this.#volume));
    void this.#sendVolume();
    this.#changed();
  }

  /** Silences the player, or gives it back its volume. */
  toggleMuted(): void {
    this.muted = !this.muted;
    void this.#sendVolume();
    this.#changed();
  }

  /** Reads the state from the core, after events have been missed. */
  async refresh(): Promise<void> {
    try {
      const status = await this.#core.player.status();
      await this.#show(status.track_id);
      this.durationMs = status.duration_ms ?? this.durationMs;
      this.#settle(status.position_ms);
      this.#set(status.state);
    } catch (error) {
      toastError("The player does not answer", error);
    }
  }

  /** Follows an event of the core. */
  async handle(event: PlaybackEvent): Promise<void> {
    switch (event.type) {
      case "started":
        await this.#show(event.track_id);
        this.#set("playing");
        break;
      case "paused":
        this.#settle(event.position_ms);
        this.#set("paused");
        this.#keeper.keepPosition();
        break;
      case "resumed":
        this.#settle(this.#position.ms);
        this.#set("playing");
        break;
      case "stopped":
        // While a track is being opened this is about the one before it.
        if (this.state !== "loading") {
          this.#set("stopped");
        }
        break;
      case "completed":
        if (event.track_id === this.track?.id && this.state !== "loading") {
          this.#failures = 0;
          this.#settle(this.durationMs ?? 0);
          this.#set("stopped");
          void this.next();
        }
        break;
      case "position_changed":
        if (event.track_id === this.track?.id && !this.#seeking) {
          this.durationMs = event.duration_ms ?? this.durationMs;
          this.#settle(event.position_ms);
          this.#keeper.keepPositionNowAndThen();
        }
        break;
      case "error":
        if (event.track_id === null || event.track_id === this.track?.id) {
          this.#failed(event.message, event.code);
        }
        break;
    }
  }

  async #start(track: Track | undefined, positionMs = 0): Promise<void> {
    if (!track) {
      return;
    }
    this.#resumeMs = 0;
    this.#starting?.abort();
    const starting = new AbortController();
    this.#starting = starting;
    this.track = track;
    this.durationMs = track.duration_ms;
    this.#settle(positionMs);
    this.#set("loading");
    if (this.#queue) {
      this.#keeper.keep(this.#queue.list, this.#queue.index);
    }
    try {
      await this.#core.player.play(track.id, { positionMs, signal: starting.signal });
      if (this.#starting === starting && this.state === "loading") {
        this.#settle(positionMs);
        this.#set("playing");
      }
      if (this.#core.player.needsGesture) {
        toast({ key: "gesture", title: "Press play once more: the browser waits for you." });
      }
    } catch (error) {
      if (this.#starting === starting && !isAbort(error) && this.state !== "failed") {
        const { code = "other", message } = error as { code?: string; message: string };
        this.#failed(message, code);
      }
    }
  }

  #failed(message: string, code: string): void {
    const title = `Cannot play “${this.track?.title ?? "this track"}”`;
    const remedy = remedyFor(code);
    const text = remedy ? `${sentence(message)} ${remedy}` : sentence(message);
    toast({ key: title, kind: "error", title, text });
    this.#set("failed");
    this.#failures += 1;
    if (this.#failures < FAILURES_IN_A_ROW && code !== "audio_unavailable") {
      void this.next();
    }
  }

  async #show(trackId: string | null): Promise<void> {
    if (trackId === null || trackId === this.track?.id) {
      return;
    }
    // Something else than this page's queue started it, a script for example.
    try {
      this.track = await this.#core.library.track(trackId);
      this.durationMs = this.track.duration_ms;
      this.#settle(0);
    } catch (error) {
      toastError("What is playing cannot be shown", error);
    }
  }

  #settle(ms: number): void {
    this.#position = { ms, at: performance.now() };
  }

  #set(state: PlayerStatus["state"]): void {
    if (this.state !== state && state === "playing") {
      this.#settle(this.#position.ms);
    }
    this.state = state;
    this.#changed();
  }

  #changed(): void {
    for (const listener of this.#listeners) {
      listener();
    }
  }

  /** Loudness is heard in ratios, so the slider's middle is far below half the amplitude. */
  async #sendVolume(): Promise<void> {
    try {
      await this.#core.player.setVolume(this.volume ** 2);
    } catch (error) {
      toastError("The volume cannot be changed", error);
    }
  }
}

function readVolume(): number {
  const stored = Number.parseFloat(localStorage.getItem(VOLUME_KEY) ?? "");
  return stored >= 0 && stored <= 1 ? stored : 1;
}
