/** One artist: albums, then all tracks. */
import { h } from "../dom.ts";
import { count, details } from "../format.ts";
import { fill, Pager } from "../pager.ts";
import { toastError } from "../toasts.ts";
import { albumCard } from "./album-card.ts";
import { portrait } from "./artists.ts";
import { trackRow } from "./track-list.ts";
import type { ViewMaker } from "./view.ts";

/** Makes the view of the artist with the id `argument`. */
export const artist: ViewMaker = async (context, argument) => {
  const { library } = context.core;
  const controller = new AbortController();
  const { signal } = controller;
  const failed = (error: unknown): void => toastError("More cannot be read", error);

  const albums = new Pager((after) =>
    library.albums({ artist: argument, sort: "-year", limit: 60, ...(after ? { after } : {}) }),
  );
  const tracks = new Pager((after) =>
    library.tracks({ artist: argument, sort: "album", limit: 100, ...(after ? { after } : {}) }),
  );
  const grid = h("ul", { class: "grid" });
  const list = h("ol", { class: "tracks" });
  const style = { lead: "cover", artist: "always", album: true } as const;
  const albumSection = h("section", {}, h("h2", {}, "Albums"), grid);
  const trackSection = h("section", {}, h("h2", {}, "Tracks"), list);
  await Promise.all([
    fill(grid, albums, (album) => albumCard(context, album, false), failed, signal),
    fill(
      list,
      tracks,
      (track, index) => trackRow(context, tracks, style, track, index),
      failed,
      signal,
    ),
  ]);
  albumSection.hidden = albums.items.length === 0;

  const name =
    tracks.items.find((track) => track.artist_id === argument)?.artist ??
    albums.items.find((album) => album.artist_id === argument)?.artist ??
    tracks.items[0]?.album_artist ??
    "Unknown artist";
  const more = (complete: boolean): string => (complete ? "" : "+");
  const element = h(
    "div",
    { class: "view" },
    h(
      "div",
      { class: "hero artist-hero" },
      portrait(name),
      h(
        "div",
        { class: "hero-text" },
        h("p", { class: "hero-kind" }, "Artist"),
        h("h1", {}, name),
        h(
          "p",
          { class: "hero-details" },
          h(
            "span",
            {},
            details(
              albums.items.length > 0 &&
                count(albums.items.length, "album") + more(albums.complete),
              count(tracks.items.length, "track") + more(tracks.complete),
            ),
          ),
        ),
      ),
    ),
    albumSection,
    trackSection,
  );
  return { element, leave: () => controller.abort() };
};
