/** What can be done with a track besides playing it. */
import type { Track } from "@music-platform-core/web";
import { closing, menuEntry } from "./buttons.ts";
import { askText, openDialog } from "./dialogs.ts";
import { h } from "./dom.ts";
import { explanation, trackEdit } from "./parts.ts";
import { isRemote } from "./syncs.ts";
import { attempt, toast } from "./toasts.ts";
import type { Context } from "./views/view.ts";

/** Stars stand for ratings of 20, 40, 60, 80 and 100. */
const STARS = [1, 2, 3, 4, 5];

/** An action of one place only, such as leaving a playlist. */
export interface Extra {
  label: string;
  run(): unknown;
}

/** Opens the menu of a track. */
export async function trackMenu(
  context: Context,
  track: Track,
  extras: Extra[] = [],
): Promise<void> {
  const { core } = context;
  const [{ items: playlists }, now] = await Promise.all([
    core.playlists.list({ smart: false, sort: "-updated", limit: 50 }),
    core.library.track(track.id),
  ]);
  openDialog(
    track.title,
    rating(context, now),
    h(
      "div",
      { class: "menu" },
      menuEntry(now.favourite ? "Remove from favourites" : "Add to favourites", () =>
        core.library.setFavourite([track.id], !now.favourite),
      ),
      menuEntry("Edit…", async () => (await trackEdit()).editTrack(core, now)),
      isRemote(track.path) &&
        menuEntry("Where it is from…", async () => (await explanation()).explainTrack(core, track)),
      menuEntry("Remove from library", async () => (await trackEdit()).removeTrack(core, now)),
      ...extras.map(({ label, run }) => menuEntry(label, run)),
    ),
    h("h3", {}, "Add to playlist"),
    h(
      "div",
      { class: "menu" },
      menuEntry("New playlist…", async () => {
        const name = await askText("New playlist", "Name");
        if (name !== undefined) {
          await core.playlists.create({ name, track_ids: [track.id] });
          toast({ title: `Added to “${name}”` });
        }
      }),
      ...playlists.map(({ id, name }) =>
        menuEntry(name, async () => {
          await core.playlists.add(id, [track.id]);
          toast({ title: `Added to “${name}”` });
        }),
      ),
    ),
    closing(),
  );
}

/** The stars of a track; pressing the last one again takes the rating back. */
function rating({ core }: Context, track: Track): HTMLElement {
  let stars = Math.round((track.rating ?? 0) / 20);
  const buttons = STARS.map((star) =>
    h("button", {
      type: "button",
      class: "star",
      attrs: { "aria-label": star === 1 ? "1 star" : `${star} stars` },
      on: {
        click: () => {
          stars = stars === star ? 0 : star;
          show();
          const rating = stars === 0 ? null : stars * 20;
          attempt(() => core.library.rate([track.id], rating), "The rating cannot be kept");
        },
      },
    }),
  );
  const show = (): void => {
    for (const [index, button] of buttons.entries()) {
      button.textContent = index < stars ? "★" : "☆";
      button.setAttribute("aria-pressed", String(index < stars));
    }
  };
  show();
  return h("div", { class: "stars", attrs: { role: "group", "aria-label": "Rating" } }, ...buttons);
}
