import type { DriveDescription, NewAccount } from "@music-platform-core/web";
import { expect, test, vi } from "vitest";
import { type AddMusic, type Field, filledIn, signInAgain } from "../src/account-add.ts";

/** Elements that nobody looks at. */
vi.mock("../src/dom.ts", () => ({
  h: () => ({ addEventListener: () => {}, classList: { add: () => {} }, close: () => {} }),
}));
vi.mock("../src/dialogs.ts", async () => {
  const { h } = await import("../src/dom.ts");
  return { openDialog: () => h("dialog"), ask: vi.fn() };
});

test("a password keeps the spaces around it, anything else loses them", () => {
  const field = (name: Field["name"], type = "text"): Field => ({ name, label: name, type });
  expect(
    filledIn([
      [field("url", "url"), " https://dav.test/ "],
      [field("user"), " ann\n"],
      [field("password", "password"), " two words "],
      [field("root"), "  "],
    ]),
  ).toEqual({ url: "https://dav.test/", user: "ann", password: " two words " });
  expect(filledIn([[field("password", "password"), " "]])).toEqual({ password: " " });
  expect(filledIn([[field("password", "password"), ""]])).toEqual({});
});

test("a sign-in begins within the click, while a window may still be opened", () => {
  const add = vi.fn((_account: NewAccount) => new Promise(() => {}));
  const kind = { kind: "onedrive", name: "OneDrive", sign_in: "provider" } as DriveDescription;
  void signInAgain({ core: { accounts: { add } } } as unknown as AddMusic, kind);
  // Not a turn later.
  expect(add.mock.calls[0]?.[0]).toEqual({ kind: "onedrive" });
});
