/** What a view is, and what it is made from. */
import type { Account, Core } from "@music-platform-core/web";
import type { Covers } from "../covers.ts";
import type { Playback } from "../playback.ts";
import type { Syncs } from "../syncs.ts";

/** The parts of the page a view works with. */
export interface Context {
  core: Core;
  covers: Covers;
  playback: Playback;
  syncs: Syncs;
  /** Opens the browser's chooser for a folder or for files. */
  choose(what: "files" | "folder"): void;
  /** Shows an account that was added, and brings the library in line with it. */
  added(account: Account): void;
  /** Shows the accounts anew. */
  accountsChanged(): void;
}

/** What fills the main part of the page. */
export interface View {
  element: HTMLElement;
  /** Stops what the view has under way. */
  leave(): void;
}

/** Makes a view; resolves when it has something to show. The signal says it is not wanted any more. */
export type ViewMaker = (context: Context, argument: string, signal: AbortSignal) => Promise<View>;
