/** The top of an album, an artist or a playlist. */
import { button } from "../buttons.ts";
import { type Child, h } from "../dom.ts";
import { icon } from "../icons.ts";

/** From how many letters on a title is set smaller. */
const SENTENCE = 60;

/** What the top shows. */
export interface Hero {
  /** What it is, in a word. */
  kind: string;
  title: string;
  picture: HTMLElement;
  details: Child[];
  actions?: HTMLElement[];
  /** Adds classes to its looks. */
  style?: string;
}

/** Makes the top; its colour is that of the picture. */
export function hero({ kind, title, picture, details, actions = [], style = "" }: Hero) {
  return h(
    "div",
    {
      class: `hero ${style}`,
      vars: { "--hue": picture.style.getPropertyValue("--hue") },
    },
    picture,
    h(
      "div",
      { class: "hero-text" },
      h("p", { class: "hero-kind" }, kind),
      h("h1", { class: title.length > SENTENCE ? "long" : "", dir: "auto" }, title),
      h("p", { class: "hero-details" }, ...details),
      actions.length > 0 && h("div", { class: "actions" }, ...actions),
    ),
  );
}

/** The button that plays all of it. */
export function playButton(run: () => unknown): HTMLElement {
  return button("primary large", run, icon("play"), "Play");
}
