/** What is shown in place of something that could not be. */
import { h } from "../dom.ts";
import { explain } from "../remedies.ts";
import type { View } from "./view.ts";

/** Makes the view; `retry` is offered as a button. */
export function failure(title: string, error: unknown, retry: () => void): View {
  const { message, remedy } = explain(error);
  const element = h(
    "div",
    { class: "view empty", attrs: { role: "alert" } },
    h("h1", {}, title),
    h("p", {}, message),
    remedy ? h("p", {}, remedy) : undefined,
    h(
      "button",
      { type: "button", class: "button primary large", on: { click: retry } },
      "Try again",
    ),
  );
  return { element, leave: () => {} };
}
