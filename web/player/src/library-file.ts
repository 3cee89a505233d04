/** The library as a file: writing a copy of it, and reading one. */
import type { Core, ImportMode, ImportReport } from "@music-platform-core/web";
import { button } from "./buttons.ts";
import { ask } from "./dialogs.ts";
import { h } from "./dom.ts";
import { count, details } from "./format.ts";
import { explain } from "./remedies.ts";
import { toast, toastError } from "./toasts.ts";

/** The buttons that write and read a copy, with what they are about. */
export function libraryFile(core: Core): HTMLElement {
  const input = h("input", {
    type: "file",
    accept: ".mpclib",
    hidden: true,
    attrs: { "aria-label": "Copy of a library" },
    on: { change: () => void read(core, input) },
  });
  return h(
    "section",
    { class: "storage" },
    h("h2", {}, "Copy of the library"),
    h(
      "p",
      {},
      "Playlists, ratings, plays and edits in one file, for safety or for another device. Music is not in it.",
    ),
    h(
      "div",
      { class: "actions" },
      button("", () => write(core), "Write a copy"),
      button("", () => input.click(), "Read a copy"),
      input,
    ),
  );
}

async function write(core: Core): Promise<void> {
  toast({ key: "copy", title: "Writing a copy of the library…" });
  try {
    const url = URL.createObjectURL(await core.library.exportLibrary());
    const day = new Date().toISOString().slice(0, 10);
    h("a", { href: url, attrs: { download: `library-${day}.mpclib` } }).click();
    // By then the browser has long taken what it downloads.
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
    toast({ key: "copy", title: "The copy is with your downloads", ms: 6_000 });
  } catch (error) {
    toast({ key: "copy", title: "The copy was not written", ms: 6_000 });
    toastError("The library cannot be copied", error);
  }
}

async function read(core: Core, input: HTMLInputElement): Promise<void> {
  const [file] = input.files ?? [];
  input.value = "";
  const mode = file && (await askMode(file.name));
  if (!file || !mode) {
    return;
  }
  toast({ key: "copy", title: `Reading ${file.name}…` });
  try {
    const report = await core.library.importLibrary(file, mode);
    toast({ key: "copy", ...(mode === "merge" ? merged(report) : replaced(report)), ms: 10_000 });
  } catch (error) {
    // What the core says about a file names the next step; the usual remedies are about music.
    toast({
      key: "copy",
      kind: "error",
      title: `${file.name} cannot be read`,
      text: explain(error).message,
    });
  }
}

/** Asks how a file is read; nothing when it is not. */
function askMode(name: string): Promise<ImportMode | undefined> {
  const choice = (value: string, checked: boolean, text: string): HTMLElement =>
    h("label", {}, h("input", { type: "radio", name: "mode", value, checked }), ` ${text}`);
  const merge = choice(
    "merge",
    true,
    "Add its playlists, ratings, plays and edits to what is here",
  );
  const replace = choice("replace", false, "Replace what is here; write a copy of that first");
  return ask<ImportMode>(
    `Read ${name}`,
    "Read",
    () => (replace.querySelector("input")?.checked ? { replace: { safety_copy: null } } : "merge"),
    merge,
    replace,
  );
}

function merged(report: ImportReport): { title: string; text: string } {
  const { tracks, matched, playlists, plays, edited } = report;
  const missing = tracks - matched;
  return {
    title: `Added ${count(playlists, "playlist")} and ${count(plays, "play")}`,
    text: details(
      edited > 0 && `${count(edited, "track")} edited`,
      missing > 0 &&
        `the files of ${count(missing, "track")} are not here: add them, then read the copy again`,
    ),
  };
}

function replaced({ tracks, playlists, plays }: ImportReport): { title: string; text: string } {
  return {
    title: "The library is the one of the copy now",
    text: details(count(tracks, "track"), count(playlists, "playlist"), count(plays, "play")),
  };
}
