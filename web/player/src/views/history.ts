/** What was played, the latest first. */
import type { Play } from "@music-platform-core/web";
import { h, words } from "../dom.ts";
import { time } from "../format.ts";
import { Pager } from "../pager.ts";
import { attempt, toastError } from "../toasts.ts";
import { virtualList } from "../virtual-list.ts";
import { heading } from "./heading.ts";
import type { Context, ViewMaker } from "./view.ts";

/** Makes the view. */
export const history: ViewMaker = async (context) => {
  const controller = new AbortController();
  const pager = new Pager<Play>((after, limit) => context.core.library.history({ after, limit }));
  const list = h("ol", { class: "tracks" });
  await virtualList(list, pager, {
    rowHeight: 58,
    render: (play) => row(context, play),
    failed: (error) => toastError("More cannot be read", error),
    signal: controller.signal,
  });
  const element = h(
    "div",
    { class: "view" },
    heading("Recently played", ""),
    pager.items.length === 0 && h("p", { class: "hint" }, "Nothing was played yet."),
    list,
  );
  return { element, leave: () => controller.abort() };
};

function row({ core, playback }: Context, play: Play): HTMLElement {
  const again = async (): Promise<void> => {
    playback.playFrom(Pager.of([await core.library.track(play.track_id)]), 0);
  };
  const when = new Date(play.started_at).toLocaleString();
  const how = { completed: "played", skipped: "skipped", started: "begun" }[play.outcome];
  const artist = play.artist ?? "Unknown artist";
  return h(
    "li",
    { class: "track-item" },
    h(
      "button",
      {
        type: "button",
        class: "track",
        attrs: { "aria-label": `${play.title}, ${artist}, ${how} ${when}` },
        on: { click: () => attempt(again, "This cannot be played any more") },
      },
      h(
        "span",
        { class: "track-main" },
        words("track-title", play.title),
        words("track-artist", artist),
      ),
      h("span", { class: "track-album" }, `${how} ${when}`),
      h("span", { class: "track-time" }, time(play.position_ms)),
    ),
  );
}
