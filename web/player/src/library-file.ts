/** The library as a file: writing a copy of it, and reading one. */
import type { Core, ImportMode, ImportReport } from "@music-platform-core/web";
import { button } from "./buttons.ts";
import { ask } from "./dialogs.ts";
import { byId, download, h } from "./dom.ts";
import { count, details } from "./format.ts";
import { explain, inWords } from "./remedies.ts";
import { type Toast, toast } from "./toasts.ts";

/** Whoever reads a copy holds this, in all tabs. */
const LOCK = "mpc.copy";

/** Reading a copy began to replace the library, and has not ended since. */
let incomplete = false;

/** Reads the copies that are chosen, and says so if reading one was cut short before. */
export async function libraryCopies(core: Core): Promise<void> {
  const input = byId<HTMLInputElement>("import-copy");
  input.addEventListener("change", () => void read(core, input));
  // Another tab may be at it.
  incomplete =
    (await isInterrupted(core)) && (await navigator.locks.request(LOCK, () => isInterrupted(core)));
  if (incomplete) {
    sayIncomplete("The library is incomplete", "Reading a copy did not end. Read it again.");
  }
}

/** The buttons that write and read a copy, with what they are about. */
export function libraryFile(core: Core): HTMLElement {
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
      button("", choose, "Read a copy"),
    ),
  );
}

function choose(): void {
  byId("import-copy").click();
}

/** Says how it goes; one message takes the place of the other, and stands until it does. */
function say(message: Toast): void {
  toast({ key: "copy", ms: Number.POSITIVE_INFINITY, ...message });
}

/** Says, until a copy is read, what the library is waiting for. */
function sayIncomplete(title: string, text: string): void {
  say({ kind: "error", title, text, action: { label: "Read a copy", run: choose } });
}

/** Writes a copy; whether that worked. */
async function write(core: Core): Promise<boolean> {
  say({ title: "Writing a copy of the library…" });
  try {
    const day = new Date().toISOString().slice(0, 10);
    download(await core.library.exportLibrary(), `library-${day}.mpclib`);
    say({ title: "The copy is with your downloads", ms: 6_000 });
    return true;
  } catch (error) {
    say({
      kind: "error",
      title: "The library cannot be copied",
      text: inWords(error),
      ms: 12_000,
    });
    return false;
  }
}

async function read(core: Core, input: HTMLInputElement): Promise<void> {
  const [file] = input.files ?? [];
  input.value = "";
  const mode = file && (await askMode(file.name));
  if (!file || !mode) {
    return;
  }
  const replaces = mode !== "merge";
  // Half a library is not worth a copy.
  if (replaces && !incomplete && !(await write(core))) {
    return;
  }
  say({ title: `Reading ${file.name}…` });
  if (replaces) {
    addEventListener("beforeunload", stay);
  }
  try {
    const report = await navigator.locks.request(LOCK, () =>
      core.library.importLibrary(file, mode),
    );
    incomplete &&= !replaces;
    say({ ...(replaces ? replaced(report) : merged(report)), ms: 10_000 });
  } catch (error) {
    // What the core says about a file names the next step; the usual remedies are about music.
    const { message } = explain(error);
    const { code } = error as { code?: string };
    const title = `${file.name} cannot be read`;
    if (incomplete) {
      sayIncomplete(title, `${message} The library is still incomplete.`);
    } else if (code === "restore_interrupted") {
      incomplete = true;
      sayIncomplete(`${file.name} was not read to its end`, message);
    } else if (replaces && (await isInterrupted(core))) {
      incomplete = true;
      sayIncomplete(title, `${message} The library is incomplete: read the copy again.`);
    } else {
      const text = isUntouched(code, replaces) ? `${message} Nothing has changed.` : message;
      say({ kind: "error", title, text, ms: 12_000 });
    }
  } finally {
    removeEventListener("beforeunload", stay);
  }
}

/** Whether a replacement has begun and did not end; a core that has ended says so the next time. */
async function isInterrupted(core: Core): Promise<boolean> {
  const status = await core.status().catch(() => undefined);
  return status?.interrupted_restore ?? false;
}

/** Has the browser ask before the page is left. */
function stay(event: Event): void {
  event.preventDefault();
}

/** Whether a failure with this code has left the library as it was. */
function isUntouched(code: string | undefined, replaces: boolean): boolean {
  // A worker that has ended tells no more; a part of what is merged may be there already.
  return replaces
    ? code !== "worker_crashed" && code !== "disposed"
    : code === "unsupported_format" || code === "corrupt";
}

/** Asks how a file is read; nothing when it is not. */
function askMode(name: string): Promise<ImportMode | undefined> {
  const choice = (value: string, checked: boolean, text: string): HTMLElement =>
    h("label", {}, h("input", { type: "radio", name: "mode", value, checked }), ` ${text}`);
  const merge = choice(
    "merge",
    !incomplete,
    "Add its playlists, ratings, plays and edits to what is here",
  );
  const replace = choice(
    "replace",
    incomplete,
    incomplete ? "Replace what is here" : "Replace what is here; a copy of that is saved first",
  );
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
