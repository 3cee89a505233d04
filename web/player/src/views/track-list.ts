/** Tracks as a list of buttons. */
import type { Track } from "@music-platform-core/web";
import { h, words } from "../dom.ts";
import { time } from "../format.ts";
import type { Pager } from "../pager.ts";
import { attempt } from "../toasts.ts";
import { type Extra, trackMenu } from "../track-menu.ts";
import type { Context } from "./view.ts";

/** How a row differs from others. */
export interface RowOptions {
  /** The row is on the album of this artist: it begins with its number there. */
  onAlbumBy?: string;
  /** What its menu offers besides. */
  extras?: Extra[];
}

/** Whom a track is by, in words. */
export function artistOf({ artist, album_artist }: Track): string {
  return artist ?? album_artist ?? "Unknown artist";
}

/** One row; pressing it plays the track, and the rest of the list after it. */
export function trackRow(
  context: Context,
  list: Pager<Track>,
  track: Track,
  index: number,
  { onAlbumBy, extras }: RowOptions = {},
): HTMLElement {
  const { covers, playback, syncs } = context;
  syncs.shown(track);
  const artist = artistOf(track);
  const current = playback.track?.id === track.id;
  const favourite = track.favourite ? ", favourite" : "";
  const label = `${track.title}, ${artist}, ${time(track.duration_ms)}${favourite}`;
  const button = h(
    "button",
    {
      type: "button",
      class: "track",
      title: track.playable ? "" : "This format cannot be played yet",
      attrs: {
        "data-track-id": track.id,
        "aria-label": track.playable ? label : `${label}, cannot be played yet`,
        ...(current ? { "aria-current": "true" } : {}),
        ...(track.playable ? {} : { "aria-disabled": "true" }),
      },
      on: {
        click: () => {
          if (!track.playable) {
            return;
          }
          if (playback.track?.id === track.id && playback.state !== "stopped") {
            void playback.toggle();
          } else {
            playback.playFrom(list, index);
          }
        },
      },
    },
    h(
      "span",
      { class: `track-lead ${onAlbumBy ? "number" : ""}` },
      onAlbumBy === undefined
        ? covers.element(track.album ?? track.title, track.album_id, track.has_cover)
        : h("span", { class: "track-number" }, String(track.track_number ?? index + 1)),
      h("span", { class: "bars", attrs: { "aria-hidden": "true" } }, h("i"), h("i"), h("i")),
    ),
    h(
      "span",
      { class: "track-main" },
      words("track-title", track.title),
      artist !== onAlbumBy && words("track-artist", artist),
    ),
    onAlbumBy === undefined && words("track-album", track.album ?? ""),
    !track.playable && h("span", { class: "badge" }, track.codec ?? "unknown"),
    track.favourite && h("span", { class: "heart", attrs: { "aria-hidden": "true" } }, "♥"),
    h("span", { class: "track-time" }, time(track.duration_ms)),
  );
  const more = h(
    "button",
    {
      type: "button",
      class: "icon-button row-more",
      title: "More",
      attrs: { "aria-label": `More for ${track.title}`, "aria-haspopup": "dialog" },
      on: {
        click: () => attempt(() => trackMenu(context, track, extras), "This cannot be opened"),
      },
    },
    "…",
  );
  return h("li", { class: "track-item" }, button, track.id !== "" && more);
}

/** Marks the rows of the track that is playing, wherever they are. */
export function markCurrent(trackId: string | undefined): void {
  for (const row of document.querySelectorAll("[data-track-id][aria-current]")) {
    row.removeAttribute("aria-current");
  }
  if (trackId !== undefined) {
    for (const row of document.querySelectorAll(`[data-track-id="${CSS.escape(trackId)}"]`)) {
      row.setAttribute("aria-current", "true");
    }
  }
}
