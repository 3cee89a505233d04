import { MusicCoreError } from "@music-platform-core/web";
import { expect, test } from "vitest";
import { explain, inWords, OPENING, SERVER } from "../src/remedies.ts";

test("an error is told with what helps", () => {
  expect(inWords(new MusicCoreError("timed_out", "the drive did not answer"))).toBe(
    "The drive did not answer. Try again in a moment.",
  );
  expect(inWords(new Error("it broke!"))).toBe("It broke!");
});

test("what is wrong with a server is for the user to check, not for the browser", () => {
  const error = new MusicCoreError("permission_denied", "status 401");
  expect(inWords(error)).toMatch(/Allow this page/);
  expect(inWords(error, SERVER)).toBe("Status 401. Check the name and the password.");
});

test("a library that another tab keeps from opening is told to close the tab", () => {
  const error = new MusicCoreError("conflict", "a newer release has it open");
  expect(explain(error).remedy).toMatch(/^Something else changed it/);
  expect(explain(error, OPENING).remedy).toMatch(/^Close the other tabs/);
  const other = new MusicCoreError("worker_crashed", "the worker stopped");
  expect(explain(other, OPENING)).toEqual(explain(other));
});
