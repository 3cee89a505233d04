/** One album with its tracks. */
import { h } from "../dom.ts";
import { count, details, length } from "../format.ts";
import { albumTracks } from "./album-card.ts";
import { hero, playButton } from "./hero.ts";
import { trackRow } from "./track-list.ts";
import type { ViewMaker } from "./view.ts";

/** Makes the view of the album with the id `argument`. */
export const album: ViewMaker = async (context, { argument }) => {
  const tracks = albumTracks(context, argument);
  const [shown] = await Promise.all([context.core.library.album(argument), tracks.all()]);

  const artist = shown.artist ?? "Various artists";
  const discs = new Set(tracks.items.map((track) => track.disc_number ?? 1));
  let disc: number | undefined;
  const rows = tracks.items.map((track, index) => {
    const row = trackRow(context, tracks, track, index, { onAlbumBy: artist });
    const number = track.disc_number ?? 1;
    if (discs.size > 1 && number !== disc) {
      disc = number;
      row.prepend(h("h2", { class: "disc" }, `Disc ${number}`));
    }
    return row;
  });

  const element = h(
    "div",
    { class: "view" },
    hero({
      kind: "Album",
      title: shown.title,
      picture: context.covers.element(shown.title, shown.id, shown.has_cover),
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
    h("ol", { class: "tracks numbered" }, ...rows),
  );
  return { element, leave: () => {} };
};
