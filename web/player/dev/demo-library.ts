/** A made-up library with made-up covers and tones, to look at the page with. */
import type { Track } from "@music-platform-core/web";
import type { Sound } from "./wav.ts";

const ARTISTS = [
  "Northern Lamps",
  "Ada Quill",
  "The Paper Harbour",
  "Mira Solano",
  "Kestrel & Co.",
  "Ólafur Brekkan",
  "Velvet Antenna",
  "東雲カルテット",
  "Tomás Ibarra",
  "Low Tide Assembly",
  "Juniper Vale",
  "The Long Afternoon Orchestra",
];
const FIRST = ["Quiet", "Electric", "Salt", "Paper", "Golden", "Slow", "Hidden", "Glass", "Winter"];
const SECOND = ["Rivers", "Letters", "Machines", "Gardens", "Signals", "Rooms", "Hours", "Maps"];
const SONGS = [
  "Morning Line",
  "Undertow",
  "A Letter Never Sent, and What the Weather Said About It Afterwards",
  "Harbour Lights",
  "Static",
  "Second Floor",
  "Ferns",
  "The Cartographer",
  "Half Moon Street",
  "Coda",
];

/** The tracks of some sixty albums, or of as many as are asked for. */
export function demoTracks(albums = 64): Track[] {
  const tracks: Track[] = [];
  for (let album = 0; album < albums; album += 1) {
    const artist = ARTISTS[(album * 5) % ARTISTS.length] ?? "";
    const edition = album < 64 ? "" : ` ${Math.floor(album / 64) + 1}`;
    const title = `${FIRST[album % FIRST.length]} ${SECOND[(album * 3) % SECOND.length]}${edition}`;
    const length = 6 + (album % 5);
    for (let number = 1; number <= length; number += 1) {
      const playable = !(album % 7 === 3 && number === 4);
      tracks.push({
        id: `t${album}-${number}`,
        title: SONGS[(album + number) % SONGS.length] ?? "",
        artist,
        artist_id: `artist-${artist}`,
        artists: [{ id: `artist-${artist}`, name: artist }],
        album_artist: artist,
        album_artists: [{ id: `artist-${artist}`, name: artist }],
        album: title,
        album_id: `album-${album}`,
        track_number: number,
        track_total: length,
        disc_number: album % 9 === 2 ? 1 + Number(number > 4) : 1,
        disc_total: 1,
        disc_subtitle: null,
        year: 1968 + ((album * 7) % 57),
        original_year: null,
        genre: "Indie",
        genres: ["Indie"],
        composer: null,
        compilation: false,
        duration_ms: 96_000 + ((album * 37 + number * 53) % 190) * 1000,
        codec: playable ? "flac" : "wma",
        sample_rate: 44_100,
        channels: 2,
        bits_per_sample: 16,
        bitrate: 900,
        path: `${artist}/${title}/${number}.flac`,
        size: 20_000_000,
        playable,
        has_cover: album % 4 !== 1,
        has_lyrics: false,
        added_at: 1_700_000_000_000 + album,
        rating: null,
        favourite: false,
        play_count: 0,
        skip_count: 0,
        last_played_at: null,
        deleted_at: null,
      });
    }
  }
  return tracks;
}

/** A soft chord, different for every track. */
export function demoSound(track: Track): Sound {
  const rate = 48_000;
  const base = 110 * 2 ** ((track.title.length % 12) / 12);
  return {
    rate,
    frames: Math.floor(((track.duration_ms ?? 0) / 1000) * rate),
    sample(frame, channel) {
      const at = (frame / rate) * Math.PI * 2;
      return (
        0.12 *
        (Math.sin(at * base) +
          Math.sin(at * base * 1.5) +
          Math.sin(at * base * (2 + channel / 400)))
      );
    },
  };
}

/** A picture that could be a cover, and the colour behind everything on it. */
export async function drawCover(
  title: string,
  edge: number,
): Promise<{ bytes: Uint8Array; colour: string | null }> {
  let seed = [...title].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 9973, 7);
  const random = (): number => {
    seed = (seed * 1103 + 12_345) % 9973;
    return seed / 9973;
  };
  const canvas = new OffscreenCanvas(edge, edge);
  const context = canvas.getContext("2d");
  let colour: string | null = null;
  if (context) {
    context.scale(edge / 320, edge / 320);
    const hue = random() * 360;
    context.fillStyle = `hsl(${hue} 35% ${20 + random() * 60}%)`;
    // Read back, it is like `#0080ff`.
    colour = String(context.fillStyle);
    context.fillRect(0, 0, 320, 320);
    for (let shape = 0; shape < 7; shape += 1) {
      context.fillStyle = `hsl(${hue + random() * 120} 60% ${25 + random() * 60}% / 70%)`;
      context.beginPath();
      if (random() > 0.5) {
        context.arc(random() * 320, random() * 320, 20 + random() * 120, 0, 7);
      } else {
        context.rect(random() * 280, random() * 280, 30 + random() * 220, 10 + random() * 90);
      }
      context.fill();
    }
  }
  const blob = await canvas.convertToBlob({ type: "image/png" });
  return { bytes: new Uint8Array(await blob.arrayBuffer()), colour };
}
