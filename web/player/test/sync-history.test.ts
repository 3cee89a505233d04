import type { Account, Core, SyncJob } from "@music-platform-core/web";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { outcome, showHistory } from "../src/sync-history.ts";
import { buttonOf, openPage, page } from "./fake-page.ts";

const NONE = { added: 0, updated: 0, moved: 0, removed: 0, unchanged: 9, failed: 0 };
const job = (number: number, fields: Partial<SyncJob> = {}): SyncJob => ({
  id: `a/${number}`,
  account: "a",
  number,
  trigger: "scheduled",
  state: "completed",
  started_at: 1_700_000_000_000,
  ended_at: 1_700_000_000_000,
  counts: { ...NONE, requests: 1, bytes: 10 },
  error: null,
  ...fields,
});
const account = { id: "a", label: "ann@example.org", provider: "google-drive" } as Account;

beforeEach(() => void openPage());

afterEach(() => void vi.unstubAllGlobals());

test("syncs are shown page by page, with what went wrong", async () => {
  const pages = [
    { items: [job(2, { state: "failed", error: "no answer", trigger: "user" })], next: "c" },
    { items: [job(1, { trigger: "signed_in" })], next: null },
  ];
  const history = vi.fn(async (_: object) => pages.shift());
  await showHistory({ sync: { history } } as unknown as Core, account);
  const { body } = page.document;
  expect(body.textContent).toContain("Syncs of ann@example.org");
  expect(body.textContent).toContain("asked for");
  expect(body.textContent).toContain("No answer.");
  expect(body.textContent).not.toContain("after the sign-in");
  const earlier = buttonOf(body, "Earlier");
  earlier.click();
  await vi.waitFor(() => expect(body.textContent).toContain("after the sign-in"));
  expect(history.mock.calls.map(([query]) => query)).toEqual([
    { account: "a", limit: 10, after: undefined },
    { account: "a", limit: 10, after: "c" },
  ]);
  expect(earlier).toMatchObject({ hidden: true });
});

test("an outcome names what was done and nothing else", () => {
  expect(outcome(job(1))).toBe("In line · 1 request");
  const counts = { ...NONE, added: 3, failed: 1, requests: 0, bytes: 0 };
  expect(outcome(job(1, { counts }))).toBe("In line · 3 added · 1 not read");
  expect(outcome(job(1, { state: "cancelled", counts: null }))).toBe("Stopped");
  expect(outcome(job(1, { state: "interrupted", counts: null }))).toContain("went on from there");
  expect(outcome(job(1, { state: "running", counts: null }))).toBe("Is under way.");
  expect(outcome(job(1, { state: "pending", counts: null }))).toBe("Waits for a network.");
});
