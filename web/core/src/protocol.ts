/** The messages between the page and its worker. */
import type { CoverSize, ImportMode, RpcError } from "./generated/index.js";

/** One file to take into the library, with the path it had below the chosen folder. */
export interface ImportEntry {
  /** Relative path with `/` separators, for example `Album/01 Song.flac`. */
  path: string;
  /** The file itself; it is read inside the worker. */
  file: File;
}

/** What the worker needs to know to start; the same shape the bundle takes as JSON. */
export interface StartConfig {
  profile: string;
  page?: string;
  redirect_uri?: string;
  was_stored?: boolean;
  log_level?: string;
}

/** The picture of an album. */
export interface Cover {
  picture: Blob;
  /** The colour it is remembered by, like `#0080ff`; `null` if nothing in it can be seen. */
  colour: string | null;
}

/** Page to worker. */
export type ToWorker =
  | { type: "start"; config: StartConfig; wasmUrl?: string }
  | { type: "call"; id: number; method: string; params: unknown }
  | { type: "import"; id: number; files: ImportEntry[] }
  | { type: "cover"; id: number; albumId: string; size: CoverSize }
  | { type: "export_library"; id: number }
  | { type: "import_library"; id: number; file: File; mode: ImportMode }
  | { type: "follow"; id: number; list: string; query: unknown }
  | { type: "cancel"; id: number }
  | { type: "attach_output"; port: MessagePort; sampleRate: number }
  | { type: "shutdown"; id: number };

/** An error on its way to the page. */
export type WireError = RpcError | { code: "start_failed"; message: string };

/**
 * Worker to page. Results and events travel as the JSON text the core wrote: one string is
 * cheaper to hand over than a graph of objects.
 */
export type FromWorker =
  | { type: "ready"; capabilities: string }
  | { type: "failed"; error: WireError }
  | { type: "result"; id: number; json: string }
  | { type: "blob"; id: number; blob: Blob }
  | { type: "cover"; id: number; cover: Cover | undefined }
  | { type: "error"; id: number; error: WireError }
  | { type: "event"; json: string }
  | { type: "page"; id: number; json: string }
  | { type: "show"; url: string }
  | { type: "crashed"; message: string };
