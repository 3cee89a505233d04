/** All artists. */
import type { Artist } from "@music-platform-core/web";
import { h } from "../dom.ts";
import { count, details, hue, initials } from "../format.ts";
import { Pager } from "../pager.ts";
import { toastError } from "../toasts.ts";
import { virtualList } from "../virtual-list.ts";
import { heading } from "./heading.ts";
import { listView } from "./list-view.ts";
import type { ViewMaker } from "./view.ts";

/** One artist in a list. */
export function artistCard(artist: Artist): HTMLElement {
  return h(
    "li",
    {},
    h(
      "a",
      { class: "artist", href: `#/artist/${encodeURIComponent(artist.id)}` },
      portrait(artist.name),
      h(
        "span",
        { class: "artist-text" },
        h("span", { class: "artist-name" }, artist.name),
        h(
          "span",
          { class: "card-detail" },
          details(
            artist.album_count > 0 && count(artist.album_count, "album"),
            count(artist.track_count, "track"),
          ),
        ),
      ),
    ),
  );
}

/** A round picture drawn from the name. */
export function portrait(name: string): HTMLElement {
  return h(
    "span",
    {
      class: "portrait",
      vars: { "--hue": String(hue(name)) },
      attrs: { "aria-hidden": "true" },
    },
    initials(name),
  );
}

/** Makes the view. */
export const artists: ViewMaker = async (context) => {
  const status = await context.core.status();
  return listView(
    h("ul", { class: "artists" }),
    () => heading("Artists", count(status.artists, "artist")),
    (list, signal) => {
      const pager = new Pager((after, limit) => context.core.library.artists({ limit, after }));
      return virtualList(list, pager, {
        total: status.artists,
        rowHeight: 74,
        render: artistCard,
        failed: (error) => toastError("More artists cannot be read", error),
        signal,
      });
    },
  );
};
