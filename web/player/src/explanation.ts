/** Says where a track on a drive is, and why it is in the library the way it is. */
import type { Core, Track } from "@music-platform-core/web";
import { nameOf } from "./account-add.ts";
import { closing } from "./buttons.ts";
import { openDialog } from "./dialogs.ts";
import { h } from "./dom.ts";
import { sentence } from "./remedies.ts";

/** Opens a dialog about `track`. */
export async function explainTrack(core: Core, track: Track): Promise<void> {
  const [why, accounts, kinds] = await Promise.all([
    core.sync.explain(track.id),
    core.accounts.list(),
    core.accounts.kinds(),
  ]);
  const account = accounts.find(({ id }) => id === why?.account);
  const drive = account ? nameOf(kinds, account.provider) : "A drive";
  openDialog(
    track.title,
    h(
      "p",
      {},
      why
        ? `“${why.name}” on ${drive}${account?.label ? ` of ${account.label}` : ""}.`
        : "No drive knows it any more.",
    ),
    why ? h("p", {}, `The last that was done: ${sentence(why.reason)}`) : undefined,
    why?.error ? h("p", { class: "warning" }, `Its tags: ${sentence(why.error)}`) : undefined,
    why?.is_waiting ? h("p", {}, "Its tags are still to be read.") : undefined,
    why?.is_there === false ? h("p", {}, "The file is gone from the drive.") : undefined,
    closing(),
  );
}
