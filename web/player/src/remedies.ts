/** What to say when something fails: what happened, and what helps. */
import { MusicCoreError, type MusicErrorCode } from "@music-platform-core/web";

const REMEDIES: Partial<Record<MusicErrorCode, string>> = {
  quota_exceeded: "This browser has no room left. Free disk space, then add the rest again.",
  permission_denied: "Allow this page to read the files, then add them again.",
  conflict: "This library is open in another tab. Close that tab, then reload this one.",
  corrupt: "Stored data cannot be read. Add the files again to repair it.",
  unsupported: "This browser cannot do that. A current Chrome, Firefox or Safari can.",
  unsupported_format: "This format cannot be played here yet. The track stays in your library.",
  not_found: "It is no longer in the library. Reload the page to see what is.",
  timed_out: "Try again in a moment.",
  unavailable: "Try again in a moment.",
  offline: "Try again once you are online.",
  worker_crashed: "Reload the page. Your library is kept.",
  start_failed: "Reload the page. If that does not help, the player was not installed completely.",
  disposed: "Reload the page.",
  audio_unavailable: "Check that this device has an audio output, then press play again.",
};

/** An error in words: what happened, and what helps where that is known. */
export function explain(error: unknown): { message: string; remedy: string | undefined } {
  if (error instanceof MusicCoreError) {
    return { message: sentence(error.message), remedy: remedyFor(error.code) };
  }
  return {
    message: sentence(error instanceof Error ? error.message : String(error)),
    remedy: undefined,
  };
}

/** What helps against an error with this code. */
export function remedyFor(code: string): string | undefined {
  return REMEDIES[code as MusicErrorCode];
}

/** The core's messages begin small and end without a full stop, to be put into sentences. */
export function sentence(text: string): string {
  const upper = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?…]$/.test(upper) ? upper : `${upper}.`;
}

/** Whether an error only says that its caller lost interest. */
export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}
