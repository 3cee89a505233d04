/** Covers: loaded when they come into view, drawn from the name where there are none. */
import type { Core, CoverSize } from "@music-platform-core/web";
import { h } from "./dom.ts";
import { hue, initials } from "./format.ts";

/** How many object URLs are kept before the ones used longest ago are released. */
const KEPT = 400;

/** How many colours are remembered. */
const COLOURS_KEPT = 5_000;

/** How long a cover has to be in view before it is read. */
const LINGER_MS = 80;

/** How long a cover that could not be read is not asked for again. */
const AGAIN_MS = 30_000;

/** Makes cover elements and fills them. */
export class Covers {
  readonly #core: Core;
  /** By size and album, those used longest ago first. */
  readonly #urls = new Map<string, Promise<string | undefined>>();
  /** The addresses that are there already, to show known pictures without a flicker. */
  readonly #loaded = new Map<string, string>();
  /** The colours of albums, to be seen while their covers load. */
  readonly #colours = new Map<string, string>();
  readonly #wanted = new WeakMap<Element, Wanted>();
  readonly #observer = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        const wanted = this.#wanted.get(target);
        if (isIntersecting && wanted !== undefined) {
          this.#observer.unobserve(target);
          void this.#fill(target as HTMLElement, wanted);
        }
      }
    },
    { rootMargin: "300px" },
  );

  constructor(core: Core) {
    this.#core = core;
  }

  /** A cover; the picture replaces the drawn one when it has been seen and loaded. */
  element(
    name: string,
    albumId: string | null,
    hasCover: boolean,
    size: CoverSize = "thumbnail",
  ): HTMLElement {
    const element = h(
      "span",
      {
        class: "cover",
        vars: { "--hue": String(hue(name)) },
        attrs: { "aria-hidden": "true" },
      },
      h("span", { class: "cover-initials" }, initials(name)),
    );
    if (albumId === null) {
      return element;
    }
    this.#colour(element, albumId);
    const loaded = this.#loaded.get(key(albumId, size));
    // A small one is better than none until the large one is there.
    const shown = loaded ?? this.#loaded.get(key(albumId, "thumbnail"));
    if (shown) {
      element.replaceChildren(picture(shown));
    }
    if (!loaded && hasCover) {
      this.#wanted.set(element, { albumId, size });
      this.#observer.observe(element);
    }
    return element;
  }

  /** The address of a cover's picture, as long as it is among the recently used. */
  url(albumId: string, size: CoverSize): Promise<string | undefined> {
    const name = key(albumId, size);
    const known = this.#urls.get(name);
    this.#urls.delete(name);
    const url = known ?? this.#begin(name, albumId, size);
    this.#urls.set(name, url);
    this.#trim();
    return url;
  }

  /** Reads pictures anew from now on, after some may have changed. */
  forget(): void {
    const gone = [...this.#urls];
    this.#urls.clear();
    this.#loaded.clear();
    this.#colours.clear();
    this.#release(gone);
  }

  /** Has a cover loaded, unless it is let go meanwhile. */
  #begin(name: string, albumId: string, size: CoverSize): Promise<string | undefined> {
    const loading = this.#load(albumId, size);
    // A cover that cannot be read is no reason to bother anyone: the drawn one stays.
    const url = loading.catch(() => undefined);
    const isKept = () => this.#urls.get(name) === url;
    void loading.then(
      (address) => {
        if (address !== undefined && isKept()) {
          this.#loaded.set(name, address);
        }
      },
      () => {
        // A drive that was away may be back by then.
        setTimeout(() => isKept() && this.#urls.delete(name), AGAIN_MS);
      },
    );
    return url;
  }

  async #load(albumId: string, size: CoverSize): Promise<string | undefined> {
    const cover = await this.#core.library.cover(albumId, size);
    if (cover === undefined) {
      return undefined;
    }
    if (cover.colour !== null) {
      this.#colours.set(albumId, cover.colour);
      trim(this.#colours, COLOURS_KEPT);
    }
    return URL.createObjectURL(cover.picture);
  }

  async #fill(target: HTMLElement, { albumId, size }: Wanted): Promise<void> {
    // What only flies by is not worth reading a file for.
    await new Promise((resolve) => setTimeout(resolve, LINGER_MS));
    if (!target.isConnected) {
      // It may come back, with the list it belongs to.
      this.#observer.observe(target);
      return;
    }
    const url = await this.url(albumId, size);
    if (!url) {
      return;
    }
    if (this.#loaded.get(key(albumId, size)) !== url) {
      // It was let go meanwhile.
      this.#observer.observe(target);
      return;
    }
    this.#colour(target, albumId);
    const image = picture(url);
    try {
      await image.decode();
    } catch {
      return;
    }
    target.replaceChildren(image);
  }

  /** Gives a cover that is still to come its colour, where that is known. */
  #colour(element: HTMLElement, albumId: string): void {
    const colour = this.#colours.get(albumId);
    if (colour !== undefined) {
      element.style.setProperty("background", colour);
    }
  }

  #trim(): void {
    this.#release(trim(this.#urls, KEPT));
  }

  /** Lets pictures go, also those that are still to come; what is on the screen stays there. */
  #release(gone: [string, Promise<string | undefined>][]): void {
    for (const [name, url] of gone) {
      this.#loaded.delete(name);
      void url.then((address) => address && URL.revokeObjectURL(address));
    }
  }
}

/** Which cover an element waits for. */
interface Wanted {
  albumId: string;
  size: CoverSize;
}

function key(albumId: string, size: CoverSize): string {
  return `${size}:${albumId}`;
}

/** Takes the oldest entries out of `map` until it has no more than `most`, and says which. */
function trim<Value>(map: Map<string, Value>, most: number): [string, Value][] {
  if (map.size <= most) {
    return [];
  }
  const gone = [...map].slice(0, map.size - most);
  for (const [name] of gone) {
    map.delete(name);
  }
  return gone;
}

function picture(src: string): HTMLImageElement {
  return h("img", { src, alt: "", draggable: false, decoding: "async" });
}
