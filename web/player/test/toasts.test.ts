import { expect, test, vi } from "vitest";
import { attempt } from "../src/toasts.ts";

test("what a click asks for is begun within the click", () => {
  const run = vi.fn();
  attempt(run);
  // Not a turn later: the browser would not open a window any more.
  expect(run).toHaveBeenCalledTimes(1);
});
