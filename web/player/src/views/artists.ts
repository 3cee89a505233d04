/** All artists. */
import type { Artist } from "@music-platform-core/web";
import { h } from "../dom.ts";
import { count, details } from "../format.ts";
import { listView } from "./list-view.ts";
import { pictured, portrait } from "./portrait.ts";
import type { ViewMaker } from "./view.ts";

/** One artist in a list. */
export function artistCard({ id, name, album_count, track_count }: Artist): HTMLElement {
  return pictured(
    `#/artist/${encodeURIComponent(id)}`,
    portrait(name),
    name,
    details(album_count > 0 && count(album_count, "album"), count(track_count, "track")),
  );
}

/** Makes the view. */
export const artists: ViewMaker = (context, { status }) =>
  listView(h("ul", { class: "artists" }), {
    title: "Artists",
    noun: "artist",
    total: status.artists,
    rowHeight: 74,
    read: ({ limit, after, skip }) => context.core.library.artists({ limit, after, skip }),
    render: artistCard,
  });
