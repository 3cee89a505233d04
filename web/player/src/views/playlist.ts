/** One playlist with its entries. */
import type { Playlist, PlaylistEntry, Track } from "@music-platform-core/web";
import { button } from "../buttons.ts";
import { askText, confirm } from "../dialogs.ts";
import { download, h } from "../dom.ts";
import { count, details, length } from "../format.ts";
import { Pager } from "../pager.ts";
import { toastError } from "../toasts.ts";
import { virtualList } from "../virtual-list.ts";
import { hero, playButton } from "./hero.ts";
import { playlistPicture } from "./portrait.ts";
import { trackRow } from "./track-list.ts";
import type { Context, ViewMaker } from "./view.ts";

/** Makes the view of the playlist with the id `argument`. */
export const playlist: ViewMaker = async (context, { argument }) => {
  const { core, playback } = context;
  const controller = new AbortController();
  const shown = await core.playlists.get(argument);
  const entries: PlaylistEntry[] = [];
  // What can be played of it; an entry whose file is gone stands for nothing.
  const tracks = new Pager<Track>(async (after, limit) => {
    const page = await core.playlists.entries(argument, { after, limit });
    entries.push(...page.items);
    return { items: page.items.map((entry) => entry.track ?? missing(entry)), next: page.next };
  });
  const list = h("ol", { class: "tracks" });
  await virtualList(list, tracks, {
    total: shown.entry_count,
    rowHeight: 58,
    render: (track, index) =>
      trackRow(context, tracks, track, index, { extras: moves(context, argument, entries, index) }),
    failed: (error) => toastError("More tracks cannot be read", error),
    signal: controller.signal,
  });

  const element = h(
    "div",
    { class: "view" },
    hero({
      kind: shown.rules === null ? "Playlist" : "Smart playlist",
      title: shown.name,
      picture: playlistPicture(shown),
      details: [
        details(
          count(shown.entry_count, "track"),
          shown.entry_count > 0 && length(shown.duration_ms),
        ),
      ],
      actions: [
        playButton(() => playback.playFirst(tracks)),
        button("", () => rename(context, shown), "Rename"),
        button("", () => save(context, shown), "Export"),
        button("", () => remove(context, shown), "Delete"),
      ],
    }),
    shown.entry_count === 0 &&
      h(
        "p",
        { class: "hint" },
        shown.rules === null
          ? "Nothing in it yet. The “…” beside a track adds it."
          : "Nothing fits its rules yet.",
      ),
    list,
  );
  return { element, leave: () => controller.abort() };
};

/** What the menu of an entry offers besides; nothing where rules decide. */
function moves({ core }: Context, id: string, entries: PlaylistEntry[], index: number) {
  const entryId = entries[index]?.id;
  if (!entryId) {
    return [];
  }
  const above = entries[index - 1]?.id;
  const below = entries[index + 1]?.id;
  return [
    ...(above
      ? [{ label: "Move up", run: () => core.playlists.move(id, [entryId], { before: above }) }]
      : []),
    ...(below
      ? [{ label: "Move down", run: () => core.playlists.move(id, [entryId], { after: below }) }]
      : []),
    { label: "Remove from playlist", run: () => core.playlists.remove(id, [entryId]) },
  ];
}

async function rename({ core }: Context, { id, name }: Playlist): Promise<void> {
  const wanted = await askText("Rename playlist", "Name", name);
  if (wanted !== undefined && wanted !== name) {
    await core.playlists.change(id, { name: wanted });
  }
}

async function remove({ core }: Context, { id, name }: Playlist): Promise<void> {
  if (await confirm(`Delete “${name}”?`, "Its tracks stay in the library.", "Delete")) {
    await core.playlists.delete(id);
    location.hash = "#/playlists";
  }
}

async function save({ core }: Context, { id, name }: Playlist): Promise<void> {
  const text = await core.playlists.export(id, "m3u8");
  const blob = new Blob([text], { type: "audio/x-mpegurl" });
  download(blob, `${name.replace(/[\\/:*?"<>|]/g, "_")}.m3u8`);
}

/** A row for an entry whose file is not in the library. */
function missing({ title, location, duration_ms }: PlaylistEntry): Track {
  return {
    id: "",
    title: title ?? location,
    artist: "Not in the library",
    duration_ms,
    playable: false,
    has_cover: false,
    codec: "missing",
    album: null,
    album_id: null,
  } as Track;
}
