/** What is shown in place of something that could not be. */
import { button } from "../buttons.ts";
import { h } from "../dom.ts";
import type { explain } from "../remedies.ts";
import type { View } from "./view.ts";

/** Makes the view of what happened and what helps; `retry` is offered as a button. */
export function failure(
  title: string,
  { message, remedy }: ReturnType<typeof explain>,
  retry: () => void,
): View {
  const element = h(
    "div",
    { class: "view empty", attrs: { role: "alert" } },
    h("h1", {}, title),
    h("p", {}, message),
    remedy !== undefined && h("p", {}, remedy),
    button("primary large", retry, "Try again"),
  );
  return { element, leave: () => {} };
}
