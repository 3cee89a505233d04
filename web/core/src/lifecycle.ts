/**
 * Tells the worker what happens to its page. A worker sees neither `visibilitychange` nor
 * `freeze`, so the page posts them to a `BroadcastChannel` that the worker listens to.
 */

/** What the browser does with the page, in the core's words. */
export type Phase = "foreground" | "background" | "suspended" | "terminating";

/** The channel between the page called `page` and its worker. */
export function lifecycleChannel(profile: string, page: string): string {
  return `mpc-lifecycle:${profile}:${page}`;
}

/** The parts of a window that tell what happens to it. */
export interface PageScope {
  document?: EventTarget & { visibilityState: string };
  addEventListener(type: string, listener: (event: Event) => void): void;
  removeEventListener(type: string, listener: (event: Event) => void): void;
}

/** Posts every change of the page's life until it is closed. */
export class PageLifecycle {
  readonly #channel: BroadcastChannel;
  readonly #scope: PageScope;
  readonly #document: NonNullable<PageScope["document"]>;

  /** Begins to listen; without a document, as on a server, there is nothing to tell. */
  static begin(channel: string, scope: PageScope = globalThis): PageLifecycle | undefined {
    const { document } = scope;
    return document && "BroadcastChannel" in globalThis
      ? new PageLifecycle(channel, scope, document)
      : undefined;
  }

  private constructor(
    channel: string,
    scope: PageScope,
    document: NonNullable<PageScope["document"]>,
  ) {
    this.#channel = new BroadcastChannel(channel);
    this.#scope = scope;
    this.#document = document;
    for (const type of ["visibilitychange", "freeze", "resume"]) {
      document.addEventListener(type, this.#listener);
    }
    for (const type of ["pagehide", "pageshow"]) {
      scope.addEventListener(type, this.#listener);
    }
    if (this.#visible() !== "foreground") {
      this.#post(this.#visible());
    }
  }

  /** Ends it; the last phase stands. */
  close(): void {
    for (const type of ["visibilitychange", "freeze", "resume"]) {
      this.#document.removeEventListener(type, this.#listener);
    }
    for (const type of ["pagehide", "pageshow"]) {
      this.#scope.removeEventListener(type, this.#listener);
    }
    this.#channel.close();
  }

  readonly #listener = (event: Event): void => {
    switch (event.type) {
      case "freeze":
        this.#post("suspended");
        break;
      case "pagehide":
        // A persisted page is kept in memory and may come back; any other is gone.
        this.#post((event as PageTransitionEvent).persisted ? "suspended" : "terminating");
        break;
      default:
        this.#post(this.#visible());
    }
  };

  #visible(): Phase {
    return this.#document.visibilityState === "hidden" ? "background" : "foreground";
  }

  #post(phase: Phase): void {
    this.#channel.postMessage({ type: "lifecycle", phase });
  }
}
