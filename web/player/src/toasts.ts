/** Short messages above the player. */
import { byId, h } from "./dom.ts";
import { icon } from "./icons.ts";
import { inWords, isAbort } from "./remedies.ts";

/** What a message says and offers. */
export interface Toast {
  /** A later message with the same key takes the place of this one. */
  key?: string;
  title: string;
  text?: string | undefined;
  action?: { label: string; run(): unknown } | undefined;
  kind?: "error" | "info";
  /**
   * How long it stays, and stays again while it is pointed at or has the focus. `Infinity` is until
   * it is closed, or a later one takes its place.
   */
  ms?: number;
}

/** How many are shown at a time. */
const MOST = 3;

const timers = new WeakMap<Element, ReturnType<typeof setTimeout>>();

/** Shows a message. */
export function toast({ key, title, text, action, kind = "info", ms }: Toast): void {
  const host = byId("toasts");
  const lasts = ms ?? (kind === "error" ? 12_000 : 6_000);
  const stands = lasts === Number.POSITIVE_INFINITY;
  const close = (): void => remove(element);
  const element = h(
    "div",
    { class: `toast ${kind}`, attrs: key ? { "data-key": key } : {} },
    h(
      "div",
      { class: "toast-body" },
      h("p", { class: "toast-title" }, title),
      text ? h("p", { class: "toast-text" }, text) : undefined,
    ),
    action &&
      h(
        "button",
        {
          type: "button",
          class: "button small",
          on: {
            click: () => {
              if (!stands) {
                close();
              }
              attempt(action.run);
            },
          },
        },
        action.label,
      ),
    h(
      "button",
      {
        type: "button",
        class: "icon-button",
        attrs: { "aria-label": "Close" },
        on: { click: close },
      },
      icon("close"),
    ),
  );
  for (const old of [...host.children]) {
    if (key && (old as HTMLElement).dataset.key === key) {
      remove(old);
    }
  }
  const shown = [...host.children];
  if (shown.length >= MOST) {
    // One that is to stand has no timer.
    remove(shown.find((each) => timers.has(each)) ?? shown[0]);
  }
  host.append(element);
  const wait = (): void => {
    const over = (): void => (element.matches(":hover, :focus-within") ? wait() : close());
    timers.set(element, setTimeout(over, lasts));
  };
  if (!stands) {
    wait();
  }
}

/** Takes a message away; the focus goes to the main part of the page if it was in there. */
function remove(element: Element | undefined): void {
  clearTimeout(element && timers.get(element));
  const focused = element?.contains(document.activeElement);
  element?.remove();
  if (focused) {
    byId("main").focus({ preventScroll: true });
  }
}

/** Shows what went wrong and what helps; nothing for what was merely given up. */
export function toastError(what: string, error: unknown): void {
  if (isAbort(error)) {
    return;
  }
  toast({ key: what, kind: "error", title: what, text: inWords(error) });
}

/** Does what was asked for; `what` stands over the message if it fails. */
export function attempt(run: () => unknown, what = "That did not work"): void {
  // Begun at once, not a turn later: only within the click itself may a window be opened.
  (async () => run())().catch((error: unknown) => toastError(what, error));
}
