/** The keyboard: play and pause, seek, volume, search, going through lists. */
import { byId } from "./dom.ts";
import type { Playback } from "./playback.ts";
import { columnsOf } from "./virtual-list.ts";

const SEEK_MS = 5000;
const VOLUME_STEP = 0.05;

/** Listens for the page's keys. */
export function shortcuts(playback: Playback): void {
  const search = byId<HTMLInputElement>("search");
  // Someone who moves through the page by keyboard expects Space to press the focused button;
  // after a click it means play or pause, wherever the click was. Likewise the arrows go through
  // lists, or scroll, and after a click they change the volume.
  let byKeyboard = false;
  addEventListener("pointerdown", () => {
    byKeyboard = false;
  });

  addEventListener("keydown", (event) => {
    byKeyboard ||= event.key === "Tab" || event.target === search;
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const target = event.target instanceof Element ? event.target : document.body;
    if (target === search) {
      if (event.key === "Escape") {
        search.value = "";
        search.dispatchEvent(new InputEvent("input", { bubbles: true }));
        search.blur();
      }
      return;
    }
    if (target.closest("input:not([type=range]), select, textarea, dialog")) {
      return;
    }
    const slider = target.matches("input[type=range]");
    const pressable = target.closest("button, a[href], summary");
    const current = target.closest("[data-track-id][aria-current]");

    switch (event.key) {
      case "/":
        search.focus();
        search.select();
        break;
      case " ":
        if (pressable && byKeyboard && !current) {
          return;
        }
        void playback.toggle();
        break;
      case "ArrowLeft":
      case "ArrowRight":
        if (slider || !playback.track) {
          return;
        }
        void playback.seek(playback.positionMs + (event.key === "ArrowLeft" ? -SEEK_MS : SEEK_MS));
        break;
      case "ArrowUp":
      case "ArrowDown": {
        const up = event.key === "ArrowUp";
        const inMain = byKeyboard && target.closest("main");
        const row = inMain && target.closest("li");
        if (row) {
          step(row, up ? -1 : 1);
        } else if (inMain || slider || !playback.track) {
          return;
        } else {
          playback.setVolume(playback.volume + (up ? VOLUME_STEP : -VOLUME_STEP));
        }
        break;
      }
      case "m":
        playback.toggleMuted();
        break;
      default:
        return;
    }
    event.preventDefault();
  });
}

/** Moves the focus up or down from an entry of a list, also to one that has yet to be shown. */
function step(row: HTMLElement, lines: 1 | -1, tries = 5): void {
  const list = row.parentElement;
  if (!list) {
    return;
  }
  const all = [...list.children];
  const far = lines * columnsOf(list);
  // Of a long list only a part is there, and what has the focus may be far from it.
  const place = Number(row.getAttribute("aria-posinset"));
  const other = place
    ? all.find((each) => Number(each.getAttribute("aria-posinset")) === place + far)
    : all[all.indexOf(row) + far];
  const wanted = other?.querySelector<HTMLElement>("button, a");
  if (wanted) {
    wanted.focus();
  } else if (place && tries > 0) {
    row.scrollIntoView({ block: "nearest" });
    requestAnimationFrame(() => step(row, lines, tries - 1));
  }
}
