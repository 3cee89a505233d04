/** A worker over a MessageChannel: the real host code, driving a bundle the test supplies. */
import type { WorkerLike } from "../src/client.js";
import type { FromWorker, ToWorker } from "../src/protocol.js";
import { type Bundle, type HostScope, serve } from "../src/worker-host.js";

type Listener = (event: { data: never; message?: string; reason?: unknown }) => void;

/** What the page sees as its worker. */
export class FakeWorker implements WorkerLike {
  readonly received: ToWorker[] = [];
  terminated = false;
  readonly #channel = new MessageChannel();
  readonly #listeners = new Map<string, Listener[]>();
  readonly #rejectionListeners: ((event: { reason: unknown }) => void)[] = [];

  constructor(bundle: Bundle) {
    const { port1, port2 } = this.#channel;
    port1.onmessage = ({ data }) => this.#fire("message", { data: data as never });
    const listeners: ((event: { data: ToWorker }) => void)[] = [];
    port2.onmessage = ({ data }) => {
      this.received.push(data as ToWorker);
      for (const listener of listeners) {
        listener({ data: data as ToWorker });
      }
    };
    const scope = {
      postMessage: (message: FromWorker) => port2.postMessage(message),
      addEventListener: (type: string, listener: never) => {
        if (type === "message") {
          listeners.push(listener);
        } else {
          this.#rejectionListeners.push(listener);
        }
      },
      close: () => {},
    };
    serve(scope as HostScope, bundle);
  }

  postMessage(message: ToWorker, transfer: Transferable[] = []): void {
    if (!this.terminated) {
      this.#channel.port1.postMessage(message, transfer as never);
    }
  }

  addEventListener(type: string, listener: Listener): void {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener]);
  }

  terminate(): void {
    this.terminated = true;
    this.#channel.port1.close();
    this.#channel.port2.close();
  }

  /** Pretends that an exception nobody caught, or an unreadable message, reached the page. */
  fail(type: "error" | "messageerror", message = ""): void {
    this.#fire(type, { data: undefined as never, message });
  }

  /** Pretends that a promise was rejected inside the worker and nobody listened. */
  rejectUnhandled(reason: unknown): void {
    for (const listener of this.#rejectionListeners) {
      listener({ reason });
    }
  }

  #fire(type: string, event: { data: never; message?: string }): void {
    for (const listener of this.#listeners.get(type) ?? []) {
      listener(event);
    }
  }
}
