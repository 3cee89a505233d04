/** The one error type of this package. */
import type { ErrorCode, RpcError } from "./generated/index.js";

/**
 * Reasons that arise in the page rather than in the core:
 *
 * - `disposed`: `core.dispose()` was called. Create a new core.
 * - `worker_crashed`: the worker stopped or could not be loaded. Create a new core; the library
 *   itself is safe.
 * - `start_failed`: the WebAssembly bundle could not be loaded or started. Check that the `wasm`
 *   folder is served next to the worker.
 * - `audio_unavailable`: this browser could not open an audio output.
 * - `popup_blocked`: the browser opened no window to sign in. Call `accounts.add` in a click
 *   handler, or with `{ via: "tab" }`.
 */
export type ClientErrorCode =
  | "disposed"
  | "worker_crashed"
  | "start_failed"
  | "audio_unavailable"
  | "popup_blocked";

/** Every `code` a {@link MusicCoreError} can carry. */
export type MusicErrorCode = ErrorCode | ClientErrorCode;

/**
 * What every rejected call of this package rejects with, except when the caller's own
 * `AbortSignal` fired: then it is the signal's reason.
 */
export class MusicCoreError extends Error {
  override readonly name = "MusicCoreError";
  /** What went wrong, in terms a program can act on. */
  readonly code: MusicErrorCode;

  constructor(code: MusicErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  /** Turns an error that crossed the worker boundary back into an exception. */
  static from(error: RpcError | { code: ClientErrorCode; message: string }): MusicCoreError {
    return new MusicCoreError(error.code, error.message);
  }
}
