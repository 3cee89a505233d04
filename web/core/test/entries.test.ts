import { expect, test } from "vitest";
import { entriesFromDataTransfer, toEntries } from "../src/entries.js";

interface FakeEntry {
  name: string;
  fullPath: string;
  isFile: boolean;
}

function file(path: string): FakeEntry & { file(done: (file: File) => void): void } {
  const name = path.split("/").at(-1) ?? "";
  return { name, fullPath: path, isFile: true, file: (done) => done(new File(["x"], name)) };
}

function folder(path: string, children: FakeEntry[]) {
  return {
    name: path.split("/").at(-1) ?? "",
    fullPath: path,
    isFile: false,
    createReader() {
      const left = [...children];
      // Two at a time, as browsers do with a hundred.
      return { readEntries: (done: (entries: FakeEntry[]) => void) => done(left.splice(0, 2)) };
    },
  };
}

function drop(entries: (FakeEntry | File)[]): DataTransfer {
  const items = entries.map((entry): object =>
    entry instanceof File
      ? { kind: "file", webkitGetAsEntry: () => null, getAsFile: () => entry }
      : { kind: "file", webkitGetAsEntry: () => entry },
  );
  return { items: [{ kind: "string" }, ...items] } as unknown as DataTransfer;
}

test("walks dropped folders to the bottom and keeps paths", async () => {
  const music = folder("/Music", [
    file("/Music/c.flac"),
    folder("/Music/Album", [file("/Music/Album/2.flac"), file("/Music/Album/1.flac")]),
    file("/Music/b.flac"),
    folder("/Music/Empty", []),
  ]);
  const entries = await entriesFromDataTransfer(
    drop([music, file("/loose.mp3"), new File([], "plain.wav")]),
  );
  expect(entries.map((entry) => entry.path)).toEqual([
    "plain.wav",
    "Music/Album/1.flac",
    "Music/Album/2.flac",
    "Music/b.flac",
    "Music/c.flac",
    "loose.mp3",
  ]);
});

test("names the entry that cannot be read", async () => {
  const broken = {
    ...file("/gone.mp3"),
    file: (_done: unknown, fail: (error: Error) => void) => fail(new Error("NotFoundError")),
  };
  await expect(entriesFromDataTransfer(drop([broken]))).rejects.toMatchObject({
    code: "permission_denied",
    message: "/gone.mp3 cannot be read",
  });
});

test("takes files with and without a folder", () => {
  const nested = new File([], "a.mp3");
  Object.defineProperty(nested, "webkitRelativePath", { value: "X/a.mp3" });
  expect(toEntries([nested, new File([], "b.mp3")]).map((entry) => entry.path)).toEqual([
    "X/a.mp3",
    "b.mp3",
  ]);
});
