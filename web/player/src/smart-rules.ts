/** A form for the rules of a smart playlist. */
import type { Core, SmartRules } from "@music-platform-core/web";
import { button } from "./buttons.ts";
import { ask } from "./dialogs.ts";
import { h } from "./dom.ts";

type Rule = SmartRules["rules"] extends (infer Each)[] | undefined ? Each : never;

/** What can be asked: a sentence with a gap, and the rule it stands for. */
const QUESTIONS: readonly (readonly [
  label: string,
  kind: "text" | "number" | "none",
  rule: (value: string) => object,
])[] = [
  ["is a favourite", "none", () => ({ field: "favourite", operator: "is", value: true })],
  ["has at least this many stars", "number", (stars) => rule("rating", "at_least", +stars * 20)],
  ["is of the genre", "text", (genre) => rule("genre", "is", genre)],
  ["is from this year or later", "number", (year) => rule("year", "at_least", +year)],
  ["is from this year or earlier", "number", (year) => rule("year", "at_most", +year)],
  ["was played at least this often", "number", (times) => rule("play_count", "at_least", +times)],
  [
    "was played in the last … days",
    "number",
    (days) => rule("last_played_at", "in_last_days", +days),
  ],
  [
    "was not played in the last … days",
    "number",
    (days) => rule("last_played_at", "not_in_last_days", +days),
  ],
  ["was added in the last … days", "number", (days) => rule("added_at", "in_last_days", +days)],
];

const SORTS = [
  ["title", "Title"],
  ["artist", "Artist"],
  ["-added", "Recently added"],
  ["-last_played", "Recently played"],
  ["-play_count", "Most played"],
  ["-rating", "Best rated"],
] as const;

function rule(field: string, operator: string, value: string | number): object {
  return { field, operator, value };
}

/** Asks for a name and rules, and makes the playlist. */
export async function newSmartPlaylist(core: Core): Promise<void> {
  const name = h("input", { type: "text", class: "field", required: true, maxLength: 500 });
  const matching = select([
    ["all", "all of these"],
    ["any", "any of these"],
  ]);
  const rows = h("div", { class: "rules" });
  const answers: (() => object)[] = [];
  const add = (): void => {
    const question = select(QUESTIONS.map(([label], index) => [String(index), label]));
    question.setAttribute("aria-label", "A track");
    const value = h("input", { class: "field", attrs: { "aria-label": "Value" } });
    const chosen = () => QUESTIONS[Number(question.value)] ?? QUESTIONS[0];
    const adapt = (): void => {
      const kind = chosen()?.[1];
      value.hidden = kind === "none";
      value.required = kind !== "none";
      value.type = kind === "number" ? "number" : "text";
      value.min = "0";
    };
    question.addEventListener("change", adapt);
    adapt();
    answers.push(() => chosen()?.[2](value.value) ?? {});
    rows.append(h("div", { class: "rule" }, question, value));
  };
  add();
  const sort = select(SORTS);
  const limit = h("input", { type: "number", class: "field", min: "1", max: "10000" });
  const made = await ask(
    "New smart playlist",
    "Create",
    () => ({
      name: name.value.trim(),
      rules: {
        match: matching.value as "all" | "any",
        rules: answers.map((answer) => answer() as Rule),
        sort: sort.value,
        ...(limit.value === "" ? {} : { limit: Number(limit.value) }),
      },
    }),
    h("label", {}, "Name", name),
    h("label", {}, "A track has to fit", matching),
    rows,
    button("small", add, "One more rule"),
    h("label", {}, "Order", sort),
    h("label", {}, "At most (optional)", limit),
  );
  if (made) {
    const { id } = await core.playlists.create(made);
    location.hash = `#/playlist/${encodeURIComponent(id)}`;
  }
}

function select(options: readonly (readonly [string, string])[]): HTMLSelectElement {
  return h(
    "select",
    { class: "field" },
    ...options.map(([value, label]) => h("option", { value }, label)),
  );
}
