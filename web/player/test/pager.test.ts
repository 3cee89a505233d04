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
    [undefined, 100, 0],
    ["c", 100, 0],
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

/** What is asked of a list of so many numbers, which can leap. */
function numbers(length: number) {
  const page = async (after: string | undefined, limit: number, skip: number) => {
    const from = after === undefined ? skip : Number(after);
    const to = Math.max(from, Math.min(from + limit, length));
    const items = Array.from({ length: to - from }, (_, index) => from + index);
    return { items, next: to < length ? String(to) : null };
  };
  const fetch = vi.fn(page);
  return { pager: new Pager(fetch, { leaps: true }), fetch, page };
}

/** Reads until nothing is missing. */
async function readAll<T>(pager: Pager<T>, from: number, to: number): Promise<void> {
  while (await pager.step(from, to)) {
    // One page at a time.
  }
}

test("leaps to any place, and reads on from there", async () => {
  const { pager, fetch } = numbers(100_000);
  await pager.more();
  await readAll(pager, 80_000, 80_050);
  expect(pager.items[80_049]).toBe(80_049);
  expect(pager.items[79_999]).toBeUndefined();
  expect([pager.items[80_099], pager.items[80_100]]).toEqual([80_099, undefined]);
  await readAll(pager, 80_090, 80_110);
  expect(await pager.at(79_999)).toBe(79_999);
  expect(pager.length).toBeUndefined();
  await readAll(pager, 99_990, 100_050);
  expect([pager.length, pager.complete]).toEqual([100_000, false]);
  expect(pager.items[99_999]).toBe(99_999);
  expect(await pager.at(100_000)).toBeUndefined();
  expect(fetch.mock.calls).toEqual([
    [undefined, 100, 0],
    [undefined, 100, 80_000],
    ["80100", 100, 0],
    // A whole page above what is there, and no further.
    [undefined, 100, 79_900],
    [undefined, 100, 99_990],
  ]);
});

test("what was leapt over is read without reading anything twice", async () => {
  const { pager, fetch } = numbers(1_000);
  for (const from of [0, 900, 450, 300, 120]) {
    await readAll(pager, from, from + 50);
  }
  await readAll(pager, 0, 1_000);
  expect(pager.complete).toBe(true);
  expect(pager.items).toEqual(Array.from({ length: 1_000 }, (_, index) => index));
  const read = await Promise.all(fetch.mock.results.map(({ value }) => value));
  expect(read.reduce((sum, page) => sum + page.items.length, 0)).toBe(1_000);
});

test("a list that is shorter than was thought ends where it ends", async () => {
  const { pager } = numbers(250);
  await pager.more();
  await readAll(pager, 900, 950);
  expect([pager.length, pager.complete]).toEqual([250, true]);
});

test("a list that grows shorter while it is read ends where it ends", async () => {
  let length = 100_000;
  const fetch = vi.fn(async (after: string | undefined, limit: number, skip: number) =>
    numbers(length).page(after, limit, skip),
  );
  const pager = new Pager(fetch, { leaps: true });
  await pager.more();
  await readAll(pager, 80_000, 80_050);
  length = 500;
  expect(await pager.at(60_000)).toBeUndefined();
  expect([pager.length, pager.complete, pager.items.length]).toEqual([500, true, 500]);
});

test("what fails for one who reads is tried again for another", async () => {
  const { pager, fetch } = numbers(1_000);
  fetch.mockRejectedValueOnce(new Error("busy"));
  const [first, second] = await Promise.allSettled([pager.step(0, 10), pager.step(5, 15)]);
  expect([first.status, second.status]).toEqual(["rejected", "fulfilled"]);
  expect([pager.items[0], await pager.at(0)]).toEqual([undefined, 0]);
});

test("a list that cannot leap is read from page to page, in long ones", async () => {
  const { fetch } = numbers(2_000);
  const pager = new Pager(fetch);
  await readAll(pager, 1_350, 1_360);
  expect(fetch.mock.calls).toEqual([
    [undefined, 400, 0],
    ["400", 400, 0],
    ["800", 400, 0],
    ["1200", 160, 0],
  ]);
});
