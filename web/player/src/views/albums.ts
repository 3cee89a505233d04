/** All albums as a grid. */
import { h } from "../dom.ts";
import { count } from "../format.ts";
import { Pager } from "../pager.ts";
import { toastError } from "../toasts.ts";
import { virtualList } from "../virtual-list.ts";
import { albumCard } from "./album-card.ts";
import { heading, type Sorts, storedSort } from "./heading.ts";
import { listView } from "./list-view.ts";
import type { ViewMaker } from "./view.ts";

const SORTS: Sorts = [
  ["title", "Title"],
  ["artist", "Artist"],
  ["-year", "Newest first"],
  ["year", "Oldest first"],
  ["-added", "Recently added"],
];

/** Makes the view. */
export const albums: ViewMaker = async (context) => {
  const status = await context.core.status();
  return listView(
    h("ul", { class: "grid" }),
    (changed) =>
      heading("Albums", count(status.albums, "album"), { list: "albums", sorts: SORTS, changed }),
    (list, signal) => {
      const sort = storedSort("albums", SORTS);
      const pager = new Pager((after, limit) =>
        context.core.library.albums({ sort, limit, after }),
      );
      return virtualList(list, pager, {
        total: status.albums,
        rowHeight: 252,
        render: (album) => albumCard(context, album),
        failed: (error) => toastError("More albums cannot be read", error),
        signal,
      });
    },
  );
};
