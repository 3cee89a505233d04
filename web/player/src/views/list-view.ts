/** A heading over one list that is filled anew when its order changes. */
import { h } from "../dom.ts";
import { toastError } from "../toasts.ts";
import type { View } from "./view.ts";

/** Puts a heading over `list`; `load` fills the list in the stored order. */
export async function listView(
  list: HTMLElement,
  makeHeading: (changed: () => void) => HTMLElement,
  load: (list: HTMLElement, signal: AbortSignal) => Promise<void>,
): Promise<View> {
  let controller = new AbortController();
  const reload = async (): Promise<void> => {
    controller.abort();
    controller = new AbortController();
    list.parentElement?.querySelector(".list-end")?.remove();
    list.replaceChildren();
    await load(list, controller.signal);
  };
  const element = h(
    "div",
    { class: "view" },
    makeHeading(() => {
      reload().catch((error: unknown) => toastError("The list cannot be sorted", error));
    }),
    list,
  );
  await reload();
  return { element, leave: () => controller.abort() };
}
