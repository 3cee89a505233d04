/** Turns what a person picked or dropped into files with paths. */
import { MusicCoreError } from "./errors.js";
import type { ImportEntry } from "./protocol.js";

/** Anything `core.library.import` takes. */
export type ImportSource = FileList | Iterable<File> | Iterable<ImportEntry>;

/** Gives every file its path: the one below the chosen folder, or else its name. */
export function toEntries(source: ImportSource): ImportEntry[] {
  return Array.from(source as Iterable<File | ImportEntry>, (item) =>
    "file" in item
      ? { path: item.path, file: item.file }
      : { path: item.webkitRelativePath || item.name, file: item },
  );
}

/**
 * Collects the files of a drop, walking into dropped folders and keeping their paths. Call it
 * inside the `drop` handler: the browser empties the `DataTransfer` when the handler returns.
 */
export function entriesFromDataTransfer(dataTransfer: DataTransfer): Promise<ImportEntry[]> {
  const roots: FileSystemEntry[] = [];
  const files: ImportEntry[] = [];
  for (const item of Array.from(dataTransfer.items)) {
    if (item.kind !== "file") {
      continue;
    }
    const entry = item.webkitGetAsEntry?.();
    if (entry) {
      roots.push(entry);
    } else {
      const file = item.getAsFile();
      if (file) {
        files.push({ path: file.name, file });
      }
    }
  }
  return collect(roots, files);
}

async function collect(roots: FileSystemEntry[], files: ImportEntry[]): Promise<ImportEntry[]> {
  const queue = [...roots];
  for (let entry = queue.shift(); entry; entry = queue.shift()) {
    if (entry.isFile) {
      const path = entry.fullPath.replace(/^\//, "");
      files.push({ path, file: await openFile(entry as FileSystemFileEntry) });
    } else {
      queue.unshift(...(await listFolder(entry as FileSystemDirectoryEntry)));
    }
  }
  return files;
}

function openFile(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => {
    entry.file(resolve, (cause) => reject(unreadable(entry, cause)));
  });
}

async function listFolder(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const found: FileSystemEntry[] = [];
  for (;;) {
    // Browsers hand folders over in portions, and say they are done with an empty one.
    const portion = await new Promise<FileSystemEntry[]>((resolve, reject) => {
      reader.readEntries(resolve, (cause) => reject(unreadable(folder, cause)));
    });
    if (portion.length === 0) {
      return found.sort((a, b) => (a.name < b.name ? -1 : 1));
    }
    found.push(...portion);
  }
}

function unreadable(entry: FileSystemEntry, cause: unknown): MusicCoreError {
  return new MusicCoreError("permission_denied", `${entry.fullPath} cannot be read`, { cause });
}
