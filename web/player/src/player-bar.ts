/** The bar at the bottom: what is playing, and everything to control it. */
import type { Covers } from "./covers.ts";
import { h } from "./dom.ts";
import { time } from "./format.ts";
import { type IconName, icon } from "./icons.ts";
import type { Playback } from "./playback.ts";

/** Builds the bar into `host` and keeps it up to date. */
export function playerBar(host: HTMLElement, playback: Playback, covers: Covers): void {
  const cover = h("a", { class: "now-cover", attrs: { "aria-label": "Go to the album" } });
  const title = h("a", { class: "now-title", dir: "auto" });
  const artist = h("a", { class: "now-artist", dir: "auto" });
  const previous = control("previous", "Previous", () => void playback.previous());
  const play = control("play", "Play", () => void playback.toggle());
  play.classList.add("play-button");
  play.setAttribute("aria-keyshortcuts", "Space");
  const next = control("next", "Next", () => void playback.next());
  const elapsed = h("span", { class: "time elapsed" });
  const total = h("span", { class: "time total" });
  const seek = slider("Position", "seek");
  const mute = control("volume", "Mute", () => playback.toggleMuted());
  const volume = slider("Volume", "volume");
  volume.max = "100";

  host.append(
    h("div", { class: "now" }, cover, h("div", { class: "now-text" }, title, artist)),
    h("div", { class: "controls" }, previous, play, next),
    h("div", { class: "progress" }, elapsed, seek, total),
    h("div", { class: "loudness" }, mute, volume),
  );

  let dragging = false;
  const showPosition = (): void => {
    const duration = playback.durationMs ?? 0;
    const position = dragging ? Number(seek.value) : playback.positionMs;
    if (!dragging) {
      seek.max = String(Math.max(1, Math.round(duration)));
      seek.value = String(Math.round(position));
    }
    fill(seek, duration > 0 ? position / duration : 0);
    seek.setAttribute("aria-valuetext", `${time(position)} of ${time(duration)}`);
    elapsed.textContent = time(position);
    total.textContent = time(playback.durationMs);
  };

  seek.addEventListener("input", () => {
    dragging = true;
    showPosition();
  });
  seek.addEventListener("change", () => {
    dragging = false;
    void playback.seek(Number(seek.value));
  });
  seek.step = "1000";
  volume.addEventListener("input", () => playback.setVolume(Number(volume.value) / 100));

  let shown: string | undefined;
  const show = (): void => {
    const { track, state } = playback;
    host.hidden = !track;
    document.body.dataset.state = state;
    if (track && track.id !== shown) {
      shown = track.id;
      const album =
        track.album_id === null ? undefined : `#/album/${encodeURIComponent(track.album_id)}`;
      cover.replaceChildren(
        covers.element(track.album ?? track.title, track.album_id, track.has_cover),
      );
      link(cover, album);
      title.textContent = track.title;
      title.title = track.title;
      link(title, album);
      artist.textContent = track.artist ?? track.album_artist ?? "Unknown artist";
      link(
        artist,
        track.artist_id === null ? undefined : `#/artist/${encodeURIComponent(track.artist_id)}`,
      );
    }
    const running = state === "playing" || state === "loading";
    swap(play, running ? "pause" : "play", running ? "Pause" : "Play");
    play.setAttribute("aria-busy", String(state === "loading"));
    swap(mute, playback.volume === 0 ? "muted" : "volume", playback.muted ? "Unmute" : "Mute");
    volume.value = String(Math.round(playback.volume * 100));
    volume.setAttribute("aria-valuetext", `${volume.value}%`);
    fill(volume, playback.volume);
    showPosition();
  };
  playback.onChange(show);
  setInterval(() => {
    if (playback.state === "playing" && !document.hidden) {
      showPosition();
    }
  }, 250);
  show();
}

function control(name: IconName, label: string, run: () => void): HTMLButtonElement {
  const button = h("button", {
    type: "button",
    class: "icon-button",
    on: { click: run },
  });
  swap(button, name, label);
  return button;
}

function swap(button: HTMLButtonElement, name: IconName, label: string): void {
  if (button.dataset.icon !== name) {
    button.dataset.icon = name;
    button.replaceChildren(icon(name));
  }
  button.setAttribute("aria-label", label);
  button.title = label;
}

function slider(label: string, name: string): HTMLInputElement {
  return h("input", {
    type: "range",
    class: `slider ${name}`,
    min: "0",
    value: "0",
    attrs: { "aria-label": label },
  });
}

function fill(input: HTMLInputElement, part: number): void {
  input.style.setProperty("--filled", `${(Math.max(0, Math.min(1, part)) * 100).toFixed(2)}%`);
}

function link(anchor: HTMLAnchorElement, href: string | undefined): void {
  if (href === undefined) {
    anchor.removeAttribute("href");
  } else {
    anchor.href = href;
  }
}
