/** Small dialogs: one question, one answer. Escape and the backdrop mean no. */
import { button } from "./buttons.ts";
import { type Child, h } from "./dom.ts";
import { noteFocus } from "./focus.ts";

/** Shows a dialog with these parts; `close` ends it. */
export function openDialog(title: string, ...parts: Child[]): HTMLDialogElement {
  const dialog = h(
    "dialog",
    { class: "dialog", attrs: { "aria-label": title } },
    h("h2", { dir: "auto" }, title),
    ...parts,
  );
  const giveBack = noteFocus(document.body);
  dialog.addEventListener("close", () => {
    dialog.remove();
    // What had the focus may have been made anew behind the dialog.
    giveBack();
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) {
      dialog.close();
    }
  });
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/** Asks for a line of text; `undefined` when there is no answer. */
export function askText(title: string, label: string, value = ""): Promise<string | undefined> {
  const input = h("input", {
    type: "text",
    class: "field",
    dir: "auto",
    value,
    required: true,
    maxLength: 500,
  });
  return ask(title, "Save", () => input.value.trim() || undefined, h("label", {}, label, input));
}

/** Asks whether to do something. */
export async function confirm(title: string, text: string, label: string): Promise<boolean> {
  return (await ask(title, label, () => true, h("p", {}, text))) ?? false;
}

/** Shows a form and waits for its answer; `undefined` when it was left. */
export function ask<T>(
  title: string,
  label: string,
  answer: () => T | undefined,
  ...parts: Child[]
): Promise<T | undefined> {
  return new Promise((resolve) => {
    const form = h(
      "form",
      { method: "dialog", class: "dialog-form" },
      ...parts,
      h(
        "div",
        { class: "dialog-actions" },
        button("", () => dialog.close(), "Cancel"),
        h("button", { class: "button primary" }, label),
      ),
    );
    form.addEventListener("submit", (event) => {
      // Answered within the click, not when the dialog has closed: a window may be opened then.
      event.preventDefault();
      resolve(answer());
      dialog.close();
    });
    const dialog = openDialog(title, form);
    dialog.addEventListener("close", () => resolve(undefined));
  });
}
