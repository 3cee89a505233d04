import type { Core } from "@music-platform-core/web";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { storage } from "../src/views/storage.ts";
import { buttonOf, type FakeElement, openPage, page, part } from "./fake-page.ts";

// Icons are drawn in SVG, which matters nothing here.
vi.mock("../src/icons.ts", () => ({ icon: () => "" }));

const health = {
  used: 2_000,
  quota: 10_000,
  last_eviction: null,
  persisted: false,
  damage: [] as { part: string; reason: string; records: number | null }[],
};
const persist = vi.fn<() => Promise<boolean>>();
const core = { storage: async () => ({ ...health }), persist } as unknown as Core;

beforeEach(() => {
  vi.useFakeTimers();
  openPage("main", "toasts");
  Object.assign(health, { used: 2_000, persisted: false, damage: [] });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

async function shown() {
  const { element, renew } = await storage(core);
  part("main").append(element as unknown as FakeElement);
  return renew;
}

test("what the browser promises is said, and the focus stays in the page", async () => {
  await shown();
  persist.mockImplementation(async () => {
    health.persisted = true;
    return true;
  });
  const keep = buttonOf(part("main"), "Keep it");
  keep.focus();
  keep.click();
  await vi.advanceTimersByTimeAsync(0);
  expect(part("main").textContent).toContain("The browser keeps it until you delete it.");
  expect(part("toasts").textContent).toBe("The browser keeps the library from now on");
  expect(page.document.activeElement).toBe(part("main"));
});

test("the figure is renewed, and the focus stays on the button", async () => {
  const renew = await shown();
  const before = buttonOf(part("main"), "Keep it");
  before.focus();
  health.used = 3_000;
  await renew();
  expect(part("main").textContent).toContain("3.0 kB of 10 kB in use.");
  const after = buttonOf(part("main"), "Keep it");
  expect(after).not.toBe(before);
  expect(page.document.activeElement).toBe(after);
});

test("what is damaged is said, with what helps", async () => {
  health.damage = [{ part: "block 7 of tracks", reason: "it is missing", records: 500 }];
  await shown();
  expect(part("main").textContent).toContain("500 records of the stored library cannot be read");
});
