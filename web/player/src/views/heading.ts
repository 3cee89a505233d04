/** The top of a list: its name, how much there is, and how it is sorted. */
import { h } from "../dom.ts";

/** How a list can be sorted: the core's key and its name for people. */
export type Sorts = readonly (readonly [key: string, label: string])[];

/** The order a person chose last for this list, or the first one. */
export function storedSort(list: string, sorts: Sorts): string {
  const stored = localStorage.getItem(`mpc.sort.${list}`);
  return sorts.find(([key]) => key === stored)?.[0] ?? sorts[0]?.[0] ?? "title";
}

/** A heading with an amount and a choice of orders. */
export function heading(
  title: string,
  amount: string,
  sorting?: { list: string; sorts: Sorts; changed: (sort: string) => void },
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
        select(sorting.list, sorting.sorts, sorting.changed),
      ),
  );
}

function select(list: string, sorts: Sorts, changed: (sort: string) => void): HTMLSelectElement {
  const element = h(
    "select",
    {
      on: {
        change: () => {
          localStorage.setItem(`mpc.sort.${list}`, element.value);
          changed(element.value);
        },
      },
    },
    ...sorts.map(([value, label]) => h("option", { value }, label)),
  );
  element.value = storedSort(list, sorts);
  return element;
}
