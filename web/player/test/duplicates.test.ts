import type { Core, DuplicateGroup, Event } from "@music-platform-core/web";
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
  checkSounds: vi.fn(),
};
let tell = (_: Event): void => {};
async function* events() {
  yield await new Promise<Event>((resolve) => {
    tell = resolve;
  });
}
const context = { core: { library, events } as unknown as Core } as Context;

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

test("sounds are compared, with progress, and until it is stopped", async () => {
  const { element } = await duplicates(context, {} as Visit);
  const view = element as unknown as FakeElement;
  part("main").append(view);
  let finish = (_: object): void => {};
  let heard: AbortSignal | undefined;
  library.checkSounds.mockImplementation(({ signal }: { signal: AbortSignal }) => {
    heard = signal;
    return new Promise((resolve, reject) => {
      finish = resolve;
      signal.addEventListener("abort", () => reject(new DOMException("", "AbortError")));
    });
  });
  buttonOf(view, "Compare by sound").click();
  tell({ category: "library", type: "sound_check_progress", done: 1, total: 2 } as Event);
  await vi.advanceTimersByTimeAsync(0);
  groups = [group("sound", "d", "e")];
  finish({ listened: 2, alike: 1, failed: [], seconds: 1 });
  buttonOf(view, "Listening: 1 of 2 – stop");
  await vi.advanceTimersByTimeAsync(0);
  expect(view.textContent).toContain("They sound the same:");
  expect(part("toasts").textContent).toContain("1 group of the same sound 2 tracks listened to");
  buttonOf(view, "Compare by sound").click();
  buttonOf(view, "Listening – stop").click();
  await vi.advanceTimersByTimeAsync(0);
  expect(heard?.aborted).toBe(true);
  buttonOf(view, "Compare by sound");
  expect(part("toasts").textContent).not.toContain("did not work");
});
