import type { Core } from "@music-platform-core/web";
import { beforeEach, expect, test, vi } from "vitest";
import { storageEnded, tellOfDamage } from "../src/standing.ts";
import { toast } from "../src/toasts.ts";

vi.mock("../src/toasts.ts", () => ({ toast: vi.fn() }));

const kept = new Map<string, string>();
const health = { damage: [] as { part: string; reason: string; records: number | null }[] };
const core = { storage: async () => health } as unknown as Core;
const told = () => vi.mocked(toast).mock.calls.map(([{ text }]) => text);

beforeEach(() => {
  vi.clearAllMocks();
  kept.clear();
  health.damage = [];
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
  });
});

test("damage is told once, and again when there is more", async () => {
  await tellOfDamage(core);
  expect(told()).toEqual([]);
  health.damage = [{ part: "block 7 of tracks", reason: "it is missing", records: 500 }];
  await tellOfDamage(core);
  await tellOfDamage(core);
  expect(told()).toEqual([expect.stringContaining("500 records of the stored library")]);
  health.damage.push({ part: "commit 9", reason: "it is missing", records: null });
  await tellOfDamage(core);
  expect(told()).toHaveLength(2);
});

test("why nothing can be stored any more is said, and stands", () => {
  storageEnded("superseded");
  storageEnded("storage_deleted");
  const titles = vi.mocked(toast).mock.calls.map(([{ title, ms }]) => [title, ms]);
  expect(titles).toEqual([
    ["A newer release of the player is open in another tab", Number.POSITIVE_INFINITY],
    ["What this site had stored was deleted", Number.POSITIVE_INFINITY],
  ]);
});
