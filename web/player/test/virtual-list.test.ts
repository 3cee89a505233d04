import type { Page } from "@music-platform-core/web";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Pager } from "../src/pager.ts";
import { virtualList } from "../src/virtual-list.ts";
import { FakeElement, openPage } from "./fake-page.ts";

beforeEach(() => {
  openPage();
  vi.stubGlobal(
    "ResizeObserver",
    class {
      observe(): void {}
      disconnect(): void {}
    },
  );
});

afterEach(() => vi.unstubAllGlobals());

/** A list whose first page arrives when it is told to. */
function late(...items: string[]) {
  let arrive = (_page: Page<string>): void => {};
  const first = new Promise<Page<string>>((resolve) => {
    arrive = resolve;
  });
  return { pager: new Pager(() => first), arrive: () => arrive({ items, next: null }) };
}

function row(text: string): HTMLElement {
  const element = new FakeElement("li");
  element.append(text);
  return element as unknown as HTMLElement;
}

test("a list that was given up before its first page arrived shows nothing of it", async () => {
  const list = new FakeElement("ol");
  const fill = (pager: Pager<string>, signal: AbortSignal) =>
    virtualList(list as unknown as HTMLElement, pager, {
      rowHeight: 50,
      render: row,
      failed: vi.fn(),
      signal,
    });
  const [byTitle, byYear] = [late("A", "B", "C"), late("2001", "2002")];
  const controller = new AbortController();
  const first = fill(byTitle.pager, controller.signal);
  controller.abort();
  const second = fill(byYear.pager, new AbortController().signal);
  byYear.arrive();
  await second;
  byTitle.arrive();
  await first;
  expect(list.children.map((each) => each.textContent)).toEqual(["2001", "2002"]);
});
