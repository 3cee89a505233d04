import type { Account, DriveDescription } from "@music-platform-core/web";
import { expect, test, vi } from "vitest";
import { describeAccount, needsSignIn } from "../src/account-words.ts";

/** Elements that nobody looks at. */
vi.mock("../src/dom.ts", () => ({ h: () => ({}) }));
vi.mock("../src/dialogs.ts", () => ({}));

const kind = { kind: "onedrive", name: "OneDrive", sign_in: "provider" } as DriveDescription;
const account = (state: Account["state"]): Account => ({
  id: "a",
  provider: "onedrive",
  label: null,
  added_at: 0,
  scopes: [],
  state,
});
const refused = {
  running: false,
  done: 0,
  error: Object.assign(new Error("refused"), { code: "permission_denied" }),
};

test("an account whose sign-in has ended asks for another", () => {
  const ended = account("sign_in_required");
  expect(needsSignIn(ended, undefined)).toBe(true);
  expect(describeAccount(ended, kind, undefined, undefined)).toContain("sign in again");
  expect(needsSignIn(account("signed_in"), refused)).toBe(true);
  expect(needsSignIn(account("signed_in"), undefined)).toBe(false);
});

test("one of which not even the kind is known is to be removed", () => {
  const unknown = { ...account("sign_in_required"), provider: "unknown" };
  expect(describeAccount(unknown, undefined, undefined, undefined)).toContain("Remove it");
});

test("one that is being removed asks for nothing, however its last sync has ended", () => {
  const leaving = account("leaving");
  expect(needsSignIn(leaving, refused)).toBe(false);
  expect(describeAccount(leaving, kind, undefined, refused)).toContain("Its tracks go");
});
