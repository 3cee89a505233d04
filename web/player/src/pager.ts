/** Lists that grow as they are scrolled. */
import type { Page } from "@music-platform-core/web";

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

  /** Fetches whatever there is. */
  async all(): Promise<void> {
    while (!this.complete) {
      await this.more(LONGEST);
    }
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
