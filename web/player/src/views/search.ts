/** What a search found. */
import { h } from "../dom.ts";
import { count, details } from "../format.ts";
import { Pager } from "../pager.ts";
import { albumCard } from "./album-card.ts";
import { artistCard } from "./artists.ts";
import { heading } from "./heading.ts";
import { trackRow } from "./track-list.ts";
import type { ViewMaker } from "./view.ts";

const LIMIT = 60;

/** Makes the view of the results for the text `argument`. */
export const search: ViewMaker = async (context, { argument, signal }) => {
  const found = await context.core.library.search(argument, { limit: LIMIT, signal });
  const tracks = Pager.of(found.tracks);
  const nothing = found.tracks.length + found.albums.length + found.artists.length === 0;
  const element = h(
    "div",
    { class: "view" },
    heading(
      nothing ? `Nothing found for “${argument}”` : `Results for “${argument}”`,
      details(
        amount(found.artists, "artist"),
        amount(found.albums, "album"),
        amount(tracks.items, "track"),
      ),
    ),
    nothing &&
      h("p", { class: "hint" }, "Try fewer words, or the beginning of a word in a title or name."),
    found.artists.length > 0 &&
      h(
        "section",
        {},
        h("h2", {}, "Artists"),
        h("ul", { class: "artists" }, ...found.artists.slice(0, 6).map(artistCard)),
      ),
    found.albums.length > 0 &&
      h(
        "section",
        {},
        h("h2", {}, "Albums"),
        h(
          "ul",
          { class: "grid" },
          ...found.albums.slice(0, 12).map((album) => albumCard(context, album)),
        ),
      ),
    found.tracks.length > 0 &&
      h(
        "section",
        {},
        h("h2", {}, "Tracks"),
        h(
          "ol",
          { class: "tracks" },
          ...found.tracks.map((track, index) => trackRow(context, tracks, track, index)),
        ),
      ),
  );
  return { element, leave: () => {} };
};

function amount({ length }: unknown[], noun: string): string | false {
  return length > 0 && count(length, noun, length === LIMIT);
}
