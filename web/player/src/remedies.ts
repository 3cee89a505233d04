/** What to say when something fails: what happened, and what helps. */
import { MusicCoreError, type MusicErrorCode } from "@music-platform-core/web";

/** What helps, by the code of an error. */
export type Remedies = Partial<Record<MusicErrorCode, string>>;

const REMEDIES: Remedies = {
  quota_exceeded: "This browser has no room left. Free disk space, then add the rest again.",
  permission_denied: "Allow this page to read the files, then add them again.",
  conflict: "Something else changed it at the same time. Try again.",
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
  popup_blocked: "Allow this page to open windows, or continue in this tab.",
  invalid_configuration: "Whoever set up this player has to correct its settings for this drive.",
  sign_in_under_way: "Finish the sign-in that is open, or cancel it and try again.",
  access_denied: "Try again, and allow the access.",
  provider_refused: "Check the client that this player is registered with at the provider.",
  invalid_redirect: "Begin the sign-in again.",
  missing_permissions: "Try again, and leave all permissions ticked: nothing works without them.",
  sign_in_required: "Sign in again. Nothing is lost.",
  renewal_failed: "Nothing has to be done: it is tried again by itself.",
  provider_protocol: "Try again later.",
  sync_under_way: "It goes on in another tab.",
  removal_under_way: "Nothing has to be done.",
  rate_limited: "The drive asks for a pause. Try again in a few minutes.",
  audio_unavailable: "Check that this device has an audio output, then press play again.",
};

/** What helps when the library does not open, where that is something else. */
export const OPENING: Remedies = {
  corrupt:
    "Delete what this site has stored, in the browser's settings. Then read a copy of the library, or add your files again.",
  conflict: "Close the other tabs of this player, then reload this one.",
  quota_exceeded: "This browser has no room left. Free disk space, then reload the page.",
  permission_denied: "Allow this page to store data, then reload it.",
};

/** What helps when a server whose address and password the user has typed does not let us in. */
export const SERVER: Remedies = {
  permission_denied: "Check the name and the password.",
  not_found: "Check the address and the folder.",
  unsupported: "Check the address: it has to be that of a folder for WebDAV.",
  unavailable: "Check the address, and whether the server allows requests from web pages (CORS).",
  invalid_request: "Check the address.",
  invalid_configuration: "Enter an address that begins with https.",
};

/** An error: what happened, and what helps where that is known; `instead` knows better. */
export function explain(
  error: unknown,
  instead: Remedies = {},
): { message: string; remedy: string | undefined } {
  const remedy =
    error instanceof MusicCoreError ? (instead[error.code] ?? remedyFor(error.code)) : undefined;
  return { message: sentence(error instanceof Error ? error.message : String(error)), remedy };
}

/** An error in a sentence or two; `instead` knows better what helps. */
export function inWords(error: unknown, instead?: Remedies): string {
  const { message, remedy } = explain(error, instead);
  return remedy ? `${message} ${remedy}` : message;
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
