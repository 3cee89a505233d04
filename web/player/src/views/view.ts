/** What a view is, and what it is made from. */
import type { Account, Core, CoreStatus } from "@music-platform-core/web";
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

/** What a view is made for. */
export interface Visit {
  /** What follows the view's name in the address: an id, or the words of a search. */
  argument: string;
  /** How much the library holds. */
  status: CoreStatus;
  /** Says that the view is not wanted any more. */
  signal: AbortSignal;
}

/** What fills the main part of the page. */
export interface View {
  element: HTMLElement;
  /** Shows in place what has changed in the library; without it the view is made anew. */
  changed?(): void;
  /** Stops what the view has under way. */
  leave(): void;
}

/** Makes a view; resolves when it has something to show. */
export type ViewMaker = (context: Context, visit: Visit) => Promise<View>;
