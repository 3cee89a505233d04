/** An album in a grid: its cover leads to the album, the button on it plays it. */
import type { Album } from "@music-platform-core/web";
import { h, words } from "../dom.ts";
import { details } from "../format.ts";
import { icon } from "../icons.ts";
import { Pager } from "../pager.ts";
import { attempt } from "../toasts.ts";
import type { Context } from "./view.ts";

/** The tracks of an album in their order. */
export function albumTracks({ core }: Context, albumId: string) {
  return new Pager((after, limit) =>
    core.library.tracks({ album: albumId, sort: "album", limit, after }),
  );
}

/** One card. */
export function albumCard(context: Context, album: Album, withArtist = true): HTMLElement {
  const href = `#/album/${encodeURIComponent(album.id)}`;
  const artist = album.artist ?? "Various artists";
  const play = async (): Promise<void> => {
    const tracks = albumTracks(context, album.id);
    await tracks.more();
    context.playback.playFirst(tracks);
  };
  return h(
    "li",
    { class: "card" },
    h(
      "a",
      { class: "card-link", href },
      context.covers.element(album.title, album.id, album.has_cover),
      words("card-title", album.title),
      words("card-detail", details(withArtist && artist, album.year)),
    ),
    h(
      "button",
      {
        type: "button",
        class: "card-play",
        attrs: { "aria-label": `Play ${album.title}` },
        on: { click: () => attempt(play, "The album cannot be opened") },
      },
      icon("play"),
    ),
  );
}
