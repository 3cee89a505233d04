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
  const wanted = namesOf(focused);
  return () => {
    if (document.activeElement === document.body) {
      const all = [...host.querySelectorAll<HTMLElement>(FOCUSABLE)];
      const names = all.map(namesOf);
      const at = wanted
        .map((name, how) => names.findIndex((each) => each[how] === name))
        .find((index) => index >= 0);
      (all[at ?? -1] ?? host).focus({ preventScroll: true });
    }
  };
}

/** What makes an element the same in the eyes of whoever uses it, the surest sign first. */
function namesOf(element: Element): string[] {
  const { trackId } = (element as HTMLElement).dataset;
  const label = element.getAttribute("href") ?? element.getAttribute("aria-label");
  const name = `${element.tagName} ${trackId ?? label ?? element.textContent}`;
  // Tracks may have the same name, and one may be on a list twice.
  const row = element.closest("li");
  const ofTrack = `${row?.querySelector<HTMLElement>("[data-track-id]")?.dataset.trackId} ${name}`;
  return [`${row?.getAttribute("aria-posinset")} ${ofTrack}`, ofTrack, name];
}
