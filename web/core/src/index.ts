/// <reference lib="esnext.disposable" preserve="true" />
/**
 * Music Platform Core in the browser: a local library, search and playback in one worker.
 *
 * {@link createCore} is the way in. Importing this module touches nothing of the browser, so it
 * is safe on a server.
 */
export type { Accounts, AddOptions } from "./accounts.js";
export type { CallOptions } from "./client.js";
export { type Core, type CoreOptions, createCore } from "./core.js";
export { entriesFromDataTransfer, type ImportSource } from "./entries.js";
export { type ClientErrorCode, MusicCoreError, type MusicErrorCode } from "./errors.js";
export type { EventOptions, EventStream } from "./events.js";
export type * from "./generated/index.js";
export type { Library, LiveLists, Query, SearchOptions } from "./library.js";
export type { Player, PlayOptions } from "./player.js";
export type { PageOptions, Playlists } from "./playlists.js";
export type { Cover, ImportEntry } from "./protocol.js";
export type { Sync, SyncOptions } from "./sync.js";
