/** Media keys, lock screens and headsets, where the browser passes them on. */
import type { Covers } from "./covers.ts";
import type { Playback } from "./playback.ts";

/** How far the system's skip buttons go. */
const SKIP_SECONDS = 10;

/** Connects the player with the system's controls. */
export function mediaSession(playback: Playback, covers: Covers): void {
  const session = navigator.mediaSession;
  if (!session) {
    return;
  }
  const skip = (seconds: number): void => {
    void playback.seek(playback.positionMs + seconds * 1000);
  };
  const toggle = (playing: boolean): void => {
    if ((playback.state === "playing") !== playing) {
      void playback.toggle();
    }
  };
  const actions: [MediaSessionAction, MediaSessionActionHandler][] = [
    ["play", () => toggle(true)],
    ["pause", () => toggle(false)],
    ["nexttrack", () => void playback.next()],
    ["previoustrack", () => void playback.previous()],
    ["seekforward", ({ seekOffset }) => skip(seekOffset ?? SKIP_SECONDS)],
    ["seekbackward", ({ seekOffset }) => skip(-(seekOffset ?? SKIP_SECONDS))],
    ["seekto", ({ seekTime }) => seekTime !== undefined && void playback.seek(seekTime * 1000)],
  ];
  for (const [action, handler] of actions) {
    try {
      session.setActionHandler(action, handler);
    } catch {
      // This browser does not know the action; the others still work.
    }
  }

  const presence = silence();
  let shown: string | undefined;
  playback.onChange(() => {
    const { track, state, durationMs } = playback;
    session.playbackState = !track ? "none" : state === "playing" ? "playing" : "paused";
    if (state === "playing") {
      presence.play().catch(() => {
        // Without a gesture the browser refuses; then there are no media keys until the next one.
      });
    } else {
      presence.pause();
    }
    if (!track) {
      return;
    }
    if (track.id !== shown) {
      shown = track.id;
      const metadata = {
        title: track.title,
        artist: track.artist ?? track.album_artist ?? "",
        album: track.album ?? "",
      };
      session.metadata = new MediaMetadata(metadata);
      if (track.has_cover && track.album_id !== null) {
        void covers.url(track.album_id, "full").then((src) => {
          if (src && shown === track.id) {
            session.metadata = new MediaMetadata({ ...metadata, artwork: [{ src }] });
          }
        });
      }
    }
    if (durationMs !== null && durationMs > 0) {
      session.setPositionState({
        duration: durationMs / 1000,
        position: playback.positionMs / 1000,
        playbackRate: 1,
      });
    }
  });
}

/**
 * Browsers give media keys to pages with a playing media element only, and the sound of an
 * AudioContext is none. So a silent one plays along.
 */
function silence(): HTMLAudioElement {
  const rate = 8000;
  // Shorter ones do not count as media.
  const samples = new Uint8Array(10 * rate);
  // In 8 bits silence is in the middle.
  samples.fill(128);
  const [riff, wave, fmt, data] = [0x46464952, 0x45564157, 0x20746d66, 0x61746164];
  const [pcm, mono, bits] = [1, 1 << 16, 8 << 16];
  const format = [16, pcm | mono, rate, rate, 1 | bits];
  const size = samples.length;
  const header = Uint32Array.of(riff, 36 + size, wave, fmt, ...format, data, size);
  const audio = new Audio(URL.createObjectURL(new Blob([header, samples], { type: "audio/wav" })));
  audio.loop = true;
  return audio;
}
