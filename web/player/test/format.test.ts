import { expect, test } from "vitest";
import { count, details, hue, initials, length, time } from "../src/format.ts";

test("times", () => {
  expect([0, 999, 61_000, 3_723_000].map(time)).toEqual(["0:00", "0:00", "1:01", "1:02:03"]);
  expect([null, undefined, Number.NaN].map(time)).toEqual(["–:––", "–:––", "–:––"]);
});

test("lengths", () => {
  expect([4_000, 119_000, 3_600_000, 3_900_000].map(length)).toEqual([
    "4 s",
    "2 min",
    "1 h 0 min",
    "1 h 5 min",
  ]);
});

test("counts and details", () => {
  expect(count(1, "track")).toBe("1 track");
  expect(count(12_345, "album")).toBe("12,345 albums");
  expect(count(100, "track", true)).toBe("100+ tracks");
  expect(details("a", null, false, undefined, 1984)).toBe("a · 1984");
});

test("pictures of what has none", () => {
  expect(hue("x")).toBe(hue("x"));
  expect(initials("The (Quiet) One Two")).toBe("TQ");
  expect(initials("東雲カルテット")).toBe("東");
  expect(initials("— …")).toBe("");
});
