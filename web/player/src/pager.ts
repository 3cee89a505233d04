/** Lists that grow as they are scrolled. */
import type { Page } from "@music-platform-core/web";

/**
 * Reads a page with at most `limit` items: behind `after`, or, where the list can leap, from item
 * number `skip` on.
 */
export type Fetch<T> = (after: string | undefined, limit: number, skip: number) => Promise<Page<T>>;

/** The shortest and the longest page that is asked for: the longest is read in a few milliseconds. */
const [SHORTEST, LONGEST] = [100, 400];

/** Items that were read one after the other: from one number to before another. */
interface Run {
  from: number;
  to: number;
  /** Where the next page begins; nothing at the end of the list. */
  next: string | undefined;
}

/** A list fetched page by page. */
export class Pager<T> {
  /** What has been read, each item in its place; there are holes where nobody has looked. */
  readonly items: T[] = [];
  readonly #fetch: Fetch<T>;
  /** What has been read, in order. */
  #runs: Run[] = [];
  #leaps: boolean;
  #running: Promise<void> | undefined;

  constructor(fetch: Fetch<T>, { leaps = false } = {}) {
    this.#fetch = fetch;
    this.#leaps = leaps;
  }

  /** A list of what is already there. */
  static of<T>(items: T[]): Pager<T> {
    const pager = new Pager<T>(async () => ({ items: [], next: null }));
    pager.items.push(...items);
    pager.#runs.push({ from: 0, to: items.length, next: undefined });
    return pager;
  }

  /** How many items there are, once that is known. */
  get length(): number | undefined {
    const last = this.#runs.at(-1);
    return last && last.next === undefined ? last.to : undefined;
  }

  /** Whether everything has been fetched. */
  get complete(): boolean {
    return this.length !== undefined && this.#begun === this.length;
  }

  /** Fetches the page behind the beginning that is there, and returns what it brought; nothing when the list is complete. */
  async more(): Promise<T[]> {
    const from = this.#begun;
    if (this.complete) {
      return [];
    }
    await this.#page(from, SHORTEST);
    return this.items.slice(from, this.#begun);
  }

  /** The item with this number, which is read if need be; nothing behind the end. */
  async at(index: number): Promise<T | undefined> {
    while (await this.step(index, index + 1)) {
      // Until it is there, or known not to be.
    }
    return this.items[index];
  }

  /** Reads one page of what is missing of the items from `from` to before `to`; says whether there was any. */
  async step(from: number, to: number): Promise<boolean> {
    // What somebody else reads may be what is missing; if it fails, that is their affair.
    while (this.#running) {
      await this.#running.catch(() => {});
    }
    const at = this.#missing(from, to);
    if (at === undefined) {
      return false;
    }
    await this.#page(at, to - at);
    return true;
  }

  /** How many items are there without a hole. */
  get #begun(): number {
    const [first] = this.#runs;
    return first?.from === 0 ? first.to : 0;
  }

  #missing(from: number, to: number): number | undefined {
    let at = from;
    for (const run of this.#runs) {
      if (run.from <= at && at < run.to) {
        at = run.to;
      }
    }
    return at < Math.min(to, this.length ?? to) ? at : undefined;
  }

  /** Reads a page for item number `at`, and about `wanted` items in all; or waits for the page that is being read. */
  #page(at: number, wanted: number): Promise<void> {
    this.#running ??= this.#load(at, wanted).finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #load(at: number, wanted: number): Promise<void> {
    const before = this.#runs.filter((run) => run.to <= at).at(-1);
    const behind = this.#runs.find((run) => run.from > at);
    const end = before?.to ?? 0;
    // From above what is there a whole page is read, too.
    const leap = Math.max(end, Math.min(at, (behind?.from ?? at + SHORTEST) - SHORTEST));
    const from = this.#leaps ? leap : end;
    const after = from === end ? before?.next : undefined;
    const most = Math.max(SHORTEST, Math.min(at + wanted - from, LONGEST));
    const limit = Math.min(most, behind ? behind.from - from : most);
    const page = await this.#fetch(after, limit, after === undefined ? from : 0);
    if (page.items.length === 0 && from > end) {
      // The list is shorter than it was said to be: where it ends is found by reading on.
      this.#leaps = false;
      return;
    }
    for (const [number, item] of page.items.entries()) {
      this.items[from + number] = item;
    }
    const next = page.items.length > 0 ? (page.next ?? undefined) : undefined;
    const run = { from, to: from + page.items.length, next };
    let runs = this.#runs;
    if (next === undefined) {
      // What was behind it is no longer there.
      runs = runs.filter((other) => other.from < run.from);
      this.items.length = run.to;
    }
    this.#runs = joined([...runs, run]);
  }
}

/** The runs in order, those that meet in one. */
function joined(runs: Run[]): Run[] {
  const all: Run[] = [];
  for (const run of runs.sort((a, b) => a.from - b.from || a.to - b.to)) {
    const last = all.at(-1);
    if (last?.to === run.from) {
      all[all.length - 1] = { ...run, from: last.from };
    } else {
      all.push(run);
    }
  }
  return all;
}
