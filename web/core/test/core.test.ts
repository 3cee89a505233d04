import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { WorkerClient } from "../src/client.js";
import { type Core, connect } from "../src/core.js";
import { MusicCoreError } from "../src/errors.js";
import { EventHub } from "../src/events.js";
import { FakeBundle } from "./fake-bundle.js";
import { FakeWorker } from "./fake-worker.js";

let bundle: FakeBundle;
let worker: FakeWorker;
let core: Core;

beforeEach(async () => {
  bundle = new FakeBundle();
  worker = new FakeWorker(bundle);
  core = await connect(worker, { profile: "tests" });
});

afterEach(() => worker.terminate());

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 30));

describe("start", () => {
  test("passes profile, log level and the address of the bundle", async () => {
    const other = new FakeBundle();
    const second = new FakeWorker(other);
    await connect(second, {
      profile: "p",
      logLevel: "debug",
      wasmUrl: new URL("https://cdn.example/x.wasm"),
    });
    expect(other.config).toEqual({
      profile: "p",
      log_level: "debug",
      page: expect.any(String),
      was_stored: false,
    });
    expect(other.wasmUrl).toBe("https://cdn.example/x.wasm");
    expect(bundle.config).toEqual({
      profile: "tests",
      page: expect.any(String),
      was_stored: false,
    });
    second.terminate();
  });

  test("shows sign-in pages in the way the page chooses", async () => {
    const other = new FakeBundle();
    const second = new FakeWorker(other);
    const showSignIn = vi.fn();
    await connect(second, { redirectUrl: "https://app.example/sign-in.html", showSignIn });
    expect(other.config).toMatchObject({ redirect_uri: "https://app.example/sign-in.html" });
    other.show("https://provider.example/authorize?state=s");
    await settle();
    expect(showSignIn.mock.calls).toEqual([["https://provider.example/authorize?state=s"]]);
    second.terminate();
  });

  test("tells what the host can do", () => {
    expect(core.capabilities.database).toBe("memory");
  });

  test("names the bundle when it cannot be loaded", async () => {
    const broken = new FakeBundle();
    broken.initError = new TypeError("404");
    const second = new FakeWorker(broken);
    await expect(connect(second, {})).rejects.toMatchObject({
      name: "MusicCoreError",
      code: "start_failed",
      message: expect.stringContaining("404"),
    });
    expect(second.terminated).toBe(true);
  });

  test("passes on the core's own reason", async () => {
    const broken = new FakeBundle();
    broken.startError = JSON.stringify({ code: "conflict", message: "another tab" });
    await expect(connect(new FakeWorker(broken), {})).rejects.toMatchObject({ code: "conflict" });
  });

  test("fails when the worker cannot be loaded", async () => {
    const silent = new FakeWorker({ init: () => new Promise(() => {}), start: vi.fn() });
    const started = connect(silent, {});
    silent.fail("error");
    await expect(started).rejects.toMatchObject({ code: "worker_crashed" });
  });

  test("works without a document", async () => {
    expect(globalThis.document).toBeUndefined();
    expect(await import("../dist/index.js")).toHaveProperty("createCore");
  });
});

describe("calls", () => {
  test("match answers that arrive in another order", async () => {
    const order: string[] = [];
    const [albums, tracks] = await Promise.all([
      core.library.albums({ sort: "title" }).finally(() => order.push("albums")),
      core.library.tracks({ limit: 1, year: undefined }).finally(() => order.push("tracks")),
    ]);
    expect(albums.items[0]?.title).toBe("Album");
    expect(albums.next).toBe("n");
    expect(tracks.items[0]?.title).toBe("One");
    expect(order).toEqual(["tracks", "albums"]);
    expect(bundle.calls.map((call) => call.params)).toEqual([{ sort: "title" }, { limit: 1 }]);
  });

  test("reject with the core's code", async () => {
    const error = await core.library.track("t9").catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(MusicCoreError);
    expect(error).toMatchObject({ code: "not_found", message: "no such track" });
  });

  test("reject for an unknown method", async () => {
    const client = new WorkerClient(worker, new EventHub());
    await expect(client.call("library.fly", {})).rejects.toMatchObject({
      code: "invalid_request",
      message: "unknown method library.fly",
    });
  });

  test("reject what cannot be sent", async () => {
    const entries = [{ path: "x", file: (() => {}) as unknown as File }];
    await expect(core.library.import(entries)).rejects.toMatchObject({ code: "invalid_request" });
  });

  test("import keeps paths", async () => {
    const plain = new File(["abc"], "a.flac");
    const nested = new File(["abcd"], "b.flac");
    Object.defineProperty(nested, "webkitRelativePath", { value: "Album/b.flac" });
    const report = await core.library.import([plain, nested]);
    expect(report.added).toBe(2);
    await core.library.import([{ path: "x/c.flac", file: plain }]);
    expect(bundle.imports).toEqual([
      [
        { path: "a.flac", size: 3 },
        { path: "Album/b.flac", size: 4 },
      ],
      [{ path: "x/c.flac", size: 3 }],
    ]);
  });

  test("cover is a picture with its colour, in the size asked for, or nothing", async () => {
    const cover = await core.library.cover("a1", "original");
    expect(cover?.picture.type).toBe("image/png");
    expect(cover?.picture.size).toBe(4);
    expect(cover?.colour).toBe("#0080ff");
    expect((await core.library.cover("a1", "thumbnail"))?.picture.type).toBe("image/jpeg");
    // The full size, if none is named.
    expect((await core.library.cover("a1"))?.colour).toBeNull();
    expect(await core.library.cover("none")).toBeUndefined();
  });

  test("the library is written to a file and read from one", async () => {
    const file = await core.library.exportLibrary();
    expect(await file.text()).toContain("music-platform-library");
    const report = await core.library.importLibrary(file);
    expect([report.tracks, report.matched]).toEqual([3, 2]);
    const mode = { replace: { safety_copy: null } };
    await core.library.importLibrary(file, mode);
    expect(bundle.restored.map((restored) => restored.mode)).toEqual(["merge", mode]);
    await expect(core.library.importLibrary(new Blob([]))).rejects.toMatchObject({
      code: "unsupported_format",
    });
  });
});

describe("abort", () => {
  test("rejects at once with the reason and cancels the work", async () => {
    const controller = new AbortController();
    const reason = new Error("no longer wanted");
    const found = core.library.search("x", { signal: controller.signal });
    await settle();
    controller.abort(reason);
    await expect(found).rejects.toBe(reason);
    await settle();
    expect(bundle.cancelled).toEqual([bundle.calls[0]?.id]);
  });

  test("before the call sends nothing", async () => {
    const before = worker.received.length;
    const signal = AbortSignal.abort("early");
    await expect(core.library.tracks({}, { signal })).rejects.toBe("early");
    await expect(core.player.play("t", { signal })).rejects.toBe("early");
    await settle();
    expect(worker.received).toHaveLength(before);
  });

  test("after the answer does nothing", async () => {
    const controller = new AbortController();
    await core.library.tracks({}, { signal: controller.signal });
    controller.abort();
    await settle();
    expect(bundle.cancelled).toEqual([]);
  });

  test("ignores an answer that comes too late", async () => {
    const controller = new AbortController();
    const albums = core.library.albums({}, { signal: controller.signal });
    controller.abort("late");
    await expect(albums).rejects.toBe("late");
    await settle();
    expect((await core.library.tracks()).items).toHaveLength(1);
  });
});

describe("crash", () => {
  const cases: [string, () => unknown][] = [
    ["an uncaught exception", () => worker.fail("error", "boom")],
    ["an unreadable message", () => worker.fail("messageerror")],
    ["an unhandled rejection", () => worker.rejectUnhandled(new Error("boom"))],
    ["a trap", () => core.player.seek(1).catch(() => {})],
  ];
  test.each(cases)("%s fails every pending call exactly once", async (_name, crash) => {
    bundle.crashOn = "player.seek";
    const failures: unknown[] = [];
    const calls = ["a", "b", "c"].map((text) =>
      core.library.search(text).catch((error: unknown) => failures.push(error)),
    );
    await settle();
    await crash();
    await Promise.all(calls);
    worker.fail("error", "again");
    expect(failures).toHaveLength(3);
    for (const failure of failures) {
      expect(failure).toMatchObject({ code: "worker_crashed" });
    }
    expect(worker.terminated).toBe(true);
    await expect(core.library.tracks()).rejects.toMatchObject({ code: "worker_crashed" });
  });

  test("event streams deliver what they have and then throw once", async () => {
    const events = core.events();
    bundle.emit({ category: "library", type: "scan_started" });
    await settle();
    worker.fail("error", "boom");
    expect((await events.next()).value).toMatchObject({ type: "scan_started" });
    await expect(events.next()).rejects.toMatchObject({ code: "worker_crashed" });
    expect(await events.next()).toEqual({ done: true, value: undefined });
  });
});

describe("dispose", () => {
  test("fails pending calls, shuts down in order and can be repeated", async () => {
    const search = core.library.search("x");
    const rejected = expect(search).rejects.toMatchObject({ code: "disposed" });
    const first = core.dispose();
    expect(core.dispose()).toBe(first);
    await rejected;
    await first;
    expect(bundle.shutdowns).toBe(1);
    expect(worker.terminated).toBe(true);
    await expect(core.library.tracks()).rejects.toMatchObject({ code: "disposed" });
    await expect(core.player.pause()).rejects.toMatchObject({ code: "disposed" });
  });

  test("does not wait for ever", async () => {
    bundle.hangShutdown = true;
    vi.useFakeTimers();
    const disposed = core.dispose();
    await vi.advanceTimersByTimeAsync(5000);
    await disposed;
    vi.useRealTimers();
    expect(worker.terminated).toBe(true);
  });

  test("ends event streams", async () => {
    const events = core.events();
    const next = events.next();
    await core.dispose();
    expect(await next).toEqual({ done: true, value: undefined });
    expect((await core.events().next()).done).toBe(true);
  });

  test("after a crash still resolves", async () => {
    worker.fail("error", "boom");
    await core.dispose();
  });

  test("runs at the end of `await using`", async () => {
    await core[Symbol.asyncDispose]();
    expect(bundle.shutdowns).toBe(1);
  });
});
