/** Hands the core's events to any number of independent readers. */

import type { CallOptions } from "./client.js";
import type { Event } from "./generated/index.js";

/** How many events a subscriber may fall behind unless it says otherwise. */
const DEFAULT_CAPACITY = 1024;

/** How a subscription behaves. */
export interface EventOptions extends CallOptions {
  /**
   * How many events may wait for this reader, 1024 unless said. When more arrive, positions and
   * progress are merged first; after that the oldest are dropped, and the reader is told by
   * `{ category: "system", type: "lagged", missed }` to read again what it shows.
   */
  capacity?: number | undefined;
}

/** The events from the moment of subscription on; leaving a `for await` ends the subscription. */
export interface EventStream extends AsyncIterableIterator<Event> {
  return(): Promise<IteratorResult<Event>>;
}

/** Distributes events; every subscriber has its own bounded queue. */
export class EventHub {
  readonly #subscribers = new Set<Subscriber>();
  #end: { error: Error | undefined } | undefined;

  /** Queues `event` for everyone. */
  emit(event: Event): void {
    for (const subscriber of this.#subscribers) {
      subscriber.push(event);
    }
  }

  /** Ends every subscription, now and later; with an error, readers get it once, at the end. */
  end(error?: Error): void {
    this.#end ??= { error };
    for (const subscriber of this.#subscribers) {
      subscriber.finish(this.#end.error);
    }
  }

  /** Starts a subscription; events are queued from this call on. */
  subscribe(options: EventOptions = {}): EventStream {
    const capacity = Math.max(1, options.capacity ?? DEFAULT_CAPACITY);
    const subscriber = new Subscriber(capacity, options.signal, (self) => {
      this.#subscribers.delete(self);
    });
    if (this.#end) {
      subscriber.finish(this.#end.error);
    } else if (!subscriber.done) {
      this.#subscribers.add(subscriber);
    }
    return subscriber;
  }
}

interface Waiting {
  resolve(result: IteratorResult<Event>): void;
  reject(reason: unknown): void;
}

/** One reader's queue. */
class Subscriber implements EventStream {
  readonly #capacity: number;
  readonly #signal: AbortSignal | undefined;
  readonly #leave: (self: Subscriber) => void;
  readonly #waiting: Waiting[] = [];
  #queue: Event[] = [];
  #missed = 0;
  #failure: { reason: unknown } | undefined;
  done = false;

  constructor(
    capacity: number,
    signal: AbortSignal | undefined,
    leave: (self: Subscriber) => void,
  ) {
    this.#capacity = capacity;
    this.#signal = signal;
    this.#leave = leave;
    if (signal?.aborted) {
      this.#onAbort();
    } else {
      signal?.addEventListener("abort", this.#onAbort);
    }
  }

  push(event: Event): void {
    if (this.done) {
      return;
    }
    const waiting = this.#waiting.shift();
    if (waiting) {
      waiting.resolve({ done: false, value: event });
      return;
    }
    this.#queue.push(event);
    if (this.#queue.length > this.#capacity && !this.#coalesce()) {
      this.#queue.shift();
      this.#missed += 1;
    }
  }

  next(): Promise<IteratorResult<Event>> {
    if (this.#missed > 0) {
      const missed = this.#missed;
      this.#missed = 0;
      const value = { category: "system", type: "lagged", missed } as Event;
      return Promise.resolve({ done: false, value });
    }
    const event = this.#queue.shift();
    if (event) {
      return Promise.resolve({ done: false, value: event });
    }
    if (this.#failure) {
      const { reason } = this.#failure;
      this.#failure = undefined;
      return Promise.reject(reason);
    }
    if (this.done) {
      return Promise.resolve({ done: true, value: undefined });
    }
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  return(): Promise<IteratorResult<Event>> {
    this.#queue = [];
    this.#missed = 0;
    this.finish(undefined);
    this.#failure = undefined;
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Ends the queue: what is already in it can still be read, then `reason` is thrown once. */
  finish(reason: unknown): void {
    if (this.done) {
      return;
    }
    this.done = true;
    this.#leave(this);
    this.#signal?.removeEventListener("abort", this.#onAbort);
    const [first, ...others] = this.#waiting.splice(0);
    if (reason === undefined) {
      first?.resolve({ done: true, value: undefined });
    } else if (first) {
      first.reject(reason);
    } else {
      this.#failure = { reason };
    }
    for (const waiting of others) {
      waiting.resolve({ done: true, value: undefined });
    }
  }

  readonly #onAbort = (): void => {
    this.#queue = [];
    this.#missed = 0;
    this.finish(this.#signal?.reason);
  };

  /** Removes one event that a later one in the queue makes superfluous. */
  #coalesce(): boolean {
    const later = new Set<string>();
    for (let index = this.#queue.length - 1; index >= 0; index -= 1) {
      const key = coalescingKey(this.#queue[index]);
      if (key === undefined) {
        continue;
      }
      if (later.has(key)) {
        this.#queue.splice(index, 1);
        return true;
      }
      later.add(key);
    }
    return false;
  }
}

/** Events with the same key say the same thing at different times: the last one is enough. */
function coalescingKey(event: Event | undefined): string | undefined {
  switch (event?.type) {
    case "position_changed":
      return `${event.type}:${event.track_id}`;
    case "scan_progress":
    case "sound_check_progress":
      return event.type;
    case "progress":
      return `${event.type}:${event.account}:${event.phase}`;
    default:
      return undefined;
  }
}
