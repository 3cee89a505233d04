/**
 * Lists of any length: only the rows in view, and a few around them, are in the document. The rest
 * is padding, so that the scroll bar is true and every row can be reached by it.
 */
import { h } from "./dom.ts";
import type { Pager } from "./pager.ts";

/** How a list is shown. */
export interface VirtualOptions<T> {
  /** How many items there are, if that is known before they have been read. */
  total?: number | undefined;
  /** About how high a row is; the true height is measured. */
  rowHeight: number;
  /** Whether the element of an item is taller than others, by a heading that is the same for all. */
  headed?: ((index: number) => boolean) | undefined;
  /** Makes the element of an item. */
  render(item: T, index: number): HTMLElement;
  /** Hears why no more could be read; scrolling tries again. */
  failed(error: unknown): void;
  /** Ends it. */
  signal: AbortSignal;
}

/** How many pixels above and below the view are filled. */
const MARGIN = 600;

/** How many items are there before the list is in the page and has a size. */
const FIRST = 24;

/** How many items stand side by side in a list. */
export function columnsOf(list: Element): number {
  const { display, gridTemplateColumns } = getComputedStyle(list);
  return display === "grid" ? gridTemplateColumns.split(" ").length : 1;
}

/** Shows a pager's items in `list`. Resolves when the first page is there. */
export async function virtualList<T>(
  list: HTMLElement,
  pager: Pager<T>,
  options: VirtualOptions<T>,
): Promise<void> {
  if (pager.items.length === 0) {
    await pager.more();
  }
  if (!options.signal.aborted) {
    new VirtualList(list, pager, options);
  }
}

class VirtualList<T> {
  readonly #list: HTMLElement;
  readonly #pager: Pager<T>;
  readonly #options: VirtualOptions<T>;
  readonly #shown = new Map<number, HTMLElement>();
  readonly #resized = new ResizeObserver(() => {
    this.#measured = false;
    this.#show();
  });
  #scroller: HTMLElement | undefined;
  #columns = 1;
  #rowHeight: number;
  #headingHeight = 0;
  #measured = false;
  #from = 0;
  #to = 0;
  #frame = 0;
  #reading = false;

  constructor(list: HTMLElement, pager: Pager<T>, options: VirtualOptions<T>) {
    this.#list = list;
    this.#pager = pager;
    this.#options = options;
    this.#rowHeight = options.rowHeight;
    list.classList.add("virtual");
    this.#render(0, Math.min(FIRST, this.#total));
    this.#resized.observe(list);
    options.signal.addEventListener("abort", () => this.#end(), { once: true });
  }

  /** How many items there are, as far as is known. */
  get #total(): number {
    const { items, length } = this.#pager;
    return length ?? Math.max(this.#options.total ?? 0, items.length + 1);
  }

  readonly #onScroll = (): void => {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#show();
    });
  };

  /** Puts the rows in view into the document, and takes the others out. */
  #show(): void {
    const scroller = this.#list.closest<HTMLElement>("main");
    if (!scroller || this.#options.signal.aborted) {
      return;
    }
    if (this.#scroller !== scroller) {
      this.#scroller = scroller;
      scroller.addEventListener("scroll", this.#onScroll, { passive: true });
    }
    this.#measure();
    const view = scroller.getBoundingClientRect();
    const above = view.top - this.#list.getBoundingClientRect().top;
    const rows = Math.ceil(this.#total / this.#columns);
    const row = (y: number, least = 0): number => clamp(this.#rowAt(y), least, rows);
    let first = row(above - MARGIN);
    let last = row(above + view.height + MARGIN + this.#rowHeight, first);
    const isFar = last * this.#columns <= this.#from || first * this.#columns >= this.#to;
    if (isFar && this.#from < this.#to && first < last) {
      // A leap makes every row anew: first those in view, the others with the next frame.
      first = row(above);
      last = row(above + view.height + this.#rowHeight, first);
      this.#onScroll();
    }
    this.#render(first * this.#columns, Math.min(last * this.#columns, this.#total));
    void this.#read();
  }

  /** Finds out how many columns there are and how high a row is. */
  #measure(): void {
    if (this.#measured) {
      return;
    }
    this.#columns = columnsOf(this.#list);
    const { headed } = this.#options;
    const items = [...this.#shown].filter(([, { dataset }]) => dataset.waiting === undefined);
    const plain = items.findIndex(([index]) => !headed?.(index));
    const [head, below] = [items[plain], items[plain + this.#columns]];
    if (head && below && below[0] === head[0] + this.#columns) {
      const height = below[1].getBoundingClientRect().top - head[1].getBoundingClientRect().top;
      this.#rowHeight = height > 0 ? height : this.#rowHeight;
      this.#measured = true;
    }
    const [, tall] = items.find(([index]) => headed?.(index)) ?? [];
    if (tall) {
      this.#headingHeight = Math.max(0, tall.getBoundingClientRect().height - this.#rowHeight);
    }
  }

  /** How far below the beginning of the list a row begins. */
  #top(row: number): number {
    const { headed } = this.#options;
    let headings = 0;
    for (let index = 0; headed && index < row; index += 1) {
      headings += Number(headed(index));
    }
    return row * this.#rowHeight + headings * this.#headingHeight;
  }

  /** The row that is so far below the beginning of the list. */
  #rowAt(y: number): number {
    const { headed } = this.#options;
    if (!headed) {
      return Math.floor(y / this.#rowHeight);
    }
    let row = -1;
    for (let top = 0; top <= y; top += this.#rowHeight) {
      row += 1;
      top += headed(row) ? this.#headingHeight : 0;
    }
    return row;
  }

  #render(from: number, to: number): void {
    const { items } = this.#pager;
    [this.#from, this.#to] = [from, to];
    for (const [index, element] of this.#shown) {
      const gone = index < from || index >= to;
      if (gone && !element.contains(document.activeElement)) {
        element.remove();
        this.#shown.delete(index);
      } else {
        // Whoever has the focus keeps it, in its true place outside of the view.
        element.classList.toggle("pinned", gone);
        element.style.top = gone ? `${this.#top(Math.floor(index / this.#columns))}px` : "";
      }
      if (!gone && element.dataset.waiting !== undefined && items[index] !== undefined) {
        element.remove();
        this.#shown.delete(index);
      }
    }
    let next = this.#list.firstElementChild;
    for (let index = from; index < to; index += 1) {
      while (next?.classList.contains("pinned")) {
        next = next.nextElementSibling;
      }
      const shown = this.#shown.get(index);
      if (shown) {
        next = shown.nextElementSibling;
        continue;
      }
      const element = this.#make(index);
      this.#shown.set(index, element);
      this.#list.insertBefore(element, next);
    }
    const rows = Math.ceil(this.#total / this.#columns);
    const [before, after] = [Math.floor(from / this.#columns), Math.ceil(to / this.#columns)];
    this.#list.style.paddingTop = `${this.#top(before)}px`;
    this.#list.style.paddingBottom = `${this.#top(rows) - this.#top(after)}px`;
  }

  #make(index: number): HTMLElement {
    const item = this.#pager.items[index];
    const element =
      item === undefined
        ? h("li", {
            class: "waiting",
            attrs: { "aria-busy": "true", "data-waiting": "" },
            vars: { "--row": `${this.#rowHeight}px` },
          })
        : this.#options.render(item, index);
    element.setAttribute("aria-posinset", String(index + 1));
    element.setAttribute("aria-setsize", String(this.#total));
    return element;
  }

  /** Reads what is shown and a few around it, wherever that is by then. */
  async #read(): Promise<void> {
    if (this.#reading) {
      return;
    }
    this.#reading = true;
    try {
      while (!this.#options.signal.aborted) {
        // Each page as far as the view has moved by then.
        if (!(await this.#pager.step(Math.max(0, this.#from - FIRST), this.#to + FIRST))) {
          break;
        }
        this.#onScroll();
      }
    } catch (error) {
      this.#options.failed(error);
    } finally {
      this.#reading = false;
    }
  }

  #end(): void {
    this.#resized.disconnect();
    this.#scroller?.removeEventListener("scroll", this.#onScroll);
    cancelAnimationFrame(this.#frame);
  }
}

function clamp(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(value, most));
}
