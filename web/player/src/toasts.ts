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
  /** How long it stays, and stays again while it is pointed at or has the focus. */
  ms?: number;
}

const timers = new WeakMap<Element, ReturnType<typeof setTimeout>>();

/** Shows a message. */
export function toast({ key, title, text, action, kind = "info", ms }: Toast): void {
  const host = byId("toasts");
  const close = (): void => {
    const focused = element.contains(document.activeElement);
    element.remove();
    if (focused) {
      byId("main").focus({ preventScroll: true });
    }
  };
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
              close();
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
      clearTimeout(timers.get(old));
      old.remove();
    }
  }
  host.append(element);
  while (host.children.length > 3) {
    host.firstElementChild?.remove();
  }
  const wait = (): void => {
    const over = (): void => (element.matches(":hover, :focus-within") ? wait() : close());
    timers.set(element, setTimeout(over, ms ?? (kind === "error" ? 12_000 : 6_000)));
  };
  wait();
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
