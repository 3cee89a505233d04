/** Buttons that do something, or say why they could not. */
import { type Child, h } from "./dom.ts";
import { attempt } from "./toasts.ts";

/** A button; `kind` is how it looks, beyond looking like a button. */
export function button(kind: string, run: () => unknown, ...children: Child[]): HTMLButtonElement {
  const click = (): void => attempt(run);
  return h("button", { type: "button", class: `button ${kind}`, on: { click } }, ...children);
}

/** An entry of a dialog that is a menu: closes the dialog, then does something. */
export function menuEntry(label: string, run: () => unknown): HTMLButtonElement {
  const entry = h(
    "button",
    {
      type: "button",
      class: "menu-entry",
      on: {
        click: () => {
          entry.closest("dialog")?.close();
          attempt(run);
        },
      },
    },
    label,
  );
  return entry;
}

/** The last line of a dialog that there is nothing to answer to. */
export function closing(): HTMLFormElement {
  return h(
    "form",
    { method: "dialog", class: "dialog-actions" },
    h("button", { class: "button" }, "Close"),
  );
}
