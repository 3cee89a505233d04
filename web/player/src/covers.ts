/** Covers: loaded when they come into view, drawn from the name where there are none. */
import type { Core } from "@music-platform-core/web";
import { h } from "./dom.ts";
import { hue, initials } from "./format.ts";

/** How many object URLs are kept before the ones used longest ago are released. */
const KEPT = 400;

/** How long a cover has to be in view before it is read. */
const LINGER_MS = 80;

/** Makes cover elements and fills them. */
export class Covers {
  readonly #core: Core;
  readonly #urls = new Map<string, Promise<string | undefined>>();
  /** The addresses that are there already, to show known pictures without a flicker. */
  readonly #loaded = new Map<string, string>();
  readonly #wanted = new WeakMap<Element, string>();
  readonly #observer = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        const albumId = this.#wanted.get(target);
        if (isIntersecting && albumId !== undefined) {
          this.#observer.unobserve(target);
          void this.#fill(target, albumId);
        }
      }
    },
    { rootMargin: "300px" },
  );

  constructor(core: Core) {
    this.#core = core;
  }

  /** A cover; the picture replaces the drawn one when it has been seen and loaded. */
  element(name: string, albumId: string | null, hasCover: boolean): HTMLElement {
    const element = h(
      "span",
      {
        class: "cover",
        vars: { "--hue": String(hue(name)) },
        attrs: { "aria-hidden": "true" },
      },
      h("span", { class: "cover-initials" }, initials(name)),
    );
    const loaded = albumId !== null && this.#loaded.get(albumId);
    if (loaded) {
      element.replaceChildren(picture(loaded));
    } else if (hasCover && albumId !== null) {
      this.#wanted.set(element, albumId);
      this.#observer.observe(element);
    }
    return element;
  }

  /** The address of a cover's picture, as long as it is among the recently used. */
  url(albumId: string): Promise<string | undefined> {
    const known = this.#urls.get(albumId);
    this.#urls.delete(albumId);
    const url = known ?? this.#load(albumId);
    this.#urls.set(albumId, url);
    this.#trim();
    return url;
  }

  /** Reads pictures anew from now on, after some may have changed. */
  forget(): void {
    this.#urls.clear();
    this.#loaded.clear();
  }

  async #load(albumId: string): Promise<string | undefined> {
    try {
      const blob = await this.#core.library.cover(albumId);
      const url = blob && URL.createObjectURL(blob);
      if (url) {
        this.#loaded.set(albumId, url);
      }
      return url;
    } catch {
      // A cover that cannot be read is no reason to bother anyone: the drawn one stays.
      return undefined;
    }
  }

  async #fill(target: Element, albumId: string): Promise<void> {
    // What only flies by is not worth reading a file for.
    await new Promise((resolve) => setTimeout(resolve, LINGER_MS));
    if (!target.isConnected) {
      // It may come back, with the list it belongs to.
      this.#observer.observe(target);
      return;
    }
    const url = await this.url(albumId);
    if (!url) {
      return;
    }
    const image = picture(url);
    try {
      await image.decode();
    } catch {
      return;
    }
    target.replaceChildren(image);
  }

  #trim(): void {
    for (const [albumId, url] of this.#urls) {
      if (this.#urls.size <= KEPT) {
        return;
      }
      this.#urls.delete(albumId);
      this.#loaded.delete(albumId);
      void url.then((address) => address && URL.revokeObjectURL(address));
    }
  }
}

function picture(src: string): HTMLImageElement {
  return h("img", { src, alt: "", draggable: false, decoding: "async" });
}
