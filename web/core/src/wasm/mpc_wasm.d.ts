/**
 * What this package expects of the bundle. `cargo xtask wasm` writes the real thing
 * (`mpc_wasm.js`, `mpc_wasm_bg.wasm`, `mpc_wasm.d.ts`) into `dist/wasm/`; this declaration lets
 * the worker be compiled and tested before that.
 */

/** The core, running inside the worker. */
export class MpcCore {
  private constructor();
  /**
   * Opens the profile named in `configJson`; `onEvent` gets every event as JSON, and `onShow` the
   * address of each page that the user has to see to sign in.
   */
  static start(
    configJson: string,
    onEvent: (json: string) => void,
    onShow: (url: string) => void,
  ): Promise<MpcCore>;
  /** Runs `{method, params}`; resolves with result JSON, rejects with a string of error JSON. */
  call(id: number, requestJson: string): Promise<string>;
  /** Gives the page of the list `{list, query}` to `onPage`, as JSON, until it is cancelled. */
  follow(id: number, requestJson: string, onPage: (json: string) => void): Promise<unknown>;
  /** Cancels the call or import with this id; unknown ids are ignored. */
  cancel(id: number): void;
  /** Takes files into the library; resolves with the JSON of the report. */
  import(id: number, files: { path: string; file: File }[]): Promise<string>;
  /** Everything the library holds, as a file. */
  export_library(id: number): Promise<Blob>;
  /** Reads such a file, as `mode` says in JSON; resolves with the JSON of the report. */
  import_library(id: number, file: File, mode: string): Promise<string>;
  /** The cover of an album in a size, `thumbnail`, `full` or `original`, if it has one. */
  cover(
    albumId: string,
    size: string,
  ): Promise<{ mime: string; bytes: Uint8Array; colour: string | null } | undefined>;
  /** Connects the audio worklet behind `port`. */
  attach_output(port: MessagePort, sampleRate: number): void;
  /** What this host can do, as JSON. */
  capabilities(): string;
  /** Ends playback, finishes writing and closes the database. */
  shutdown(): Promise<void>;
}

/** Loads and instantiates the WebAssembly module; call it once, before anything else. */
export default function init(options?: { module_or_path?: string | URL }): Promise<unknown>;
