/** Lists that grow as they are scrolled. */
import type { Page } from "@music-platform-core/web";
import { type Child, h } from "./dom.ts";

/** Reads the page behind `after`, with at most `limit` items. */
export type Fetch<T> = (after: string | undefined, limit: number) => Promise<Page<T>>;

/** The shortest and the longest page that is asked for: the longest is read in a few milliseconds. */
const [SHORTEST, LONGEST] = [100, 400];

/** A list fetched page by page. */
export class Pager<T> {
  readonly items: T[] = [];
  readonly #fetch: Fetch<T>;
  #next: string | undefined;
  #begun = false;
  #running: Promise<T[]> | undefined;

  constructor(fetch: Fetch<T>) {
    this.#fetch = fetch;
  }

  /** A list of what is already there. */
  static of<T>(items: T[]): Pager<T> {
    const pager = new Pager<T>(async () => ({ items: [], next: null }));
    pager.items.push(...items);
    pager.#begun = true;
    return pager;
  }

  /** Whether everything has been fetched. */
  get complete(): boolean {
    return this.#begun && this.#next === undefined;
  }

  /** Fetches the next page, of about as many items as are wanted, and returns what it brought; nothing when the list is complete. */
  more(wanted = SHORTEST): Promise<T[]> {
    const limit = Math.max(SHORTEST, Math.min(wanted, LONGEST));
    this.#running ??= this.#load(limit).finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #load(limit: number): Promise<T[]> {
    if (this.complete) {
      return [];
    }
    const page = await this.#fetch(this.#next, limit);
    this.#begun = true;
    this.#next = page.next ?? undefined;
    this.items.push(...page.items);
    return page.items;
  }
}

/**
 * Shows a pager's items in `list` and fetches more whenever its end comes near. `failed` hears of
 * an error; scrolling tries again. Resolves when the first page is there.
 */
export async function fill<T>(
  list: HTMLElement,
  pager: Pager<T>,
  render: (item: T, index: number) => Child,
  failed: (error: unknown) => void,
  signal: AbortSignal,
): Promise<void> {
  let shown = 0;
  const append = (): void => {
    const fragment = document.createDocumentFragment();
    for (; shown < pager.items.length; shown += 1) {
      const child = render(pager.items[shown] as T, shown);
      if (child) {
        fragment.append(child);
      }
    }
    list.append(fragment);
  };

  const end = h("div", { class: "list-end", attrs: { "aria-hidden": "true" } });
  const observer = new IntersectionObserver(
    async ([entry]) => {
      if (!entry?.isIntersecting || signal.aborted) {
        return;
      }
      try {
        await pager.more();
        append();
      } catch (error) {
        failed(error);
        return;
      }
      if (pager.complete) {
        observer.disconnect();
        end.remove();
      } else {
        // The end may still be in view, of which the observer would say nothing.
        observer.unobserve(end);
        observer.observe(end);
      }
    },
    { rootMargin: "1200px" },
  );
  signal.addEventListener("abort", () => observer.disconnect(), { once: true });

  if (pager.items.length === 0) {
    await pager.more();
  }
  append();
  if (!pager.complete) {
    list.after(end);
    observer.observe(end);
  }
}
