/** The keyboard: play and pause, seek, volume, search, going through lists. */
import { byId } from "./dom.ts";
import type { Playback } from "./playback.ts";

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
          const other = up ? row.previousElementSibling : row.nextElementSibling;
          other?.querySelector<HTMLElement>("button, a")?.focus();
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
