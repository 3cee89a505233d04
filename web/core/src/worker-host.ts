/** The worker's half of the protocol, apart from the bundle it drives so that tests can swap it. */
import type { FromWorker, StartConfig, ToWorker, WireError } from "./protocol.js";
import type { MpcCore } from "./wasm/mpc_wasm.js";

/** The part of the bundle's module that the host uses. */
export interface Bundle {
  init(options?: { module_or_path: string }): Promise<unknown>;
  start(
    configJson: string,
    onEvent: (json: string) => void,
    onShow: (url: string) => void,
  ): Promise<MpcCore>;
}

/** The part of a worker's global scope (or of a port, in tests) that the host uses. */
export interface HostScope {
  postMessage(message: FromWorker): void;
  addEventListener(type: "message", listener: (event: { data: ToWorker }) => void): void;
  addEventListener(
    type: "unhandledrejection",
    listener: (event: { reason: unknown }) => void,
  ): void;
  close(): void;
}

/** Answers the page's messages on `scope` with the core of `bundle`. */
export function serve(scope: HostScope, bundle: Bundle): void {
  let core: MpcCore | undefined;

  async function start(config: StartConfig, wasmUrl: string | undefined): Promise<void> {
    try {
      await bundle.init(wasmUrl === undefined ? undefined : { module_or_path: wasmUrl });
    } catch (error) {
      const message = `the WebAssembly bundle could not be loaded: ${describe(error)}`;
      scope.postMessage({ type: "failed", error: { code: "start_failed", message } });
      return;
    }
    try {
      core = await bundle.start(
        JSON.stringify(config),
        (json) => scope.postMessage({ type: "event", json }),
        (url) => scope.postMessage({ type: "show", url }),
      );
      scope.postMessage({ type: "ready", capabilities: core.capabilities() });
    } catch (error) {
      const known = wireError(error);
      const message = `the core could not be started: ${describe(error)}`;
      scope.postMessage({ type: "failed", error: known ?? { code: "start_failed", message } });
    }
  }

  async function answer(id: number, run: (core: MpcCore) => Promise<FromWorker>): Promise<void> {
    try {
      if (core === undefined) {
        const message = "the core has not been started";
        scope.postMessage({ type: "error", id, error: { code: "invalid_request", message } });
        return;
      }
      scope.postMessage(await run(core));
    } catch (error) {
      const known = wireError(error);
      if (known) {
        scope.postMessage({ type: "error", id, error: known });
      } else {
        // Anything but error JSON is a trap or a bug in the glue: the instance is not usable.
        scope.postMessage({ type: "crashed", message: describe(error) });
      }
    }
  }

  scope.addEventListener("message", ({ data: message }) => {
    switch (message.type) {
      case "start":
        void start(message.config, message.wasmUrl);
        break;
      case "call": {
        const { id, method, params } = message;
        void answer(id, async (running) => {
          const json = await running.call(id, JSON.stringify({ method, params }));
          return { type: "result", id, json };
        });
        break;
      }
      case "import": {
        const { id, files } = message;
        void answer(id, async (running) => {
          return { type: "result", id, json: await running.import(id, files) };
        });
        break;
      }
      case "follow": {
        const { id, list, query } = message;
        void answer(id, async (running) => {
          await running.follow(id, JSON.stringify({ list, query }), (json) => {
            scope.postMessage({ type: "page", id, json });
          });
          return { type: "result", id, json: "null" };
        });
        break;
      }
      case "cover": {
        const { id, albumId, size } = message;
        void answer(id, async (running) => {
          const found = await running.cover(albumId, size);
          // A Blob copies the bytes once and is then handed over by reference.
          const cover = found && {
            picture: new Blob([found.bytes.slice()], { type: found.mime }),
            colour: found.colour,
          };
          return { type: "cover", id, cover };
        });
        break;
      }
      case "export_library": {
        const { id } = message;
        void answer(id, async (running) => {
          return { type: "blob", id, blob: await running.export_library(id) };
        });
        break;
      }
      case "import_library": {
        const { id, file, mode } = message;
        void answer(id, async (running) => {
          return {
            type: "result",
            id,
            json: await running.import_library(id, file, JSON.stringify(mode)),
          };
        });
        break;
      }
      case "cancel":
        core?.cancel(message.id);
        break;
      case "attach_output":
        core?.attach_output(message.port, message.sampleRate);
        break;
      case "shutdown": {
        const { id } = message;
        void answer(id, async (running) => {
          core = undefined;
          await running.shutdown();
          return { type: "result", id, json: "null" };
        }).finally(() => scope.close());
        break;
      }
    }
  });

  // Unlike exceptions, rejections nobody handles do not reach the page by themselves.
  scope.addEventListener("unhandledrejection", ({ reason }) => {
    scope.postMessage({ type: "crashed", message: describe(reason) });
  });
}

/** Reads the error JSON the core rejects with; `undefined` for anything else. */
function wireError(error: unknown): WireError | undefined {
  if (typeof error !== "string") {
    return undefined;
  }
  try {
    const parsed: unknown = JSON.parse(error);
    if (typeof parsed === "object" && parsed !== null && "code" in parsed && "message" in parsed) {
      return parsed as WireError;
    }
  } catch {
    // Not JSON, so not one of the core's errors.
  }
  return undefined;
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
