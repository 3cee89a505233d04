/** The window in which providers show their sign-in pages. */

const FEATURES = "popup,width=520,height=720";

/** The parts of a window that are needed. */
export interface SignInWindow {
  opener: unknown;
  closed: boolean;
  location: { replace(url: string): void };
  close(): void;
}

/** What opens windows; `null` is a window that the browser refused. */
export type OpenWindow = (url: string, target: string, features: string) => SignInWindow | null;

/**
 * Opens windows while a click still allows it, and shows pages in them once their address is
 * known. The provider's page cannot reach back: the window has no opener.
 */
export class SignInWindows {
  readonly #open: OpenWindow;
  #waiting: SignInWindow | undefined;

  constructor(open: OpenWindow = (...args) => globalThis.open?.(...args) ?? null) {
    this.#open = open;
  }

  /** Opens the window for the next page; `undefined` if the browser does not. */
  open(): SignInWindow | undefined {
    const opened = this.#open("", "_blank", FEATURES) ?? undefined;
    if (opened) {
      opened.opener = null;
      this.#waiting = opened;
    }
    return opened;
  }

  /** Shows a page in the window that waits for it, or else in a new one. */
  show(url: string): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting && !waiting.closed) {
      waiting.location.replace(url);
    } else {
      this.#open(url, "_blank", `${FEATURES},noopener`);
    }
  }

  /** Closes a window that is not needed any more; one that a provider's headers cut off stays. */
  close(opened: SignInWindow): void {
    if (this.#waiting === opened) {
      this.#waiting = undefined;
    }
    opened.close();
  }
}
