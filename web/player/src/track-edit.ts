/** A form for what a track is called; what it leaves as it is stays with the file. */
import type { Core, Track, TrackEdit } from "@music-platform-core/web";
import { ask } from "./dialogs.ts";
import { h } from "./dom.ts";
import { toast } from "./toasts.ts";

/** The fields of the form: their names, and how they are written. */
const FIELDS = [
  ["title", "Title", "text"],
  ["artist", "Artist", "text"],
  ["album", "Album", "text"],
  ["album_artist", "Album artist", "text"],
  ["year", "Year", "number"],
  ["track_number", "Track number", "number"],
] as const;

/** Asks for new values and stores those that differ. */
export async function editTrack(core: Core, track: Track): Promise<void> {
  const { origins } = await core.library.details(track.id);
  const edited = origins.filter(({ source }) => source === "user").map(({ field }) => field);
  const inputs = FIELDS.map(([field, label, type]) => {
    const value = track[field];
    const input = h("input", {
      type,
      class: "field",
      dir: "auto",
      value: value === null ? "" : String(value),
      required: field === "title",
    });
    return { field, type, label, input, before: input.value };
  });
  const back = h("input", { type: "checkbox", id: "edit-revert" });
  const wanted = await ask(
    "Edit track",
    "Save",
    () => ({ revert: back.checked, changed: inputs.filter((it) => it.input.value !== it.before) }),
    ...inputs.map(({ label, input }) => h("label", {}, label, input)),
    edited.length > 0 &&
      h(
        "label",
        {},
        back,
        `Go back to what the file says (${edited.join(", ").replaceAll("_", " ")})`,
      ),
  );
  if (wanted?.revert) {
    await core.library.revert([track.id], edited);
  } else if (wanted && wanted.changed.length > 0) {
    const values = wanted.changed.map(({ field, type, input }) => {
      const text = input.value.trim();
      return [field, text === "" ? null : type === "number" ? Number(text) : text];
    });
    await core.library.edit([track.id], Object.fromEntries(values) as TrackEdit);
  }
}

/** Puts a track into the bin; a press on Undo brings it back. */
export async function removeTrack(core: Core, track: Track): Promise<void> {
  await core.library.remove([track.id]);
  toast({
    title: `Removed “${track.title}”`,
    action: {
      label: "Undo",
      run: () => core.library.restore([track.id]),
    },
    ms: 12_000,
  });
}
