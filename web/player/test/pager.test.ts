import { expect, test, vi } from "vitest";
import { Pager } from "../src/pager.ts";

test("follows the cursor to the end, and then asks no more", async () => {
  const fetch = vi.fn(async (after: string | undefined) =>
    after === undefined ? { items: [1, 2], next: "c" } : { items: [3], next: null },
  );
  const pager = new Pager(fetch);
  expect(pager.complete).toBe(false);
  expect(await pager.more()).toEqual([1, 2]);
  expect(await pager.more()).toEqual([3]);
  expect(await pager.more()).toEqual([]);
  expect(pager.items).toEqual([1, 2, 3]);
  expect(fetch.mock.calls).toEqual([
    [undefined, 100],
    ["c", 100],
  ]);
});

test("asks once when asked twice, and again after a failure", async () => {
  const fetch = vi
    .fn()
    .mockRejectedValueOnce(new Error("busy"))
    .mockResolvedValue({ items: [1], next: null });
  const pager = new Pager<number>(fetch);
  await expect(Promise.all([pager.more(), pager.more()])).rejects.toThrow("busy");
  expect(fetch).toHaveBeenCalledTimes(1);
  await pager.more();
  expect(pager.items).toEqual([1]);
});

test("a list of what is there is complete", () => {
  const pager = Pager.of(["a"]);
  expect(pager.items).toEqual(["a"]);
  expect(pager.complete).toBe(true);
});

test("reads whatever is left", async () => {
  const fetch = vi.fn(async (after: string | undefined) =>
    after === undefined ? { items: [1], next: "c" } : { items: [2], next: null },
  );
  const pager = new Pager(fetch);
  await pager.all();
  expect(pager.items).toEqual([1, 2]);
  await pager.all();
  expect(fetch).toHaveBeenCalledTimes(2);
});
