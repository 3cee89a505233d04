/** Makes elements. Text always goes in as text, so a tag in a title stays a title. */

/** What may be given to {@link h}; everything else is set as a property. */
interface Extras {
  class?: string;
  /** Attributes, for what has no property: `aria-*`, `role`, `data-*`. */
  attrs?: Record<string, string>;
  /** Custom properties of the style sheet, for example `{ "--hue": "120" }`. */
  vars?: Record<string, string>;
  on?: { [Type in keyof HTMLElementEventMap]?: (event: HTMLElementEventMap[Type]) => void };
}

type Props<Tag extends keyof HTMLElementTagNameMap> = Extras &
  Partial<Omit<HTMLElementTagNameMap[Tag], keyof Extras | "style" | "children">>;

/** A child of an element; nothing is put in for `undefined` and `false`. */
export type Child = Node | string | undefined | false;

/** Makes an element with properties and children. */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  props: Props<Tag> = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  const { class: classes, attrs, vars, on, ...properties } = props;
  if (classes) {
    element.className = classes;
  }
  Object.assign(element, properties);
  for (const [name, value] of Object.entries(attrs ?? {})) {
    element.setAttribute(name, value);
  }
  for (const [name, value] of Object.entries(vars ?? {})) {
    element.style.setProperty(name, value);
  }
  for (const [type, listener] of Object.entries(on ?? {})) {
    element.addEventListener(type, listener as EventListener);
  }
  element.append(...children.filter((child) => child !== undefined && child !== false));
  return element;
}

/** A span with somebody's words, in whatever direction they run; whole in a tooltip if cut short. */
export function words(classes: string, text: string): HTMLSpanElement {
  return h("span", { class: classes, dir: "auto", title: text }, text);
}

/** Finds an element of the page's own markup. */
export function byId<T extends HTMLElement = HTMLElement>(id: string): T {
  const element = document.getElementById(id);
  if (!element) {
    throw new Error(`the page has no #${id}`);
  }
  return element as T;
}

/** Has the browser save what `blob` holds under this name. */
export function download(blob: Blob, name: string): void {
  const href = URL.createObjectURL(blob);
  h("a", { href, download: name }).click();
  // By then the browser has long taken what it downloads.
  setTimeout(() => URL.revokeObjectURL(href), 60_000);
}
