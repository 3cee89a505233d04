/** Tracks that may be the same recording, to merge or to keep, and what is done without being asked. */
import type { Core, DuplicateGroup, DuplicatePolicy } from "@music-platform-core/web";
import { button } from "../buttons.ts";
import { byId, h, words } from "../dom.ts";
import { noteFocus } from "../focus.ts";
import { count, details, time } from "../format.ts";
import { isAbort } from "../remedies.ts";
import { attempt, toast } from "../toasts.ts";
import type { Context, ViewMaker } from "./view.ts";

const REASONS = {
  content: "The same content",
  sound: "They sound the same",
  recording: "The same recording to MusicBrainz",
  tags: "The same title, artist and album",
};

const POLICIES: [DuplicatePolicy, string][] = [
  ["keep_both", "keep both"],
  ["newest", "keep the newest, if the content is the same"],
  ["ask", "ask me"],
];

const LABEL = "Compare by sound";

/** How many groups are shown; what is done with them makes room for others. */
const LIMIT = 50;

/** Makes the view. */
export const duplicates: ViewMaker = async (context) => {
  const { library } = context.core;
  const amount = h("span", { class: "amount" });
  const list = h("ul", { class: "accounts" });
  let asked = 0;
  const renew = async (): Promise<void> => {
    asked += 1;
    const turn = asked;
    const { items, next } = await library.duplicates({ limit: LIMIT });
    if (turn !== asked) {
      return;
    }
    amount.textContent = count(items.length, "group", next !== null);
    const giveBack = noteFocus(byId("main"));
    list.replaceChildren(...items.map((group) => card(context, group, renew)));
    giveBack();
  };
  const [policy] = await Promise.all([library.duplicatePolicy(), renew()]);
  const choice = h(
    "select",
    {
      class: "field",
      on: {
        change: () =>
          attempt(async () => {
            await library.setDuplicatePolicy(choice.value as DuplicatePolicy);
            await renew();
          }),
      },
    },
    ...POLICIES.map(([value, label]) => h("option", { value, selected: value === policy }, label)),
  );
  const check = new SoundCheckButton(context.core, renew);
  const element = h(
    "div",
    { class: "view" },
    h("div", { class: "heading" }, h("h1", {}, "Duplicates"), amount, check.element),
    h("label", { class: "hint" }, "When music comes that is here already: ", choice),
    list,
  );
  const changed = (): void => attempt(renew, "The duplicates cannot be read");
  return { element, changed, leave: () => check.stop() };
};

/** Compares the sound of the groups, shows how far that is, and stops when it is clicked again. */
class SoundCheckButton {
  readonly element = button("", () => this.#clicked(), LABEL);
  readonly #core: Core;
  readonly #renew: () => Promise<void>;
  #running: AbortController | undefined;

  constructor(core: Core, renew: () => Promise<void>) {
    this.#core = core;
    this.#renew = renew;
  }

  /** What was heard until then is kept. */
  stop(): void {
    this.#running?.abort();
  }

  async #clicked(): Promise<void> {
    if (this.#running) {
      this.stop();
      return;
    }
    const running = new AbortController();
    this.#running = running;
    this.element.textContent = "Listening – stop";
    const { signal } = running;
    try {
      const checked = this.#core.library.checkSounds({ signal });
      this.#follow(signal).catch(() => {});
      const { listened, alike, failed } = await checked;
      toast({
        title: `${count(alike, "group")} of the same sound`,
        text: details(
          `${count(listened, "track")} listened to`,
          failed.length > 0 && `${count(failed.length, "file")} cannot be read`,
        ),
      });
    } catch (error) {
      if (!isAbort(error)) {
        throw error;
      }
    } finally {
      running.abort();
      this.#running = undefined;
      this.element.textContent = LABEL;
      await this.#renew();
    }
  }

  async #follow(signal: AbortSignal): Promise<void> {
    for await (const event of this.#core.events({ signal })) {
      if (event.type === "sound_check_progress") {
        this.element.textContent = `Listening: ${event.done} of ${event.total} – stop`;
      }
    }
  }
}

/** One group. Its first track is kept. */
function card(
  { core }: Context,
  { evidence, tracks }: DuplicateGroup,
  renew: () => Promise<void>,
): HTMLElement {
  const ids = tracks.map(({ id }) => id);
  const title = tracks[0]?.title ?? "";
  const merge = async (): Promise<void> => {
    const [keep = "", ...others] = ids;
    await core.library.merge(keep, others);
    await renew();
    toast({
      title: `“${title}” is there once`,
      text: "Playlists, plays and ratings are united. No file was touched.",
      action: {
        // Not “Undo”: what was united stays so.
        label: "Take apart",
        run: async () => {
          await Promise.all(others.map((id) => core.library.split(id)));
          await renew();
        },
      },
    });
  };
  const keepBoth = async (): Promise<void> => {
    await core.library.keepApart(ids);
    await renew();
  };
  return h(
    "li",
    { class: "account", attrs: { "aria-label": title } },
    h(
      "div",
      { class: "account-text" },
      h("h2", { dir: "auto" }, title),
      h("p", { class: "card-detail" }, `${REASONS[evidence]}:`),
      ...tracks.map(({ path, codec, bitrate, duration_ms }, index) =>
        h(
          "p",
          { class: "card-detail" },
          words("", path.replace(/^remote:[^/]*/, "Drive: ").replace(/\?id=[^/]*$/, "")),
          ` ${details(codec, bitrate !== null && `${bitrate} kbit/s`, time(duration_ms), index === 0 && "is kept")}`,
        ),
      ),
    ),
    h(
      "div",
      { class: "actions" },
      button("primary", merge, "Merge"),
      button("", keepBoth, "Keep both"),
    ),
  );
}
