/** An album in a grid: its cover leads to the album, the button on it plays it. */
import type { Album } from "@music-platform-core/web";
import { h, words } from "../dom.ts";
import { details } from "../format.ts";
import { icon } from "../icons.ts";
import { Pager } from "../pager.ts";
import { toastError } from "../toasts.ts";
import type { Context } from "./view.ts";

/** The tracks of an album in their order. */
export function albumTracks({ core }: Context, albumId: string) {
  return new Pager((after, limit) =>
    core.library.tracks({ album: albumId, sort: "album", limit, after }),
  );
}

/** Plays an album from its first track that can be played. */
export async function playAlbum(context: Context, albumId: string): Promise<void> {
  const tracks = albumTracks(context, albumId);
  try {
    await tracks.more();
  } catch (error) {
    toastError("The album cannot be opened", error);
    return;
  }
  context.playback.playFirst(tracks);
}

/** One card. */
export function albumCard(context: Context, album: Album, withArtist = true): HTMLElement {
  const href = `#/album/${encodeURIComponent(album.id)}`;
  const artist = album.artist ?? "Various artists";
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
        on: { click: () => void playAlbum(context, album.id) },
      },
      icon("play"),
    ),
  );
}
