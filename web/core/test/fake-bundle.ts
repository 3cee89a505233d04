/** A bundle in a few lines: answers what tests need and keeps what it was asked. */

import type { MpcCore } from "../src/wasm/mpc_wasm.js";
import type { Bundle } from "../src/worker-host.js";

/** The state behind a fake core, for tests to look at and to steer. */
export class FakeBundle implements Bundle {
  config: unknown;
  wasmUrl: string | undefined;
  initError: Error | undefined;
  startError: string | Error | undefined;
  crashOn: string | undefined;
  hangShutdown = false;
  readonly cancelled: number[] = [];
  readonly calls: { id: number; method: string; params: unknown }[] = [];
  readonly imports: { path: string; size: number }[][] = [];
  readonly restored: { size: number; mode: unknown }[] = [];
  outputs: { port: MessagePort; sampleRate: number }[] = [];
  shutdowns = 0;
  emit: (event: object) => void = () => {};
  show: (url: string) => void = () => {};

  async init(options?: { module_or_path: string }): Promise<void> {
    this.wasmUrl = options?.module_or_path;
    if (this.initError) {
      throw this.initError;
    }
  }

  async start(
    configJson: string,
    onEvent: (json: string) => void,
    onShow: (url: string) => void,
  ): Promise<MpcCore> {
    this.config = JSON.parse(configJson);
    if (this.startError !== undefined) {
      throw this.startError;
    }
    this.emit = (event) => onEvent(JSON.stringify(event));
    this.show = onShow;
    return this.#core() as unknown as MpcCore;
  }

  #core() {
    return {
      capabilities: () =>
        JSON.stringify({
          bridge: "fake",
          database: "memory",
          files: "memory",
          security: null,
          audio_output: null,
          durable: false,
          cross_origin_isolated: false,
        }),
      call: (id: number, requestJson: string) => this.#call(id, requestJson),
      cancel: (id: number) => {
        this.cancelled.push(id);
      },
      import: async (_id: number, files: { path: string; file: File }[]) => {
        this.imports.push(files.map(({ path, file }) => ({ path, size: file.size })));
        return JSON.stringify({
          added: files.length,
          updated: 0,
          moved: 0,
          unchanged: 0,
          removed: 0,
          failed: [],
          seconds: 0.1,
        });
      },
      cover: async (albumId: string, size: string) =>
        albumId === "none"
          ? undefined
          : {
              mime: size === "original" ? "image/png" : "image/jpeg",
              bytes: new Uint8Array([137, 80, 78, 71]),
              colour: size === "full" ? null : "#0080ff",
            },
      export_library: async () => new Blob(['{"format":"music-platform-library"}']),
      import_library: async (_id: number, file: File, mode: string) => {
        this.restored.push({ size: file.size, mode: JSON.parse(mode) });
        if (file.size === 0) {
          throw JSON.stringify({ code: "unsupported_format", message: "no exported library" });
        }
        return JSON.stringify({
          written_at: 1,
          tracks: 3,
          matched: 2,
          edited: 0,
          playlists: 1,
          plays: 0,
        });
      },
      attach_output: (port: MessagePort, sampleRate: number) => {
        this.outputs.push({ port, sampleRate });
      },
      shutdown: async () => {
        this.shutdowns += 1;
        if (this.hangShutdown) {
          await new Promise(() => {});
        }
      },
    };
  }

  async #call(id: number, requestJson: string): Promise<string> {
    const { method, params } = JSON.parse(requestJson) as { method: string; params: unknown };
    this.calls.push({ id, method, params });
    if (method === this.crashOn) {
      throw new Error("unreachable executed");
    }
    switch (method) {
      case "library.tracks":
        return JSON.stringify({ items: [{ id: "t1", title: "One" }], next: null });
      case "library.albums": {
        // Slower than what is asked after it.
        await new Promise((resolve) => setTimeout(resolve, 20));
        return JSON.stringify({ items: [{ id: "a1", title: "Album" }], next: "n" });
      }
      case "library.search":
        // Never answers: for aborts, crashes and disposal.
        return new Promise(() => {});
      case "library.track":
        throw JSON.stringify({ code: "not_found", message: "no such track" });
      default:
        if (method.startsWith("player.")) {
          return "null";
        }
        throw JSON.stringify({ code: "invalid_request", message: `unknown method ${method}` });
    }
  }
}
