import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { attempt, type Toast, toast } from "../src/toasts.ts";
import { buttonOf, openPage, page, part } from "./fake-page.ts";

// Icons are drawn in SVG, which matters nothing here.
vi.mock("../src/icons.ts", () => ({ icon: () => "" }));

beforeEach(() => {
  vi.useFakeTimers();
  openPage("main", "toasts");
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const titles = () =>
  part("toasts")
    .querySelectorAll(".toast-title")
    .map((each) => each.textContent);

const show = (title: string, more: Partial<Toast> = {}) => {
  toast({ title, ...more });
  return part("toasts").children.at(-1);
};

test("what a click asks for is begun within the click", () => {
  const run = vi.fn();
  attempt(run);
  // Not a turn later: the browser would not open a window any more.
  expect(run).toHaveBeenCalledTimes(1);
});

test("a message goes after a while, and one that stands with the next of its key", () => {
  const ms = Number.POSITIVE_INFINITY;
  show("Copying…", { key: "copy", ms });
  show("Added");
  vi.advanceTimersByTime(7_000);
  expect(titles()).toEqual(["Copying…"]);
  for (const title of ["One", "Two", "Three"]) {
    show(title);
  }
  expect(titles()).toEqual(["Copying…", "Two", "Three"]);
  show("Copied", { key: "copy" });
  vi.advanceTimersByTime(7_000);
  expect(titles()).toEqual([]);
});

test("a message that stands is not closed by what it offers", () => {
  const action = { label: "Read", run: vi.fn() };
  buttonOf(show("Incomplete", { action, ms: Number.POSITIVE_INFINITY }), "Read").click();
  buttonOf(show("Failed", { action }), "Read").click();
  expect(action.run).toHaveBeenCalledTimes(2);
  expect(titles()).toEqual(["Incomplete"]);
});

test.each([
  ["is closed", () => buttonOf(part("toasts").children[0], "Close").click()],
  ["is replaced", () => show("Later", { key: "copy" })],
  ["has to make room", () => ["One", "Two", "Three"].map((title) => show(title))],
])("a message that %s gives the focus to the main part of the page", (_, end) => {
  buttonOf(show("First", { key: "copy" }), "Close").focus();
  end();
  expect(titles()).not.toContain("First");
  expect(page.document.activeElement).toBe(part("main"));
});
