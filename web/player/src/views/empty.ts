/** What a library without music shows: what to do. */
import { button } from "../buttons.ts";
import { h } from "../dom.ts";
import { accountAdd } from "../parts.ts";
import type { Context, View } from "./view.ts";

/** Makes the view. */
export function empty(context: Context, durable: boolean): View {
  const { choose } = context;
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
      button("primary large", () => choose("folder"), "Add a folder"),
      button("large", () => choose("files"), "Add files"),
      button("large", async () => (await accountAdd()).addMusic(context), "Add from…"),
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
