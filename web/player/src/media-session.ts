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
    ["previoustrack", () => playback.previous()],
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
        void covers.url(track.album_id).then((src) => {
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
  const seconds = 10;
  const rate = 8000;
  const view = new DataView(new ArrayBuffer(44 + seconds * rate));
  const text = (at: number, letters: string): void => {
    for (const [index, letter] of [...letters].entries()) {
      view.setUint8(at + index, letter.charCodeAt(0));
    }
  };
  text(0, "RIFF");
  view.setUint32(4, view.byteLength - 8, true);
  text(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, rate, true);
  view.setUint16(32, 1, true);
  view.setUint16(34, 8, true);
  text(36, "data");
  view.setUint32(40, seconds * rate, true);
  // In 8 bits silence is in the middle.
  new Uint8Array(view.buffer, 44).fill(128);
  const audio = new Audio(URL.createObjectURL(new Blob([view.buffer], { type: "audio/wav" })));
  audio.loop = true;
  return audio;
}
