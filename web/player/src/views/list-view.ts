/** A heading over one long list, which is filled anew when its order changes. */
import type { Page } from "@music-platform-core/web";
import { h } from "../dom.ts";
import { count } from "../format.ts";
import { Pager } from "../pager.ts";
import { toastError } from "../toasts.ts";
import { virtualList } from "../virtual-list.ts";
import { heading, type Sorts, storedSort } from "./heading.ts";
import type { View } from "./view.ts";

/** What the list holds and how it looks. */
export interface ListOptions<T> {
  title: string;
  /** What one item is called. */
  noun: string;
  total: number;
  /** The orders there are, if there is a choice. */
  sorts?: Sorts;
  /** About how high a row is. */
  rowHeight: number;
  read(query: {
    sort?: string | undefined;
    limit: number;
    after: string | undefined;
    skip: number | undefined;
  }): Promise<Page<T>>;
  render(item: T, index: number, pager: Pager<T>): HTMLElement;
}

/** Puts a heading over `list` and fills it in the order that was chosen last. */
export async function listView<T>(list: HTMLElement, options: ListOptions<T>): Promise<View> {
  const { title, noun, total, sorts, rowHeight, read, render } = options;
  let controller = new AbortController();
  const fill = (): Promise<void> => {
    controller.abort();
    controller = new AbortController();
    list.replaceChildren();
    const sort = sorts && storedSort(title, sorts);
    const pager = new Pager<T>(
      (after, limit, skip) => read({ sort, limit, after, skip: skip || undefined }),
      { leaps: true },
    );
    return virtualList(list, pager, {
      total,
      rowHeight,
      render: (item, index) => render(item, index, pager),
      failed: (error) => toastError(`More ${noun}s cannot be read`, error),
      signal: controller.signal,
    });
  };
  const element = h(
    "div",
    { class: "view" },
    heading(title, count(total, noun), sorts && { sorts, changed: fill }),
    list,
  );
  await fill();
  return { element, leave: () => controller.abort() };
}
