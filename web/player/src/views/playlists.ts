/** All playlists, what was played lately, and where the library is kept. */
import type { Playlist } from "@music-platform-core/web";
import { button } from "../buttons.ts";
import { askText } from "../dialogs.ts";
import { byId, h } from "../dom.ts";
import { noteFocus } from "../focus.ts";
import { count, details, length } from "../format.ts";
import { libraryFile } from "../library-file.ts";
import { newSmartPlaylist } from "../smart-rules.ts";
import { attempt, toast } from "../toasts.ts";
import { pictured, playlistPicture } from "./portrait.ts";
import { storage } from "./storage.ts";
import type { Context, ViewMaker } from "./view.ts";

/** Makes the view. */
export const playlists: ViewMaker = async (context) => {
  const controller = new AbortController();
  const { core } = context;
  const list = h("ul", { class: "artists" });
  const amount = h("span", { class: "amount" });
  const show = (items: Playlist[]): void => {
    amount.textContent = count(items.length, "playlist");
    const giveBack = noteFocus(byId("main"));
    list.replaceChildren(...items.map(card));
    giveBack();
  };
  // Also what another tab or a script does shows at once.
  const first = new Promise<void>((resolve, reject) => {
    core.library
      .follow(
        "playlists",
        { sort: "name", limit: 500 },
        (page) => {
          show(page.items);
          resolve();
        },
        { signal: controller.signal },
      )
      .catch(reject);
  });
  first.catch(() => {});
  await first;

  const file = h("input", {
    type: "file",
    accept: ".m3u,.m3u8,.json",
    hidden: true,
    attrs: { "aria-label": "Playlist file" },
    on: {
      change: () => attempt(() => importFile(context, file), "The playlist cannot be imported"),
    },
  });
  const kept = await storage(core);
  const element = h(
    "div",
    { class: "view" },
    h("div", { class: "heading" }, h("h1", {}, "Playlists"), amount),
    h(
      "div",
      { class: "actions" },
      button("", () => create(context), "New playlist"),
      button("", () => newSmartPlaylist(core), "New smart playlist"),
      button("", () => file.click(), "Import"),
      h("a", { class: "button", href: "#/history" }, "Recently played"),
      h("a", { class: "button", href: "#/accounts" }, "Accounts"),
      h("a", { class: "button", href: "#/duplicates" }, "Duplicates"),
      file,
    ),
    list,
    kept.element,
    libraryFile(core),
  );
  // The list follows by itself.
  const changed = (): void => attempt(kept.renew, "The storage cannot be read");
  return { element, changed, leave: () => controller.abort() };
};

async function create({ core }: Context): Promise<void> {
  const name = await askText("New playlist", "Name");
  if (name !== undefined) {
    const { id } = await core.playlists.create({ name });
    location.hash = `#/playlist/${encodeURIComponent(id)}`;
  }
}

async function importFile({ core }: Context, input: HTMLInputElement): Promise<void> {
  const [file] = input.files ?? [];
  input.value = "";
  if (!file) {
    return;
  }
  const name = file.name.replace(/\.[^.]*$/, "");
  const { playlist, matched, unresolved } = await core.playlists.import(await file.text(), name);
  toast({
    title: `Imported “${playlist.name}”`,
    text: details(
      count(matched, "track"),
      unresolved.length > 0 && `${count(unresolved.length, "file")} not in the library yet`,
    ),
  });
}

function card(playlist: Playlist): HTMLElement {
  const { id, name, rules, entry_count, duration_ms } = playlist;
  return pictured(
    `#/playlist/${encodeURIComponent(id)}`,
    playlistPicture(playlist),
    name,
    details(
      rules !== null && "Smart",
      count(entry_count, "track"),
      entry_count > 0 && length(duration_ms),
    ),
  );
}
