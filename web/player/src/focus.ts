/** Keeps the focus where it is when what has it is made anew. */

/** What can have the focus. */
const FOCUSABLE = "button, a[href], select, input";

/**
 * Notes what in `host` has the focus. The function it returns gives the focus to the same thing
 * there, or to `host`, if nothing else has taken it meanwhile.
 */
export function noteFocus(host: HTMLElement): () => void {
  const focused = document.activeElement;
  if (!focused || focused === host || !host.contains(focused)) {
    return () => {};
  }
  const wanted = nameOf(focused);
  return () => {
    if (document.activeElement === document.body) {
      const all = [...host.querySelectorAll<HTMLElement>(FOCUSABLE)];
      (all.find((each) => nameOf(each) === wanted) ?? host).focus({ preventScroll: true });
    }
  };
}

/** What makes an element the same in the eyes of whoever uses it. */
function nameOf(element: Element): string {
  const { trackId } = (element as HTMLElement).dataset;
  const label = element.getAttribute("href") ?? element.getAttribute("aria-label");
  return `${element.tagName} ${trackId ?? label ?? element.textContent}`;
}
