/** One album with its tracks. */
import { h } from "../dom.ts";
import { count, details, hue, length } from "../format.ts";
import { icon } from "../icons.ts";
import { fill } from "../pager.ts";
import { toastError } from "../toasts.ts";
import { albumTracks, playAlbum } from "./album-card.ts";
import { trackRow } from "./track-list.ts";
import type { ViewMaker } from "./view.ts";

/** Makes the view of the album with the id `argument`. */
export const album: ViewMaker = async (context, argument) => {
  const controller = new AbortController();
  const tracks = albumTracks(context, argument);
  const [shown] = await Promise.all([context.core.library.album(argument), tracks.more()]);

  const artist = shown.artist ?? "Various artists";
  const discs = new Set(tracks.items.map((track) => track.disc_number ?? 1));
  const style = { lead: "number", artist: { unless: shown.artist }, album: false } as const;
  const list = h("ol", { class: "tracks numbered" });
  let disc: number | undefined;
  await fill(
    list,
    tracks,
    (track, index) => {
      const row = trackRow(context, tracks, style, track, index);
      const number = track.disc_number ?? 1;
      if (discs.size > 1 && number !== disc) {
        disc = number;
        row.prepend(h("h2", { class: "disc" }, `Disc ${number}`));
      }
      return row;
    },
    (error) => toastError("More tracks cannot be read", error),
    controller.signal,
  );

  const element = h(
    "div",
    { class: "view" },
    h(
      "div",
      { class: "hero", vars: { "--hue": String(hue(shown.title)) } },
      context.covers.element(shown.title, shown.id, shown.has_cover),
      h(
        "div",
        { class: "hero-text" },
        h("p", { class: "hero-kind" }, "Album"),
        h("h1", {}, shown.title),
        h(
          "p",
          { class: "hero-details" },
          shown.artist_id === null
            ? h("span", {}, artist)
            : h("a", { href: `#/artist/${encodeURIComponent(shown.artist_id)}` }, artist),
          h(
            "span",
            {},
            details(shown.year, count(shown.track_count, "track"), length(shown.duration_ms)),
          ),
        ),
        h(
          "button",
          {
            type: "button",
            class: "button primary large",
            on: { click: () => void playAlbum(context, shown.id) },
          },
          icon("play"),
          "Play",
        ),
      ),
    ),
    list,
  );
  return { element, leave: () => controller.abort() };
};
