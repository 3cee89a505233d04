import { type Core, MusicCoreError, type MusicErrorCode } from "@music-platform-core/web";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { buttonOf, openPage, page, part } from "./fake-page.ts";

// Icons are drawn in SVG, which matters nothing here.
vi.mock("../src/icons.ts", () => ({ icon: () => "" }));

const exportLibrary = vi.fn<() => Promise<Blob>>();
const importLibrary = vi.fn<() => Promise<object>>();
const status = vi.fn<() => Promise<object>>();
const core = { library: { exportLibrary, importLibrary }, status } as unknown as Core;

const REPORT = { tracks: 3, matched: 3, edited: 0, playlists: 2, plays: 1 };

/** Until when another tab holds the lock. */
let held: Promise<void> = Promise.resolve();
const locks = { request: (_name: string, run: () => unknown) => held.then(run) };

beforeEach(() => {
  vi.useFakeTimers();
  vi.resetModules();
  openPage("main", "toasts", "import-copy");
  held = Promise.resolve();
  vi.stubGlobal("navigator", { locks });
  URL.createObjectURL = vi.fn(() => "blob:copy");
  exportLibrary.mockReset().mockResolvedValue(new Blob(["{}"]));
  importLibrary.mockReset().mockResolvedValue(REPORT);
  status.mockReset().mockResolvedValue({ interrupted_restore: false });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const shown = () => part("toasts").children[0];

const dialog = () => page.document.body.querySelector("dialog");

const settle = () => vi.advanceTimersByTimeAsync(0);

/** Opens the page. */
async function open() {
  const { libraryCopies } = await import("../src/library-file.ts");
  await libraryCopies(core);
}

/** Chooses a copy to be read as `mode`, or as the dialog proposes. */
async function read(mode?: "merge" | "replace") {
  const input = part("import-copy");
  Object.assign(input, { files: [new File(["{}"], "copy.mpclib")] });
  input.fire("change");
  await settle();
  for (const radio of dialog()?.querySelectorAll("input") ?? []) {
    const { value, checked } = radio as unknown as HTMLInputElement;
    Object.assign(radio, { checked: mode === undefined ? checked : value === mode });
  }
  dialog()?.querySelector("form")?.fire("submit");
  await settle();
}

const fail = (code: string) =>
  importLibrary.mockRejectedValueOnce(new MusicCoreError(code as MusicErrorCode, "no such luck"));

test("a copy is written before another one replaces the library", async () => {
  await open();
  exportLibrary.mockImplementation(async () => {
    expect(importLibrary).not.toHaveBeenCalled();
    return new Blob(["{}"]);
  });
  await read("replace");
  expect(exportLibrary).toHaveBeenCalledTimes(1);
  const [[, mode]] = importLibrary.mock.calls as unknown as [[File, object]];
  expect(mode).toEqual({ replace: { safety_copy: null } });
  expect(shown()?.textContent).toContain("The library is the one of the copy now");
});

test("without that copy nothing is replaced", async () => {
  await open();
  exportLibrary.mockRejectedValueOnce(new MusicCoreError("quota_exceeded", "no room"));
  await read("replace");
  expect(importLibrary).not.toHaveBeenCalled();
  expect(shown()?.textContent).toContain("The library cannot be copied No room.");
});

test("what is added to the library takes no copy, and the page can be left", async () => {
  await open();
  importLibrary.mockReturnValueOnce(new Promise(() => {}));
  await read();
  expect(exportLibrary).not.toHaveBeenCalled();
  expect(page.window.fire("beforeunload")).toBe(false);
});

test("a message stands, and the page stays, until a replacement has ended", async () => {
  await open();
  let end = (_report: object): void => {};
  importLibrary.mockReturnValueOnce(
    new Promise((resolve) => {
      end = resolve;
    }),
  );
  await read("replace");
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(shown()?.textContent).toBe("Reading copy.mpclib…");
  expect(page.window.fire("beforeunload")).toBe(true);
  end(REPORT);
  await settle();
  expect(page.window.fire("beforeunload")).toBe(false);
  await vi.advanceTimersByTimeAsync(11_000);
  expect(shown()).toBeUndefined();
});

test.each([
  ["replace", "corrupt", true],
  ["replace", "quota_exceeded", true],
  ["replace", "worker_crashed", false],
  ["merge", "unsupported_format", true],
  ["merge", "quota_exceeded", false],
] as const)("a %s that fails with %s has changed nothing: %s", async (mode, code, unchanged) => {
  await open();
  fail(code);
  await read(mode);
  const text = `copy.mpclib cannot be read No such luck.${unchanged ? " Nothing has changed." : ""}`;
  expect(shown()?.textContent).toBe(text);
  expect(page.window.fire("beforeunload")).toBe(false);
});

test("a replacement that broke off is said until one has ended", async () => {
  await open();
  fail("restore_interrupted");
  await read("replace");
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(shown()?.textContent).toContain("copy.mpclib was not read to its end No such luck.");

  // Another file does not help, and half a library is not worth a copy.
  fail("corrupt");
  await read();
  expect(shown()?.textContent).toContain("No such luck. The library is still incomplete.");
  expect(exportLibrary).toHaveBeenCalledTimes(1);

  await read();
  expect(shown()?.textContent).toContain("The library is the one of the copy now");
  await read("replace");
  expect(exportLibrary).toHaveBeenCalledTimes(2);
});

test("a replacement that did not end is known whatever its error says", async () => {
  await open();
  status.mockResolvedValue({ interrupted_restore: true });
  fail("quota_exceeded");
  await read("replace");
  const text = "No such luck. The library is incomplete: read the copy again.";
  expect(shown()?.textContent).toContain(text);
});

test("a page that opens while another tab reads a copy waits for it", async () => {
  status.mockResolvedValueOnce({ interrupted_restore: true });
  let end = (): void => {};
  held = new Promise((resolve) => {
    end = resolve;
  });
  const opened = open();
  await settle();
  expect(shown()).toBeUndefined();
  end();
  await opened;
  expect(shown()).toBeUndefined();
});

test("a page that opens on half a library says so and asks for the copy", async () => {
  status.mockResolvedValue({ interrupted_restore: true });
  await open();
  const text = "The library is incomplete Reading a copy did not end. Read it again.";
  expect(shown()?.textContent).toContain(text);
  const chosen = vi.fn();
  part("import-copy").addEventListener("click", chosen);
  buttonOf(shown(), "Read a copy").click();
  expect(chosen).toHaveBeenCalledTimes(1);
  expect(shown()?.textContent).toContain(text);
});
