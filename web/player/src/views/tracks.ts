/** All tracks as a list. */
import { h } from "../dom.ts";
import { count } from "../format.ts";
import { Pager } from "../pager.ts";
import { toastError } from "../toasts.ts";
import { virtualList } from "../virtual-list.ts";
import { heading, type Sorts, storedSort } from "./heading.ts";
import { listView } from "./list-view.ts";
import { trackRow } from "./track-list.ts";
import type { ViewMaker } from "./view.ts";

const SORTS: Sorts = [
  ["title", "Title"],
  ["artist", "Artist"],
  ["album", "Album"],
  ["-year", "Newest first"],
  ["duration", "Shortest first"],
  ["-duration", "Longest first"],
  ["-added", "Recently added"],
];

/** Makes the view. */
export const tracks: ViewMaker = async (context) => {
  const status = await context.core.status();
  return listView(
    h("ol", { class: "tracks" }),
    (changed) =>
      heading("Tracks", count(status.tracks, "track"), { list: "tracks", sorts: SORTS, changed }),
    (list, signal) => {
      const sort = storedSort("tracks", SORTS);
      const pager = new Pager((after, limit) =>
        context.core.library.tracks({ sort, limit, after }),
      );
      const style = { lead: "cover", artist: "always", album: true } as const;
      return virtualList(list, pager, {
        total: status.tracks,
        rowHeight: 58,
        render: (track, index) => trackRow(context, pager, style, track, index),
        failed: (error) => toastError("More tracks cannot be read", error),
        signal,
      });
    },
  );
};
