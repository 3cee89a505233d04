/** All tracks as a list. */
import { h } from "../dom.ts";
import { listView } from "./list-view.ts";
import { trackRow } from "./track-list.ts";
import type { ViewMaker } from "./view.ts";

/** Makes the view. */
export const tracks: ViewMaker = (context, { status }) =>
  listView(h("ol", { class: "tracks" }), {
    title: "Tracks",
    noun: "track",
    total: status.tracks,
    sorts: [
      ["title", "Title"],
      ["artist", "Artist"],
      ["album", "Album"],
      ["-year", "Newest first"],
      ["duration", "Shortest first"],
      ["-duration", "Longest first"],
      ["-added", "Recently added"],
    ],
    rowHeight: 58,
    read: (query) => context.core.library.tracks(query),
    render: (track, index, pager) => trackRow(context, pager, track, index),
  });
