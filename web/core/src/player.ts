/** Playing music: commands go to the worker, sound comes out of the page's AudioContext. */
import type { CallOptions, WorkerClient } from "./client.js";
import type { PlayerStatus, Session } from "./generated/index.js";
import { AudioOutput, type OutputOptions } from "./output.js";

/** How a track is played. */
export interface PlayOptions extends CallOptions {
  /** Where to begin, in milliseconds. */
  positionMs?: number | undefined;
}

/** Controls the playback of one core. */
export class Player {
  readonly #client: WorkerClient;
  readonly #options: Omit<OutputOptions, "attach">;
  #output: AudioOutput | undefined;

  /** @internal */
  constructor(client: WorkerClient, options: Omit<OutputOptions, "attach">) {
    this.#client = client;
    this.#options = options;
  }

  /** The context the sound runs in; created by the first `play`, when a gesture allows it. */
  get context(): AudioContext | undefined {
    return this.#output?.context;
  }

  /** The node that plays, connected to the context's destination; connect an analyser to it. */
  get node(): AudioWorkletNode | undefined {
    return this.#output?.node;
  }

  /**
   * Whether the browser keeps the sound back until the user acts. Call `play` or `resume` from a
   * click or key press to end it.
   */
  get needsGesture(): boolean {
    const state = this.#output?.context.state;
    return state !== undefined && state !== "running" && state !== "closed";
  }

  /** Plays a track, from its beginning unless said otherwise. The first call belongs into a click or key handler. */
  async play(id: string, { positionMs = 0, ...options }: PlayOptions = {}): Promise<void> {
    options.signal?.throwIfAborted();
    const output = this.#open();
    output.wake();
    await unlessAborted(output.ready, options.signal);
    output.hold(false);
    await this.#client.call("player.play", { id, position_ms: positionMs }, options);
  }

  /** Falls silent within milliseconds and keeps the position. */
  pause(options?: CallOptions): Promise<void> {
    return this.#silently("player.pause", options);
  }

  /** Goes on where `pause` stopped. */
  resume(options?: CallOptions): Promise<void> {
    this.#output?.wake();
    this.#output?.hold(false);
    return this.#client.call("player.resume", {}, options);
  }

  /** Ends playback. */
  stop(options?: CallOptions): Promise<void> {
    return this.#silently("player.stop", options);
  }

  /** Goes to a position in the current track, in seconds. */
  seek(seconds: number, options?: CallOptions): Promise<void> {
    return this.#client.call("player.seek", { seconds }, options);
  }

  /** Sets the volume, from 0 to 1. */
  setVolume(volume: number, options?: CallOptions): Promise<void> {
    return this.#client.call("player.set_volume", { volume }, options);
  }

  /** What is playing, and where. */
  status(options?: CallOptions): Promise<PlayerStatus> {
    return this.#client.call("player.status", {}, options);
  }

  /** The queue that was kept last, with the position in it; `null` if there is none. */
  session(options?: CallOptions): Promise<Session | null> {
    return this.#client.call("session.get", {}, options);
  }

  /** Keeps a queue, and where the player stands in it, beyond the end of the page. */
  saveSession(session: Session, options?: CallOptions): Promise<void> {
    return this.#client.call("session.save", session, options);
  }

  /** Keeps where the player stands in the kept queue: cheap enough for every few seconds. */
  savePosition(index: number | null, positionMs: number, options?: CallOptions): Promise<void> {
    const params = { index, position_ms: Math.round(positionMs) };
    return this.#client.call("session.save_position", params, options);
  }

  /** @internal */
  async close(): Promise<void> {
    const output = this.#output;
    this.#output = undefined;
    await output?.close();
  }

  #open(): AudioOutput {
    if (this.#output) {
      return this.#output;
    }
    const output = new AudioOutput({
      ...this.#options,
      attach: (port, sampleRate) => this.#client.attachOutput(port, sampleRate),
    });
    this.#output = output;
    output.ready.catch(() => {
      // The caller of `play` hears of it; the next `play` tries again.
      if (this.#output === output) {
        this.#output = undefined;
      }
    });
    return output;
  }

  async #silently(method: string, options: CallOptions | undefined): Promise<void> {
    options?.signal?.throwIfAborted();
    this.#output?.hold(true);
    try {
      await this.#client.call(method, {}, options);
    } catch (error) {
      this.#output?.hold(false);
      throw error;
    }
  }
}

/** Waits for `promise`, but no longer than until `signal` fires. */
function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) {
    return promise;
  }
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}
