/** One artist: albums, then all tracks. */
import { h } from "../dom.ts";
import { count, details } from "../format.ts";
import { Pager } from "../pager.ts";
import { toastError } from "../toasts.ts";
import { virtualList } from "../virtual-list.ts";
import { albumCard } from "./album-card.ts";
import { hero } from "./hero.ts";
import { portrait } from "./portrait.ts";
import { trackRow } from "./track-list.ts";
import type { ViewMaker } from "./view.ts";

/** Makes the view of the artist with the id `argument`. */
export const artist: ViewMaker = async (context, { argument }) => {
  const { library } = context.core;
  const controller = new AbortController();
  const { signal } = controller;
  const failed = (error: unknown): void => toastError("More cannot be read", error);

  const albums = new Pager((after, limit) =>
    library.albums({ artist: argument, sort: "-year", limit, after }),
  );
  const tracks = new Pager((after, limit) =>
    library.tracks({ artist: argument, sort: "album", limit, after }),
  );
  const grid = h("ul", { class: "grid" });
  const list = h("ol", { class: "tracks" });
  const albumSection = h("section", {}, h("h2", {}, "Albums"), grid);
  const trackSection = h("section", {}, h("h2", {}, "Tracks"), list);
  await Promise.all([
    virtualList(grid, albums, {
      rowHeight: 252,
      render: (album) => albumCard(context, album, false),
      failed,
      signal,
    }),
    virtualList(list, tracks, {
      rowHeight: 58,
      render: (track, index) => trackRow(context, tracks, track, index),
      failed,
      signal,
    }),
  ]);
  albumSection.hidden = albums.items.length === 0;

  const name =
    tracks.items.find((track) => track.artist_id === argument)?.artist ??
    albums.items.find((album) => album.artist_id === argument)?.artist ??
    tracks.items[0]?.album_artist ??
    "Unknown artist";
  const element = h(
    "div",
    { class: "view" },
    hero({
      kind: "Artist",
      title: name,
      picture: portrait(name),
      details: [
        details(
          albums.items.length > 0 && count(albums.items.length, "album", !albums.complete),
          count(tracks.items.length, "track", !tracks.complete),
        ),
      ],
      style: "artist-hero",
    }),
    albumSection,
    trackSection,
  );
  return { element, leave: () => controller.abort() };
};
