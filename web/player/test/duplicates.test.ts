import type { Core, DuplicateGroup } from "@music-platform-core/web";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { duplicates } from "../src/views/duplicates.ts";
import type { Context, Visit } from "../src/views/view.ts";
import { buttonOf, type FakeElement, openPage, part } from "./fake-page.ts";

// Icons are drawn in SVG, which matters nothing here.
vi.mock("../src/icons.ts", () => ({ icon: () => "" }));

const track = (id: string) => ({
  id,
  title: "Song",
  path: `m/${id}`,
  codec: "flac",
  bitrate: null,
  duration_ms: 60_000,
});
const group = (evidence: string, ...ids: string[]) =>
  ({ evidence, tracks: ids.map(track) }) as unknown as DuplicateGroup;

let groups: DuplicateGroup[] = [];
const gone = (...ids: string[]) => {
  groups = groups.filter(({ tracks }) => !ids.includes(tracks[0]?.id ?? ""));
};
const library = {
  duplicates: vi.fn(async () => ({ items: groups, next: null })),
  duplicatePolicy: async () => "keep_both",
  setDuplicatePolicy: vi.fn(async () => {}),
  merge: vi.fn(async (keep: string) => gone(keep)),
  split: vi.fn(async () => {}),
  keepApart: vi.fn(async (ids: string[]) => gone(...ids)),
};
const context = { core: { library } as unknown as Core } as Context;

beforeEach(() => {
  vi.useFakeTimers();
  openPage("main", "toasts");
  groups = [group("content", "a", "b", "c"), group("tags", "d", "e")];
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("groups are merged into their first track, kept, and taken apart again", async () => {
  const { element } = await duplicates(context, {} as Visit);
  const view = element as unknown as FakeElement;
  part("main").append(view);
  expect(view.textContent).toContain("2 groups");
  expect(view.textContent).toContain("The same content:");
  expect(view.textContent).toContain("flac · 1:00 · is kept");
  buttonOf(view, "Merge").click();
  await vi.advanceTimersByTimeAsync(0);
  expect(library.merge).toHaveBeenCalledWith("a", ["b", "c"]);
  expect(view.textContent).toContain("1 group");
  expect(view.textContent).not.toContain("The same content:");
  buttonOf(part("toasts"), "Take apart").click();
  await vi.advanceTimersByTimeAsync(0);
  expect(library.split.mock.calls).toEqual([["b"], ["c"]]);
  buttonOf(view, "Keep both").click();
  await vi.advanceTimersByTimeAsync(0);
  expect(library.keepApart).toHaveBeenCalledWith(["d", "e"]);
  expect(view.textContent).toContain("0 groups");
});
