/** What a view is, and what it is made from. */
import type { Core } from "@music-platform-core/web";
import type { Covers } from "../covers.ts";
import type { Playback } from "../playback.ts";

/** The parts of the page a view works with. */
export interface Context {
  core: Core;
  covers: Covers;
  playback: Playback;
}

/** What fills the main part of the page. */
export interface View {
  element: HTMLElement;
  /** Stops what the view has under way. */
  leave(): void;
}

/** Makes a view; resolves when it has something to show. The signal says it is not wanted any more. */
export type ViewMaker = (context: Context, argument: string, signal: AbortSignal) => Promise<View>;
