/** All albums as a grid. */
import { h } from "../dom.ts";
import { count } from "../format.ts";
import { fill, Pager } from "../pager.ts";
import { toastError } from "../toasts.ts";
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
      const pager = new Pager((after) =>
        context.core.library.albums({ sort, limit: 60, ...(after ? { after } : {}) }),
      );
      const failed = (error: unknown): void => toastError("More albums cannot be read", error);
      return fill(list, pager, (album) => albumCard(context, album), failed, signal);
    },
  );
};
