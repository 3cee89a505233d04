/** All albums as a grid. */
import { h } from "../dom.ts";
import { albumCard } from "./album-card.ts";
import { listView } from "./list-view.ts";
import type { ViewMaker } from "./view.ts";

/** Makes the view. */
export const albums: ViewMaker = (context, { status }) =>
  listView(h("ul", { class: "grid" }), {
    title: "Albums",
    noun: "album",
    total: status.albums,
    sorts: [
      ["title", "Title"],
      ["artist", "Artist"],
      ["-year", "Newest first"],
      ["year", "Oldest first"],
      ["-added", "Recently added"],
    ],
    rowHeight: 252,
    read: (query) => context.core.library.albums(query),
    render: (album) => albumCard(context, album),
  });
