/** The top of a list: its name, how much there is, and how it is sorted. */
import { h } from "../dom.ts";
import { attempt } from "../toasts.ts";

/** How a list can be sorted: the core's key and its name for people. */
export type Sorts = readonly (readonly [key: string, label: string])[];

/** The order a person chose last for the list with this title, or the first one. */
export function storedSort(title: string, sorts: Sorts): string | undefined {
  const stored = localStorage.getItem(key(title));
  return (sorts.find(([sort]) => sort === stored) ?? sorts[0])?.[0];
}

/** A heading with an amount and a choice of orders. */
export function heading(
  title: string,
  amount: string,
  sorting?: { sorts: Sorts; changed(): Promise<void> },
): HTMLElement {
  return h(
    "div",
    { class: "heading" },
    h("h1", {}, title),
    h("span", { class: "amount" }, amount),
    sorting &&
      h(
        "label",
        { class: "sort" },
        h("span", {}, "Sort by"),
        select(title, sorting.sorts, sorting.changed),
      ),
  );
}

function select(title: string, sorts: Sorts, changed: () => Promise<void>): HTMLSelectElement {
  const current = storedSort(title, sorts);
  const element = h(
    "select",
    {
      on: {
        change: () => {
          localStorage.setItem(key(title), element.value);
          attempt(changed, "The list cannot be sorted");
        },
      },
    },
    ...sorts.map(([value, label]) => h("option", { value, selected: value === current }, label)),
  );
  return element;
}

function key(title: string): string {
  return `mpc.sort.${title.toLowerCase()}`;
}
