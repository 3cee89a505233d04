/** One core: a worker with a library and a player, seen from the page. */
import { Accounts } from "./accounts.js";
import { type CallOptions, WorkerClient, type WorkerLike } from "./client.js";
import { EventHub, type EventOptions, type EventStream } from "./events.js";
import type { Capabilities, CoreStatus, StorageHealth } from "./generated/index.js";
import { Library } from "./library.js";
import { lifecycleChannel, PageLifecycle } from "./lifecycle.js";
import { Player } from "./player.js";
import { Playlists } from "./playlists.js";
import { SignInWindows } from "./sign-in-window.js";
import { rememberStored, wasStored } from "./stored.js";
import { Sync } from "./sync.js";

/** How a core is started; everything may be left out. */
export interface CoreOptions {
  /** Names the stored library, so that several can live on one origin; `"default"` unless said. */
  profile?: string | undefined;
  /** Where the worker's module is, when it is not served next to this one. */
  workerUrl?: string | URL | undefined;
  /** Where `mpc_wasm_bg.wasm` is, when it is not served next to the worker's glue. */
  wasmUrl?: string | URL | undefined;
  /** Where the audio worklet's module is, when it is not served next to this one. */
  workletUrl?: string | URL | undefined;
  /** A context to play in; without it the first `play` makes one, and `dispose` closes it. */
  audioContext?: AudioContext | undefined;
  /**
   * The page of this origin that providers send users back to after they have signed in; it calls
   * `finishSignIn` of `@music-platform-core/web/sign-in`. Without it there are no accounts.
   */
  redirectUrl?: string | URL | undefined;
  /** Shows a sign-in page; without it `accounts.add` opens a window. */
  showSignIn?: ((url: string) => void) | undefined;
  /** How much the core logs to the console: `error`, `warn`, `info`, `debug` or `trace`. */
  logLevel?: "error" | "warn" | "info" | "debug" | "trace" | undefined;
}

/** A running core. Make one with {@link createCore}. */
export class Core {
  /** Taking music in, listing it, finding it. */
  readonly library: Library;
  /** Playlists, by hand and by rules. */
  readonly playlists: Playlists;
  /** Playing music. */
  readonly player: Player;
  /** Signing in to cloud drives. */
  readonly accounts: Accounts;
  /** Bringing the library in line with them. */
  readonly sync: Sync;
  /** What this browser offers the core: how it stores, how it plays. */
  readonly capabilities: Capabilities;
  /** The same as `dispose`, for `await using`; present where the engine knows the symbol. */
  declare readonly [Symbol.asyncDispose]: () => Promise<void>;
  readonly #client: WorkerClient;
  readonly #events: EventHub;
  readonly #lifecycle: PageLifecycle | undefined;
  #disposed: Promise<void> | undefined;

  /** @internal */
  constructor(
    client: WorkerClient,
    events: EventHub,
    capabilities: Capabilities,
    lifecycle: PageLifecycle | undefined,
    windows: SignInWindows | undefined,
    options: CoreOptions,
  ) {
    this.#client = client;
    this.#events = events;
    this.#lifecycle = lifecycle;
    this.capabilities = capabilities;
    this.library = new Library(client);
    this.playlists = new Playlists(client);
    this.player = new Player(client, {
      context: options.audioContext,
      workletUrl: options.workletUrl ?? new URL("./worklet.js", import.meta.url),
    });
    this.accounts = new Accounts(client, windows);
    this.sync = new Sync(client);
    if (Symbol.asyncDispose) {
      Object.defineProperty(this, Symbol.asyncDispose, { value: () => this.dispose() });
    }
  }

  /** Events from now on, for as long as they are read; see {@link EventOptions}. */
  events(options?: EventOptions): EventStream {
    return this.#events.subscribe(options);
  }

  /** How much the library holds and what it runs on. */
  status(options?: CallOptions): Promise<CoreStatus> {
    return this.#client.call("status", {}, options);
  }

  /** How much is stored, how much may be, and whether the browser keeps it. */
  storage(options?: CallOptions): Promise<StorageHealth> {
    return this.#client.call("storage.health", {}, options);
  }

  /**
   * Asks the browser to keep what is stored until the user deletes it, and says whether it will.
   * Some ask the user, so call it when something worth keeping has just been done.
   */
  async persist(): Promise<boolean> {
    return (await globalThis.navigator?.storage?.persist?.()) ?? false;
  }

  /**
   * Ends playback and the worker after it has finished writing. Calls under way reject with
   * `disposed`, event streams end, and later calls of `dispose` return the same promise.
   */
  dispose(): Promise<void> {
    this.#lifecycle?.close();
    this.#disposed ??= Promise.all([this.player.close(), this.#client.dispose()]).then(() => {});
    return this.#disposed;
  }
}

/**
 * Starts a core in a worker of its own. Rejects with a `MusicCoreError`: `start_failed` or
 * `worker_crashed` when the worker or its WebAssembly cannot be loaded, `conflict` when a newer
 * release has the profile open in another tab, or when one that hangs keeps it from opening.
 */
export async function createCore(options: CoreOptions = {}): Promise<Core> {
  return connect(spawnWorker(options.workerUrl), options);
}

/** Starts a core behind a worker that already exists. Not part of the package's interface. */
export async function connect(worker: WorkerLike, options: CoreOptions): Promise<Core> {
  const events = new EventHub();
  const windows = options.showSignIn === undefined ? new SignInWindows() : undefined;
  const show = options.showSignIn ?? ((url: string) => windows?.show(url));
  const client = new WorkerClient(worker, events, show);
  const profile = options.profile ?? "default";
  const page = crypto.randomUUID();
  try {
    const capabilities = await client.start(
      {
        profile,
        page,
        was_stored: wasStored(profile),
        ...(options.redirectUrl === undefined
          ? {}
          : { redirect_uri: absolute(options.redirectUrl) }),
        ...(options.logLevel === undefined ? {} : { log_level: options.logLevel }),
      },
      options.wasmUrl === undefined ? undefined : absolute(options.wasmUrl),
    );
    rememberStored(profile);
    // The worker listens by now, so it hears where things stand.
    const lifecycle = PageLifecycle.begin(lifecycleChannel(profile, page));
    return new Core(client, events, capabilities, lifecycle, windows, options);
  } catch (error) {
    worker.terminate();
    throw error;
  }
}

function spawnWorker(url: string | URL | undefined): WorkerLike {
  // Bundlers recognise exactly this expression and carry the worker along.
  return url === undefined
    ? new Worker(new URL("./worker.js", import.meta.url), { type: "module" })
    : new Worker(url, { type: "module" });
}

/** The worker resolves relative addresses against itself; the caller means the page. */
function absolute(url: string | URL): string {
  return new URL(url, globalThis.document?.baseURI).href;
}
