import { expect, test } from "vitest";
import { typedFilter } from "../src/mirror-filter.ts";

test("extensions are listed in any way, and sizes are in bytes", () => {
  expect(typedFilter(" flac, .mp3;wav ", "", "1.5")).toEqual({
    include: ["flac", ".mp3", "wav"],
    exclude: [],
    max_size: 1_572_864,
  });
  expect(typedFilter("", "ogg", " ")).toEqual({ include: [], exclude: ["ogg"], max_size: null });
});

test("nothing typed is no filter", () => {
  expect(typedFilter("", " ", "")).toBeUndefined();
});
