/** What a library without music shows: what to do. */
import { addMusic } from "../account-add.ts";
import { h } from "../dom.ts";
import { toastError } from "../toasts.ts";
import type { Context, View } from "./view.ts";

/** Makes the view. */
export function empty(context: Context, durable: boolean): View {
  const { choose } = context;
  const from = (): void => {
    addMusic(context).catch((error: unknown) => toastError("That did not work", error));
  };
  const element = h(
    "div",
    { class: "view empty" },
    h("div", { class: "record", attrs: { "aria-hidden": "true" } }, h("span")),
    h("h1", {}, "Bring your music"),
    h(
      "p",
      {},
      "Choose a folder, or drop files and folders anywhere on this page. Albums, artists and covers come from the tags in the files.",
    ),
    h(
      "div",
      { class: "empty-actions" },
      h(
        "button",
        { type: "button", class: "button primary large", on: { click: () => choose("folder") } },
        "Add a folder",
      ),
      h(
        "button",
        { type: "button", class: "button large", on: { click: () => choose("files") } },
        "Add files",
      ),
      h("button", { type: "button", class: "button large", on: { click: from } }, "Add from…"),
    ),
    h(
      "p",
      { class: "hint" },
      durable
        ? "The music is kept in this browser. Nothing is uploaded."
        : "This window keeps nothing: the music is gone when it is closed. Nothing is uploaded.",
    ),
  );
  return { element, leave: () => {} };
}
