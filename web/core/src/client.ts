/** Calls into the worker: numbers them, matches answers, and settles each exactly once. */
import { MusicCoreError } from "./errors.js";
import type { EventHub } from "./events.js";
import type { Capabilities, Event } from "./generated/index.js";
import type { FromWorker, StartConfig, ToWorker } from "./protocol.js";

/** How long `dispose` waits for the worker to finish writing before it is ended anyway. */
const SHUTDOWN_MS = 3000;

/** What every call takes. */
export interface CallOptions {
  /** Aborting it rejects the call with the signal's reason at once and cancels the work. */
  signal?: AbortSignal | undefined;
}

/** The part of a `Worker` that the client uses. */
export interface WorkerLike {
  postMessage(message: ToWorker, transfer?: Transferable[]): void;
  addEventListener(type: "message", listener: (event: { data: FromWorker }) => void): void;
  addEventListener(type: "error", listener: (event: { message?: string }) => void): void;
  addEventListener(type: "messageerror", listener: () => void): void;
  terminate(): void;
}

interface Pending {
  page?: ((json: string) => void) | undefined;
  resolve(value: unknown): void;
  reject(reason: unknown): void;
}

interface Starting {
  resolve(value: Capabilities): void;
  reject(reason: Error): void;
}

/** A request before it has its number. */
type Request =
  | { type: "call"; method: string; params: unknown }
  | Omit<Extract<ToWorker, { type: "import" }>, "id">
  | Omit<Extract<ToWorker, { type: "cover" }>, "id">
  | Omit<Extract<ToWorker, { type: "export_library" }>, "id">
  | Omit<Extract<ToWorker, { type: "import_library" }>, "id">
  | Omit<Extract<ToWorker, { type: "follow" }>, "id">
  | Omit<Extract<ToWorker, { type: "shutdown" }>, "id">;

/** The page's end of one worker. */
export class WorkerClient {
  readonly #worker: WorkerLike;
  readonly #events: EventHub;
  readonly #show: (url: string) => void;
  readonly #pending = new Map<number, Pending>();
  readonly #started: Promise<Capabilities>;
  readonly #starting: Starting;
  #nextId = 1;
  #closed: { code: "disposed" | "worker_crashed"; message: string } | undefined;

  constructor(worker: WorkerLike, events: EventHub, show: (url: string) => void = () => {}) {
    this.#worker = worker;
    this.#events = events;
    this.#show = show;
    const starting: Starting = { resolve: () => {}, reject: () => {} };
    this.#started = new Promise((resolve, reject) => {
      starting.resolve = resolve;
      starting.reject = reject;
    });
    this.#starting = starting;
    this.#started.catch(() => {
      // Whoever called `start` hears of it; without a caller it is nobody's error.
    });
    worker.addEventListener("message", ({ data }) => this.#onMessage(data));
    worker.addEventListener("error", (event) => {
      this.#crash(event.message || "it could not be loaded");
    });
    worker.addEventListener("messageerror", () => this.#crash("a message could not be read"));
  }

  /** Starts the core inside the worker and tells what it can do. */
  start(config: StartConfig, wasmUrl: string | undefined): Promise<Capabilities> {
    this.#post({ type: "start", config, ...(wasmUrl === undefined ? {} : { wasmUrl }) });
    return this.#started;
  }

  /** Calls `method` and returns what it answers. */
  call<T>(method: string, params: object, options?: CallOptions): Promise<T> {
    return this.request<T>({ type: "call", method, params }, options);
  }

  /** Follows a list until it ends or `signal` fires. */
  follow<T>(
    list: string,
    query: object,
    onPage: (page: T) => void,
    options?: CallOptions,
  ): Promise<void> {
    const page = (json: string): void => onPage(JSON.parse(json) as T);
    return this.request({ type: "follow", list, query }, options, page);
  }

  /** Sends a request and waits for its answer; `page` is given what comes before it. */
  request<T>(
    request: Request,
    { signal }: CallOptions = {},
    page?: (json: string) => void,
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      if (this.#closed) {
        reject(MusicCoreError.from(this.#closed));
        return;
      }
      const id = this.#nextId;
      this.#nextId += 1;
      const onAbort = (): void => {
        this.#pending.delete(id);
        this.#post({ type: "cancel", id });
        reject(signal?.reason);
      };
      const settled = (): void => signal?.removeEventListener("abort", onAbort);
      try {
        this.#post({ ...request, id });
      } catch (error) {
        const message = "the request cannot be sent to the worker";
        reject(new MusicCoreError("invalid_request", message, { cause: error }));
        return;
      }
      signal?.addEventListener("abort", onAbort, { once: true });
      this.#pending.set(id, {
        page,
        resolve(value) {
          settled();
          resolve(value as T);
        },
        reject(reason) {
          settled();
          reject(reason);
        },
      });
    });
  }

  /** Hands the worker its end of the audio worklet's channel. */
  attachOutput(port: MessagePort, sampleRate: number): void {
    if (this.#closed) {
      throw MusicCoreError.from(this.#closed);
    }
    this.#post({ type: "attach_output", port, sampleRate }, [port]);
  }

  /** Fails what is under way with `disposed`, lets the worker finish writing, and ends it. */
  async dispose(): Promise<void> {
    if (this.#closed) {
      return;
    }
    // Sent before the client is closed, so that its own answer can still come back.
    const finished = this.request({ type: "shutdown" });
    const shutdownId = this.#nextId - 1;
    const shutdown = this.#pending.get(shutdownId);
    this.#pending.delete(shutdownId);
    this.#close({ code: "disposed", message: "the core has been disposed" });
    if (shutdown) {
      this.#pending.set(shutdownId, shutdown);
    }
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, SHUTDOWN_MS);
    });
    try {
      await Promise.race([finished, late]);
    } catch {
      // A worker that cannot shut down in order is ended all the same.
    } finally {
      clearTimeout(timer);
      this.#worker.terminate();
      this.#pending.clear();
    }
  }

  #post(message: ToWorker, transfer: Transferable[] = []): void {
    this.#worker.postMessage(message, transfer);
  }

  #onMessage(message: FromWorker): void {
    switch (message.type) {
      case "ready":
        this.#starting.resolve(JSON.parse(message.capabilities) as Capabilities);
        break;
      case "failed":
        this.#starting.reject(MusicCoreError.from(message.error));
        break;
      case "result":
        this.#take(message.id)?.resolve(JSON.parse(message.json));
        break;
      case "blob":
        this.#take(message.id)?.resolve(message.blob);
        break;
      case "cover":
        this.#take(message.id)?.resolve(message.cover);
        break;
      case "error":
        this.#take(message.id)?.reject(MusicCoreError.from(message.error));
        break;
      case "event":
        this.#events.emit(JSON.parse(message.json) as Event);
        break;
      case "page":
        this.#pending.get(message.id)?.page?.(message.json);
        break;
      case "show":
        this.#show(message.url);
        break;
      case "crashed":
        this.#crash(message.message);
        break;
    }
  }

  #take(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    return pending;
  }

  #crash(detail: string): void {
    if (this.#closed?.code === "worker_crashed") {
      return;
    }
    this.#worker.terminate();
    this.#close({ code: "worker_crashed", message: `the worker stopped: ${detail}` });
  }

  /** Ends the client: every pending call and the start fail once, and so does what comes later. */
  #close(reason: { code: "disposed" | "worker_crashed"; message: string }): void {
    this.#closed ??= reason;
    const error = MusicCoreError.from(reason);
    this.#starting.reject(error);
    for (const id of [...this.#pending.keys()]) {
      this.#take(id)?.reject(error);
    }
    this.#events.end(reason.code === "disposed" ? undefined : error);
  }
}
