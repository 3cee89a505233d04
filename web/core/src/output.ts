/** The way to the loudspeakers: an AudioContext, the worklet in it, and its line to the worker. */
import { MusicCoreError } from "./errors.js";

/** What an output needs to exist. */
export interface OutputOptions {
  /** A context to use instead of an own one; it is not closed with the output. */
  context: AudioContext | undefined;
  /** Where the worklet's module is. */
  workletUrl: string | URL;
  /** Gives the worker its end of the line. */
  attach(port: MessagePort, sampleRate: number): void;
}

/** An open output. */
export class AudioOutput {
  /** The context everything runs in. */
  readonly context: AudioContext;
  /** Settles once the worklet is connected. */
  readonly ready: Promise<void>;
  readonly #options: OutputOptions;
  #node: AudioWorkletNode | undefined;
  #held = false;

  /** Creates the context at once, so that it still counts as answer to a user's gesture. */
  constructor(options: OutputOptions) {
    this.#options = options;
    try {
      this.context = options.context ?? new AudioContext({ latencyHint: "balanced" });
    } catch (cause) {
      throw unavailable(cause);
    }
    this.wake();
    this.ready = this.#connect();
  }

  /** The node that plays, once it is connected to the context's destination. */
  get node(): AudioWorkletNode | undefined {
    return this.#node;
  }

  /**
   * Lets a suspended context run. Without a gesture the browser may keep it waiting for ever, so
   * nothing waits for this; the context's `state` tells what came of it.
   */
  wake(): void {
    if (this.context.state !== "running" && this.context.state !== "closed") {
      this.context.resume().catch(() => {
        // Refused: the state stays as it is, and the next gesture tries again.
      });
    }
  }

  /** Silences the output (or ends that) without waiting for the worker, which may be busy. */
  hold(held: boolean): void {
    this.#held = held;
    this.#node?.port.postMessage({ type: held ? "hold" : "release" });
  }

  /** Ends the output; an own context is closed. */
  async close(): Promise<void> {
    this.#node?.port.postMessage({ type: "close" });
    this.#node?.disconnect();
    if (!this.#options.context && this.context.state !== "closed") {
      await this.context.close();
    }
  }

  async #connect(): Promise<void> {
    try {
      if (!this.context.audioWorklet) {
        throw new Error("AudioWorklet needs a secure context (https or localhost)");
      }
      await this.context.audioWorklet.addModule(this.#options.workletUrl);
      const node = new AudioWorkletNode(this.context, "mpc-output", {
        numberOfInputs: 0,
        numberOfOutputs: 1,
        outputChannelCount: [2],
      });
      const { port1, port2 } = new MessageChannel();
      node.port.postMessage({ type: "connect", port: port1 }, [port1]);
      this.#options.attach(port2, this.context.sampleRate);
      node.connect(this.context.destination);
      this.#node = node;
      this.hold(this.#held);
    } catch (cause) {
      await this.close();
      throw cause instanceof MusicCoreError ? cause : unavailable(cause);
    }
  }
}

function unavailable(cause: unknown): MusicCoreError {
  const detail = cause instanceof Error ? cause.message : String(cause);
  return new MusicCoreError("audio_unavailable", `no audio output could be opened: ${detail}`, {
    cause,
  });
}
