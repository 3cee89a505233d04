/** Taking music in: buttons, drag and drop, progress, and the report at the end. */
import {
  type Core,
  type Event,
  entriesFromDataTransfer,
  type ImportSource,
  type ScanReport,
} from "@music-platform-core/web";
import { button, closing } from "./buttons.ts";
import { openDialog } from "./dialogs.ts";
import { byId, h } from "./dom.ts";
import { count, details } from "./format.ts";
import { isAbort, sentence } from "./remedies.ts";
import { toast, toastError } from "./toasts.ts";

type ScanProgress = Extract<Event, { type: "scan_progress" }>;

/** The import side of the page. */
export class Importer {
  readonly #core: Core;
  readonly #finished: (report: ScanReport | undefined) => void;
  readonly #host = byId("import-status");
  readonly #progress = h("progress", { attrs: { "aria-label": "Import progress" } });
  readonly #label = h("span", { class: "import-label", attrs: { role: "status" } });
  readonly #current = h("span", { class: "import-current", dir: "auto" });
  #controller: AbortController | undefined;
  #queue: Promise<void> = Promise.resolve();
  #waiting = 0;

  /** `finished` is called after every import, with its report unless it failed. */
  constructor(core: Core, finished: (report: ScanReport | undefined) => void) {
    this.#core = core;
    this.#finished = finished;
    this.#host.append(
      h("div", { class: "import-text" }, this.#label, this.#current),
      this.#progress,
      button("small", () => this.#controller?.abort(), "Stop"),
    );
    this.#inputs();
    this.#dragAndDrop();
  }

  /** Opens the browser's chooser for a folder or for files. */
  choose(what: "files" | "folder"): void {
    byId(`import-${what}`).click();
  }

  /** Imports `source` after whatever is being imported already. */
  add(source: ImportSource | Promise<ImportSource>): void {
    this.#waiting += 1;
    this.#queue = this.#queue
      .then(() => this.#run(source))
      .finally(() => {
        this.#waiting -= 1;
        this.#host.hidden = this.#waiting === 0;
      });
  }

  /** Follows the progress of the running import. */
  progress({ done, total, current }: ScanProgress): void {
    if (!this.#controller) {
      return;
    }
    this.#progress.max = Math.max(1, total);
    this.#progress.value = done;
    // Every number read out would drown everything else.
    this.#label.ariaLive = "off";
    this.#label.textContent = `Adding music: ${done} of ${count(total, "file")}`;
    this.#current.textContent = current ?? "";
  }

  async #run(source: ImportSource | Promise<ImportSource>): Promise<void> {
    const controller = new AbortController();
    this.#controller = controller;
    this.#label.ariaLive = "polite";
    this.#label.textContent = "Adding music: reading the list of files";
    this.#current.textContent = "";
    this.#progress.removeAttribute("value");
    this.#host.hidden = false;
    let result: ScanReport | undefined;
    try {
      // Without it a browser short of room may delete the library. A refusal changes nothing here.
      void navigator.storage?.persist?.();
      const files = Array.from((await source) as Iterable<File>);
      if (files.length === 0) {
        toast({ key: "import", title: "There were no files in it" });
        return;
      }
      const { signal } = controller;
      result = await this.#core.library.import(files, { signal });
      report(result);
    } catch (error) {
      if (isAbort(error)) {
        const text = "What was added so far is kept. Add the same files again to go on.";
        toast({ key: "import", title: "Import stopped", text });
      } else {
        toastError("The import stopped", error);
      }
    } finally {
      this.#controller = undefined;
      this.#finished(result);
    }
  }

  #inputs(): void {
    for (const what of ["files", "folder"] as const) {
      const input = byId<HTMLInputElement>(`import-${what}`);
      byId(`add-${what}`).addEventListener("click", () => this.choose(what));
      input.addEventListener("change", () => {
        if (input.files?.length) {
          // Copied, because emptying the input empties its list.
          this.add([...input.files]);
          input.value = "";
        }
      });
    }
  }

  #dragAndDrop(): void {
    const target = byId("drop-target");
    let depth = 0;
    const carriesFiles = (event: DragEvent): boolean =>
      event.dataTransfer?.types.includes("Files") ?? false;
    const show = (shown: boolean): void => {
      target.classList.toggle("shown", shown);
    };
    addEventListener("dragenter", (event) => {
      if (carriesFiles(event)) {
        depth += 1;
        show(true);
      }
    });
    addEventListener("dragover", (event) => {
      if (carriesFiles(event)) {
        event.preventDefault();
      }
    });
    addEventListener("dragleave", (event) => {
      if (carriesFiles(event)) {
        depth = Math.max(0, depth - 1);
        show(depth > 0);
      }
    });
    addEventListener("drop", (event) => {
      depth = 0;
      show(false);
      if (event.dataTransfer && carriesFiles(event)) {
        event.preventDefault();
        this.add(entriesFromDataTransfer(event.dataTransfer));
      }
    });
  }
}

/** Says what an import did, and offers the list of what it could not read. */
function report({ added, updated, moved, unchanged, failed }: ScanReport): void {
  const text = details(
    updated > 0 && `${updated} updated`,
    moved > 0 && `${moved} moved`,
    unchanged > 0 && `${unchanged} already there`,
    failed.length > 0 && `${failed.length} could not be read`,
  );
  toast({
    key: "import",
    kind: failed.length > 0 ? "error" : "info",
    title: added > 0 ? `Added ${count(added, "track")}` : "Nothing new was added",
    text: text || undefined,
    action: failed.length > 0 ? { label: "Show", run: () => showFailed(failed) } : undefined,
    ms: failed.length > 0 ? 30_000 : 6_000,
  });
}

function showFailed(failed: ScanReport["failed"]): void {
  openDialog(
    `${count(failed.length, "file")} could not be read`,
    h(
      "p",
      {},
      "Everything else was added. These are damaged, empty, or not music; replace them and add them again.",
    ),
    h(
      "ul",
      { class: "failed-files" },
      ...failed.map(({ path, error }) =>
        h(
          "li",
          {},
          h("span", { class: "failed-path", dir: "auto" }, path),
          h("span", {}, sentence(error)),
        ),
      ),
    ),
    closing(),
  );
}
