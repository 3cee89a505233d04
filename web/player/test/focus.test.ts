import { afterEach, expect, test, vi } from "vitest";
import { noteFocus } from "../src/focus.ts";

afterEach(() => vi.unstubAllGlobals());

/** The little of an element that matters here. */
function element(tagName: string, attributes: Record<string, string>, textContent = "") {
  const { trackId, ...others } = attributes;
  const made = {
    closest: () => null as unknown,
    tagName,
    textContent,
    dataset: trackId === undefined ? {} : { trackId },
    getAttribute: (name: string) => others[name] ?? null,
    focus: vi.fn(() => {
      document.activeElement = made;
    }),
  };
  return made;
}

let document: { activeElement: unknown; body: object };

/** A part of the page that holds these elements. */
function hostOf(...elements: object[]) {
  const host = {
    ...element("MAIN", {}),
    elements,
    contains: (other: object) => host.elements.includes(other),
    querySelectorAll: () => host.elements,
  };
  document = { activeElement: null, body: {} };
  vi.stubGlobal("document", document);
  return host;
}

const note = (host: object) => noteFocus(host as HTMLElement);

test("the focus goes to the same thing that was made anew", () => {
  for (const [attributes, text] of [
    [{ trackId: "7", "aria-label": "before" }, ""],
    [{ href: "#/album/1" }, "before"],
    [{ "aria-label": "More for it" }, ""],
    [{}, "Stop"],
  ] as const) {
    const before = element("BUTTON", attributes, text);
    const host = hostOf(before);
    document.activeElement = before;
    const giveBack = note(host);
    const changed = "trackId" in attributes ? { ...attributes, "aria-label": "after" } : attributes;
    const after = element("BUTTON", changed, text === "before" ? "after" : text);
    host.elements = [element("A", changed, text), element("BUTTON", {}, "Other"), after];
    document.activeElement = document.body;
    giveBack();
    expect(document.activeElement).toBe(after);
  }
});

/** A row of a list, with the button that plays its track and the one for more. */
function row(trackId: string, place: number, title = "Intro") {
  const play = element("BUTTON", { trackId });
  const more = element("BUTTON", { "aria-label": `More for ${title}` });
  const item = { getAttribute: () => String(place), querySelector: () => play };
  for (const each of [play, more]) {
    each.closest = () => item;
  }
  return [play, more] as const;
}

test.each([
  ["at its place, of two entries of one track", [row("1", 1), row("1", 2)], 1],
  ["of the same track, of two with one name", [row("2", 1), row("3", 2), row("1", 3)], 2],
  ["with the same name", [row("2", 1, "Other"), row("3", 2)], 1],
] as const)("the focus goes to the button %s", (_, after, at) => {
  const before = row("1", 2)[1];
  const host = hostOf(before);
  document.activeElement = before;
  const giveBack = note(host);
  host.elements = after.flat();
  document.activeElement = document.body;
  giveBack();
  expect(document.activeElement).toBe(after[at]?.[1]);
});

test("without such a thing the focus goes to the part of the page", () => {
  const before = element("BUTTON", {}, "Gone");
  const host = hostOf(before);
  document.activeElement = before;
  const giveBack = note(host);
  host.elements = [];
  document.activeElement = document.body;
  giveBack();
  expect(host.focus).toHaveBeenCalled();
});

test("what has taken the focus meanwhile, or had it elsewhere, keeps it", () => {
  const inside = element("BUTTON", {}, "Stop");
  const host = hostOf(inside);
  const search = element("INPUT", {});
  document.activeElement = inside;
  const giveBack = note(host);
  document.activeElement = search;
  giveBack();
  expect(document.activeElement).toBe(search);

  const nothing = note(host);
  document.activeElement = document.body;
  nothing();
  expect(inside.focus).not.toHaveBeenCalled();
});
