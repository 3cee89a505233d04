/** The little of a page that its parts need to be tested without a browser. */
import { vi } from "vitest";

type Listener = (event: FakeEvent) => void;

/** An event, and whether its default was prevented. */
export class FakeEvent {
  defaultPrevented = false;
  readonly type: string;

  constructor(type: string) {
    this.type = type;
  }

  preventDefault(): void {
    this.defaultPrevented = true;
  }
}

/** What listens to events. */
export class FakeTarget {
  readonly #listeners = new Map<string, Set<Listener>>();

  addEventListener(type: string, listener: Listener): void {
    this.#listeners.set(type, (this.#listeners.get(type) ?? new Set()).add(listener));
  }

  removeEventListener(type: string, listener: Listener): void {
    this.#listeners.get(type)?.delete(listener);
  }

  /** Tells the listeners of an event with these details; whether its default was prevented. */
  fire(type: string, details: object = {}): boolean {
    const event = Object.assign(new FakeEvent(type), details);
    for (const listener of this.#listeners.get(type) ?? []) {
      listener(event);
    }
    return event.defaultPrevented;
  }
}

/** An element; what is set on it is kept, and selectors are lists of tags, classes and attributes. */
export class FakeElement extends FakeTarget {
  readonly tagName: string;
  readonly attributes = new Map<string, string>();
  readonly dataset: Record<string, string> = {};
  readonly styles = new Map<string, string>();
  readonly style = {
    setProperty: (name: string, value: string): void => {
      this.styles.set(name, value);
    },
  };
  readonly classList = {
    add: (name: string): void => {
      this.className = `${this.className} ${name}`.trim();
    },
    contains: (name: string): boolean => this.className.split(" ").includes(name),
    toggle(): void {},
  };
  className = "";
  parentElement: FakeElement | null = null;
  nodes: (FakeElement | string)[] = [];

  constructor(tagName: string) {
    super();
    this.tagName = tagName.toUpperCase();
  }

  get isConnected(): boolean {
    return page.document.body.contains(this);
  }

  get children(): FakeElement[] {
    return this.nodes.filter((node) => node instanceof FakeElement);
  }

  get firstElementChild(): FakeElement | null {
    return this.children[0] ?? null;
  }

  get nextElementSibling(): FakeElement | null {
    const siblings = this.parentElement?.children ?? [];
    return siblings[siblings.indexOf(this) + 1] ?? null;
  }

  get textContent(): string {
    return this.nodes
      .map((node) => (typeof node === "string" ? node : node.textContent))
      .filter((text) => text !== "")
      .join(" ");
  }

  set textContent(text: string) {
    this.replaceChildren(text);
  }

  setAttribute(name: string, value: string): void {
    this.attributes.set(name, value);
    if (name.startsWith("data-")) {
      this.dataset[name.slice(5).replace(/-(.)/g, (_, letter) => letter.toUpperCase())] = value;
    }
  }

  getAttribute(name: string): string | null {
    return this.attributes.get(name) ?? null;
  }

  append(...nodes: (FakeElement | string)[]): void {
    for (const node of nodes) {
      this.insertBefore(node, null);
    }
  }

  insertBefore(node: FakeElement | string, next: FakeElement | null): void {
    if (node instanceof FakeElement) {
      node.remove();
      node.parentElement = this;
    }
    const at = next ? this.nodes.indexOf(next) : this.nodes.length;
    this.nodes.splice(at, 0, node);
  }

  replaceChildren(...nodes: (FakeElement | string)[]): void {
    for (const child of this.children) {
      child.remove();
    }
    this.nodes = [];
    this.append(...nodes);
  }

  remove(): void {
    if (this.contains(page.document.activeElement)) {
      page.document.activeElement = page.document.body;
    }
    const nodes = this.parentElement?.nodes ?? [];
    nodes.splice(nodes.indexOf(this), nodes.includes(this) ? 1 : 0);
    this.parentElement = null;
  }

  contains(other: unknown): boolean {
    return this === other || this.children.some((child) => child.contains(other));
  }

  matches(selectors: string): boolean {
    return selectors.split(", ").some((selector) => {
      const parts = selector.match(/^[a-z]+|\.[\w-]+|\[[^\]]+\]|:[\w-]+/g) ?? [];
      return parts.every((part) => {
        const [, name = "", , value] = /^\[([\w-]+)(="(.*)")?\]$/.exec(part) ?? [];
        switch (part[0]) {
          case ".":
            return this.classList.contains(part.slice(1));
          case "[":
            return value === undefined
              ? this.attributes.has(name)
              : this.attributes.get(name) === value;
          case ":":
            return part === ":focus-within" && this.contains(page.document.activeElement);
          default:
            return this.tagName === part.toUpperCase();
        }
      });
    });
  }

  closest(selectors: string): FakeElement | null {
    return this.matches(selectors) ? this : (this.parentElement?.closest(selectors) ?? null);
  }

  querySelectorAll(selectors: string): FakeElement[] {
    return this.children.flatMap((child) => [
      ...(child.matches(selectors) ? [child] : []),
      ...child.querySelectorAll(selectors),
    ]);
  }

  querySelector(selectors: string): FakeElement | null {
    return this.querySelectorAll(selectors)[0] ?? null;
  }

  focus(): void {
    page.document.activeElement = this;
  }

  click(): void {
    this.fire("click");
  }

  /** Pictures are there at once. */
  async decode(): Promise<void> {}

  showModal(): void {}

  close(): void {
    this.fire("close");
  }
}

/** What the parts of the page find, and the listeners of its window. */
export const page = {
  window: new FakeTarget(),
  document: {
    body: new FakeElement("body"),
    activeElement: undefined as FakeElement | undefined,
    createElement: (tagName: string) => new FakeElement(tagName),
    getElementById: (id: string): FakeElement | null =>
      page.document.body.querySelectorAll(`[id="${id}"]`)[0] ?? null,
  },
};

/** Begins a page with elements of these ids. */
export function openPage(...ids: string[]): typeof page {
  const { body } = page.document;
  page.window = new FakeTarget();
  body.replaceChildren();
  for (const id of ids) {
    const element = new FakeElement("div");
    element.setAttribute("id", id);
    body.append(element);
  }
  page.document.activeElement = body;
  vi.stubGlobal("document", page.document);
  vi.stubGlobal("addEventListener", page.window.addEventListener.bind(page.window));
  vi.stubGlobal("removeEventListener", page.window.removeEventListener.bind(page.window));
  return page;
}

/** The element with this id. */
export function part(id: string): FakeElement {
  const found = page.document.getElementById(id);
  if (!found) {
    throw new Error(`there is no #${id}`);
  }
  return found;
}

/** The button with this label in `host`. */
export function buttonOf(host: FakeElement | undefined, label: string): FakeElement {
  const found = host
    ?.querySelectorAll("button")
    .find((each) => each.textContent === label || each.getAttribute("aria-label") === label);
  if (!found) {
    throw new Error(`there is no button “${label}”`);
  }
  return found;
}
