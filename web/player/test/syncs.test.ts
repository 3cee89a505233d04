import type { Core, Track } from "@music-platform-core/web";
import { beforeEach, expect, test, vi } from "vitest";
import { type SyncProgress, Syncs } from "../src/syncs.ts";

let finish: (report: object) => void;
let fail: (error: unknown) => void;
let role: string;
let statuses: { account: string; is_running: boolean; completed_at: number | null }[];
let prioritised: string[][];
const start = vi.fn((_account: string, { signal }: { signal: AbortSignal }) => {
  return new Promise<object>((resolve, reject) => {
    finish = resolve;
    fail = reject;
    signal.addEventListener("abort", () => reject(signal.reason));
  });
});
let syncs: Syncs;
let seen: (SyncProgress | undefined)[];

beforeEach(() => {
  start.mockClear();
  role = "owner";
  statuses = [];
  prioritised = [];
  const core = {
    status: async () => ({ host: { role, sign_in: true } }),
    accounts: {
      list: async () => [
        { id: "a", state: "signed_in" },
        { id: "b", state: "signed_in" },
        { id: "c", state: "sign_in_required" },
      ],
    },
    sync: {
      start,
      status: async () => statuses,
      prioritise: async (ids: string[]) => void prioritised.push(ids),
    },
  };
  syncs = new Syncs(core as unknown as Core);
  seen = [];
  syncs.onChange((account) => seen.push(syncs.of(account)), new AbortController().signal);
});

const event = (type: string, fields: object) =>
  syncs.handle({ category: "sync", type, account: "a", ...fields } as never);

test("a sync tells how far it is, what it waits for, and what it did", async () => {
  const over = syncs.start("a");
  event("progress", { phase: "reading", done: 3, total: 12 });
  expect(seen.at(-1)).toMatchObject({ running: true, phase: "reading", done: 3, total: 12 });
  event("waiting", { reason: "offline" });
  expect(seen.at(-1)).toMatchObject({ waiting: "offline", phase: "reading" });
  event("progress", { phase: "reading", done: 4, total: 12 });
  expect(seen.at(-1)?.waiting).toBe(undefined);
  // One at a time.
  await syncs.start("a");
  expect(start).toHaveBeenCalledTimes(1);
  finish({ added: 12 });
  await over;
  expect(seen.at(-1)).toMatchObject({ running: false, report: { added: 12 } });
  const told = seen.length;
  event("progress", { phase: "reading", done: 5, total: 12 });
  expect(seen.length).toBe(told);
});

test("a sync that fails keeps its error, one that was stopped has none", async () => {
  const failed = syncs.start("a");
  fail(new Error("no answer"));
  await failed;
  expect(syncs.of("a")).toMatchObject({ running: false, error: new Error("no answer") });
  const stopped = syncs.start("a");
  syncs.stop("a");
  await stopped;
  expect(syncs.of("a")).toMatchObject({ running: false, error: undefined });
});

test("an account that is forgotten during its sync stays forgotten", async () => {
  for (const end of [() => {}, () => finish({}), () => fail(new Error("no answer"))]) {
    const over = syncs.start("a");
    syncs.forget("a");
    expect(seen.at(-1)).toBe(undefined);
    const told = seen.length;
    end();
    await over;
    expect(syncs.of("a")).toBe(undefined);
    expect(seen.length).toBe(told);
  }
  // It can be added again, and what belongs to the former one does not end the sync.
  const former = syncs.start("a");
  syncs.forget("a");
  const later = syncs.start("a");
  await former;
  expect(syncs.of("a")).toMatchObject({ running: true });
  finish({ added: 1 });
  await later;
  expect(syncs.of("a")).toMatchObject({ running: false, report: { added: 1 } });
});

test("the owner brings in line what was not lately, and what can be", async () => {
  const longAgo = Date.now() - 3_600_000;
  statuses = [
    { account: "a", is_running: false, completed_at: longAgo },
    { account: "b", is_running: false, completed_at: Date.now() },
    { account: "c", is_running: false, completed_at: null },
  ];
  role = "follower";
  await syncs.startAll();
  expect(start).not.toHaveBeenCalled();
  role = "owner";
  await syncs.startAll();
  expect(start.mock.calls).toMatchObject([["a", { trigger: "opened" }]]);
  finish({});
  await vi.waitFor(() => expect(syncs.of("a")?.running).toBe(false));
  await syncs.startAll();
  expect(start.mock.calls[1]).toMatchObject(["a", { trigger: "scheduled" }]);
});

test("what the user has stopped is not begun again by itself", async () => {
  statuses = [{ account: "a", is_running: false, completed_at: null }];
  role = "owner";
  const first = syncs.start("a");
  syncs.stop("a");
  await first;
  start.mockClear();
  await syncs.startAll();
  expect(start).not.toHaveBeenCalled();
  void syncs.start("a");
  expect(start).toHaveBeenCalledTimes(1);
});

test("what is on the screen is read first, if it is on a drive and not read yet", async () => {
  vi.useFakeTimers();
  const track = (id: string, path: string, duration_ms: number | null) =>
    ({ id, path, duration_ms }) as Track;
  syncs.shown(track("1", "remote:a/1.flac", null));
  syncs.shown(track("2", "remote:a/2.flac", 1000));
  syncs.shown(track("3", "music/3.flac", null));
  syncs.shown(track("4", "remote:a/4.flac", null));
  await vi.advanceTimersByTimeAsync(1000);
  expect(prioritised).toEqual([["1", "4"]]);
  vi.useRealTimers();
});
