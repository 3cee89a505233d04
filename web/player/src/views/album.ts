/** One album with its tracks. */
import { h } from "../dom.ts";
import { count, details, length } from "../format.ts";
import { toastError } from "../toasts.ts";
import { virtualList } from "../virtual-list.ts";
import { albumTracks } from "./album-card.ts";
import { hero, playButton } from "./hero.ts";
import { artistOf, trackRow } from "./track-list.ts";
import type { ViewMaker } from "./view.ts";

/** Makes the view of the album with the id `argument`. */
export const album: ViewMaker = async (context, { argument }) => {
  const controller = new AbortController();
  const tracks = albumTracks(context, argument);
  const shown = await context.core.library.album(argument);
  const artist = shown.artist ?? "Various artists";
  const disc = (index: number): number | undefined => {
    const track = tracks.items[index];
    return track && (track.disc_number ?? 1);
  };
  const headed = (index: number): boolean =>
    shown.disc_count > 1 && disc(index) !== undefined && disc(index) !== disc(index - 1);
  const list = h("ol", { class: "tracks" });
  await virtualList(list, tracks, {
    total: shown.track_count,
    rowHeight: 50,
    headed,
    render: (track, index) => {
      const row = trackRow(context, tracks, track, index, { onAlbumBy: artist });
      if (headed(index)) {
        row.prepend(h("h2", { class: "disc" }, `Disc ${disc(index)}`));
      }
      return row;
    },
    failed: (error) => toastError("More tracks cannot be read", error),
    signal: controller.signal,
  });
  // Rows are of one height: lower where none names an artist.
  list.classList.toggle(
    "numbered",
    tracks.items.every((track) => artistOf(track) === artist),
  );

  const element = h(
    "div",
    { class: "view" },
    hero({
      kind: "Album",
      title: shown.title,
      picture: context.covers.element(shown.title, shown.id, shown.has_cover, "full"),
      details: [
        shown.artist_id === null
          ? h("span", {}, artist)
          : h("a", { href: `#/artist/${encodeURIComponent(shown.artist_id)}` }, artist),
        h(
          "span",
          {},
          details(shown.year, count(shown.track_count, "track"), length(shown.duration_ms)),
        ),
      ],
      actions: [playButton(() => context.playback.playFirst(tracks))],
    }),
    list,
  );
  return { element, leave: () => controller.abort() };
};
