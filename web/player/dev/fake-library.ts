/** The rows of the stand-in: made from files, grouped, sorted and cut into pages. */
import type { Album, Artist, Page, Track } from "@music-platform-core/web";
import type { Sound } from "./wav.ts";

/** Whether a filter, an id or a name, fits. */
export function matches(
  wanted: string | undefined,
  id: string | null,
  name: string | null,
): boolean {
  return wanted === undefined || wanted === id || wanted === name;
}

/** Long lists are sorted once; their length and order tell them apart well enough here. */
const CACHED_FROM = 5000;
const collator = new Intl.Collator();
const cache = new Map<string, object[]>();

/** How a page is asked for. */
interface Asked {
  sort?: string;
  limit?: number;
  after?: string;
  skip?: number;
}

/** Sorts and cuts; the cursor is simply the index of the next item. */
export function page<T extends object>(
  items: T[],
  { sort = "title", limit = 50, after, skip = 0 }: Asked,
): Page<T> {
  const down = sort.startsWith("-");
  const key = { duration: "duration_ms", added: "added_at" }[sort.replace("-", "")] ?? sort;
  const value = (item: T): string | number => {
    const record = item as Record<string, string | number | null>;
    const main = record[key.replace("-", "")] ?? "";
    return key === "album" ? `${main}${String(record.track_number).padStart(3, "0")}` : main;
  };
  const known = `${items.length} ${sort}`;
  const sorted =
    (cache.get(known) as T[] | undefined) ??
    items.sort((a, b) => {
      const [x, y] = [value(a), value(b)];
      const order =
        typeof x === "number" && typeof y === "number"
          ? x - y
          : collator.compare(String(x), String(y));
      return down ? -order : order;
    });
  if (items.length > CACHED_FROM) {
    cache.set(known, sorted);
  }
  const start = Number(after ?? skip);
  const end = start + Number(limit);
  return { items: sorted.slice(start, end), next: end < items.length ? String(end) : null };
}

/** The row of a WAV file. */
export function wavTrack(
  path: string,
  size: number,
  sound: Sound,
  tags: Map<string, string>,
): Track {
  const title = tags.get("INAM") ?? path.split("/").at(-1) ?? path;
  const artist = tags.get("IART") ?? null;
  const album = tags.get("IPRD") ?? null;
  return {
    id: `track:${path}`,
    title,
    artist,
    artist_id: artist,
    artists: artist === null ? [] : [{ id: artist, name: artist }],
    album_artist: artist,
    album_artists: artist === null ? [] : [{ id: artist, name: artist }],
    album,
    album_id: album && `album:${album}`,
    track_number: Number(tags.get("ITRK") ?? "") || null,
    track_total: null,
    disc_number: null,
    disc_total: null,
    disc_subtitle: null,
    year: null,
    original_year: null,
    genre: null,
    genres: [],
    composer: null,
    compilation: false,
    duration_ms: Math.round((sound.frames / sound.rate) * 1000),
    codec: "pcm",
    sample_rate: sound.rate,
    channels: 1,
    bits_per_sample: 16,
    bitrate: null,
    path,
    size,
    playable: true,
    has_cover: false,
    has_lyrics: false,
    added_at: 0,
    rating: null,
    favourite: false,
    play_count: 0,
    skip_count: 0,
    last_played_at: null,
    deleted_at: null,
  };
}

/** Groups tracks into albums. */
export function albumsOf(tracks: Iterable<Track>): Album[] {
  const albums = new Map<string, Album>();
  for (const track of tracks) {
    if (track.album_id === null || track.album === null) {
      continue;
    }
    const album = albums.get(track.album_id) ?? {
      id: track.album_id,
      title: track.album,
      artist: track.album_artist,
      artist_id: track.artist_id,
      artists: track.album_artists,
      year: track.year,
      original_year: track.original_year,
      genres: track.genres,
      compilation: track.compilation,
      disc_count: 1,
      track_count: 0,
      duration_ms: 0,
      has_cover: track.has_cover,
      cover_track_id: track.has_cover ? track.id : null,
      mb_album_id: null,
      mb_release_group_id: null,
      added_at: track.added_at,
    };
    album.track_count += 1;
    album.duration_ms += track.duration_ms ?? 0;
    albums.set(album.id, album);
  }
  return [...albums.values()];
}

/** Groups tracks by artist. */
export function artistsOf(tracks: Iterable<Track>): Artist[] {
  const artists = new Map<string, Artist & { albums: Set<string> }>();
  for (const { artist, artist_id, album_id } of tracks) {
    if (artist === null || artist_id === null) {
      continue;
    }
    const known = artists.get(artist_id) ?? {
      id: artist_id,
      name: artist,
      sort_name: null,
      mb_artist_id: null,
      album_count: 0,
      track_count: 0,
      albums: new Set(),
    };
    known.track_count += 1;
    known.albums.add(album_id ?? "");
    known.album_count = known.albums.size;
    artists.set(artist_id, known);
  }
  return [...artists.values()].map(({ albums: _albums, ...artist }) => artist);
}
