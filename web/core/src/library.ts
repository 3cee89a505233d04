/** The library: taking music in, listing it, finding it. */
import type { CallOptions, WorkerClient } from "./client.js";
import { type ImportSource, toEntries } from "./entries.js";
import type {
  Album,
  AlbumQuery,
  Artist,
  ArtistQuery,
  Page,
  ScanReport,
  SearchResults,
  Track,
  TrackQuery,
} from "./generated/index.js";

/** A query of which every part may be left out. */
export type Query<T> = { [Key in keyof T]?: T[Key] | undefined };

/** How much a search returns. */
export interface SearchOptions extends CallOptions {
  /** At most this many tracks, albums and artists each. */
  limit?: number | undefined;
}

/** Reads and fills the library of one core. */
export class Library {
  readonly #client: WorkerClient;

  /** @internal */
  constructor(client: WorkerClient) {
    this.#client = client;
  }

  /**
   * Takes files into the library: copies them, reads their tags, and stores one row each. What
   * could not be read is listed in the report and stops nothing else; progress arrives as
   * `scan_progress` events. Importing the same files again changes nothing, and after an abort or
   * a closed page it completes what was begun.
   */
  import(source: ImportSource, options?: CallOptions): Promise<ScanReport> {
    return this.#client.request({ type: "import", files: toEntries(source) }, options);
  }

  /** One page of tracks; `next` of the page is `after` of the following query. */
  tracks(query: Query<TrackQuery> = {}, options?: CallOptions): Promise<Page<Track>> {
    return this.#client.call("library.tracks", query, options);
  }

  /** One page of albums. */
  albums(query: Query<AlbumQuery> = {}, options?: CallOptions): Promise<Page<Album>> {
    return this.#client.call("library.albums", query, options);
  }

  /** One page of artists. */
  artists(query: Query<ArtistQuery> = {}, options?: CallOptions): Promise<Page<Artist>> {
    return this.#client.call("library.artists", query, options);
  }

  /** Finds tracks, albums and artists by words and beginnings of words. */
  search(text: string, { limit, signal }: SearchOptions = {}): Promise<SearchResults> {
    return this.#client.call("library.search", { text, limit }, { signal });
  }

  /** One track; rejects with `not_found` when there is none with this id. */
  track(id: string, options?: CallOptions): Promise<Track> {
    return this.#client.call("library.track", { id }, options);
  }

  /** One album; rejects with `not_found` when there is none with this id. */
  album(id: string, options?: CallOptions): Promise<Album> {
    return this.#client.call("library.album", { id }, options);
  }

  /** The picture of an album, or `undefined` when it has none. */
  cover(albumId: string, options?: CallOptions): Promise<Blob | undefined> {
    return this.#client.request({ type: "cover", albumId }, options);
  }
}
