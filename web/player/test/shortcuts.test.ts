import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Playback } from "../src/playback.ts";
import { shortcuts } from "../src/shortcuts.ts";
import { FakeElement, openPage, page } from "./fake-page.ts";

let columns = "none";

beforeEach(() => {
  openPage("search");
  columns = "none";
  vi.stubGlobal("Element", FakeElement);
  vi.stubGlobal("requestAnimationFrame", (run: () => void) => setTimeout(run));
  vi.stubGlobal("getComputedStyle", () => ({
    display: columns === "none" ? "block" : "grid",
    gridTemplateColumns: columns,
  }));
  vi.useFakeTimers();
  shortcuts({} as Playback);
  press("Tab");
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const press = (key: string) =>
  page.window.fire("keydown", { key, target: page.document.activeElement });

/** A row with a button; of a long list with its place. */
function row(text: string, place?: number): FakeElement {
  const item = new FakeElement("li");
  const button = new FakeElement("button");
  button.append(text);
  item.append(button);
  if (place !== undefined) {
    item.setAttribute("aria-posinset", String(place));
  }
  return item;
}

function listOf(...rows: FakeElement[]): FakeElement {
  const list = new FakeElement("ol");
  list.append(...rows);
  const main = new FakeElement("main");
  main.append(list);
  page.document.body.append(main);
  rows[0]?.children[0]?.focus();
  return list;
}

const focused = () => page.document.activeElement?.textContent;

test("the arrows go through a list", () => {
  listOf(row("one"), row("two"));
  press("ArrowDown");
  expect(focused()).toBe("two");
  press("ArrowDown");
  expect(focused()).toBe("two");
  press("ArrowUp");
  expect(focused()).toBe("one");
});

test("in a grid they go up and down", () => {
  columns = "170px 170px 170px";
  listOf(...["a", "b", "c", "d", "e"].map((text, index) => row(text, index + 1)));
  press("ArrowDown");
  expect(focused()).toBe("d");
  press("ArrowUp");
  expect(focused()).toBe("a");
});

test("after scrolling the next row is the one after the focused, which is brought into view", () => {
  const away = row("first", 1);
  const list = listOf(away, row("far", 400), row("farther", 401));
  const scrolled = vi.fn(() => {
    setTimeout(() => list.replaceChildren(away, row("second", 2), row("third", 3)));
    // Made anew, it would not have the focus any more.
    setTimeout(() => away.children[0]?.focus());
  });
  Object.assign(away, { scrollIntoView: scrolled });
  press("ArrowDown");
  vi.runAllTimers();
  expect(scrolled).toHaveBeenCalled();
  expect(focused()).toBe("second");
});
