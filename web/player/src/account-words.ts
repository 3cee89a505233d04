/** How an account is, in words. */
import type { Account, DriveDescription, SyncStatus } from "@music-platform-core/web";
import { remediesFor } from "./account-add.ts";
import { count, details } from "./format.ts";
import { inWords } from "./remedies.ts";
import type { SyncProgress } from "./syncs.ts";

/** Whether only signing in again helps. */
export function needsSignIn(account: Account, sync: SyncProgress | undefined): boolean {
  const error = sync?.error;
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  const refused = code === "sign_in_required" || code === "permission_denied";
  return (
    account.state === "sign_in_required" ||
    (account.state === "signed_in" && refused && !sync?.running)
  );
}

/** How an account is, and what helps where something does, in a sentence or two. */
export function describeAccount(
  account: Account,
  kind: DriveDescription | undefined,
  status: SyncStatus | undefined,
  sync: SyncProgress | undefined,
): string {
  if (account.state === "leaving") {
    return "It is signed out. Its tracks go as soon as another tab or program has stopped synchronising it.";
  }
  if (needsSignIn(account, sync)) {
    return kind
      ? "The drive asks you to sign in again. Nothing is lost."
      : "What it was signed in with cannot be read. Remove it, then add it again.";
  }
  if (sync?.running) {
    return running(sync);
  }
  if (sync?.error !== undefined) {
    return inWords(sync.error, remediesFor(kind));
  }
  if (status?.is_running) {
    return "Another tab brings it in line.";
  }
  if (!status || status.completed_at === null) {
    return "Not in line with the drive yet.";
  }
  return `${details(
    count(status.tracks, "track"),
    status.unreadable > 0 && `${status.unreadable} could not be read`,
    status.to_read > 0 && `${status.to_read} still to be read`,
    `in line since ${new Date(status.completed_at).toLocaleString()}`,
  )}.`;
}

function running({ phase, done, total, waiting }: SyncProgress): string {
  if (waiting !== undefined) {
    const reasons: Record<string, string> = {
      offline: "Waiting for a network.",
      metered: "Waiting for a network that does not cost.",
    };
    return reasons[waiting] ?? `Waiting: ${waiting}.`;
  }
  const much = total === undefined ? `${done}` : `${done} of ${total}`;
  switch (phase) {
    case "listing":
      return `Asking what is there: ${much} so far.`;
    case "placing":
      return `Listing names: ${much}.`;
    case "reading":
      return `Reading tags: ${much}.`;
    default:
      return "Asking what is there.";
  }
}
