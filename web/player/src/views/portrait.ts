/** Pictures drawn from names, for what has no cover, and the entries of lists that show them. */
import { h, words } from "../dom.ts";
import { hue, initials } from "../format.ts";

/** A round picture drawn from the name, or a square one. */
export function portrait(name: string, sign = initials(name), kind = ""): HTMLElement {
  return h(
    "span",
    {
      class: `portrait ${kind}`,
      vars: { "--hue": String(hue(name)) },
      attrs: { "aria-hidden": "true" },
    },
    sign,
  );
}

/** The picture of a playlist. */
export function playlistPicture({ name, rules }: { name: string; rules: unknown }): HTMLElement {
  return portrait(name, rules === null ? initials(name) : "✦", "squared");
}

/** An entry of a list: a picture with a name and details, which leads somewhere. */
export function pictured(
  href: string,
  picture: HTMLElement,
  name: string,
  detail: string,
): HTMLElement {
  return h(
    "li",
    {},
    h(
      "a",
      { class: "artist", href },
      picture,
      h(
        "span",
        { class: "artist-text" },
        words("artist-name", name),
        h("span", { class: "card-detail" }, detail),
      ),
    ),
  );
}
