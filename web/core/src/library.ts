/** The library: taking music in, listing it, finding it. */
import type { CallOptions, WorkerClient } from "./client.js";
import { type ImportSource, toEntries } from "./entries.js";
import type {
  Album,
  AlbumQuery,
  Artist,
  ArtistQuery,
  CoverSize,
  DuplicateGroup,
  DuplicatePolicy,
  DuplicateQuery,
  Folder,
  FolderQuery,
  Genre,
  GenreQuery,
  HistoryEntry,
  HistoryQuery,
  ImportMode,
  ImportReport,
  Page,
  Play,
  PlayHistoryQuery,
  Playlist,
  PlaylistEntry,
  PlaylistQuery,
  RecordingComparison,
  ScanReport,
  SearchResults,
  SoundCheck,
  Track,
  TrackDetails,
  TrackEdit,
  TrackField,
  TrackQuery,
} from "./generated/index.js";
import type { Cover } from "./protocol.js";

/** A query of which every part may be left out. */
export type Query<T> = { [Key in keyof T]?: T[Key] | undefined };

/** How much a search returns. */
export interface SearchOptions extends CallOptions {
  /** At most this many tracks, albums and artists each. */
  limit?: number | undefined;
}

/** What each live list is asked by, and what its pages hold. */
export interface LiveLists {
  tracks: { query: Query<TrackQuery>; item: Track };
  albums: { query: Query<AlbumQuery>; item: Album };
  artists: { query: Query<ArtistQuery>; item: Artist };
  playlists: { query: Query<PlaylistQuery>; item: Playlist };
  playlist_entries: { query: { id: string; limit?: number | undefined }; item: PlaylistEntry };
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

  /**
   * A page that stays up to date: `onPage` is given it as it is, and again whenever it has become
   * another one. Aborting the signal ends it; it rejects with the reason then, as every call does.
   */
  follow<List extends keyof LiveLists>(
    list: List,
    query: LiveLists[List]["query"],
    onPage: (page: Page<LiveLists[List]["item"]>) => void,
    options: CallOptions,
  ): Promise<void> {
    return this.#client.follow(list, query, onPage, options);
  }

  /** One page of genres. */
  genres(query: Query<GenreQuery> = {}, options?: CallOptions): Promise<Page<Genre>> {
    return this.#client.call("library.genres", query, options);
  }

  /** One page of folders. */
  folders(query: Query<FolderQuery> = {}, options?: CallOptions): Promise<Page<Folder>> {
    return this.#client.call("library.folders", query, options);
  }

  /** Everything about one track, and where its values come from. */
  details(id: string, options?: CallOptions): Promise<TrackDetails> {
    return this.#client.call("library.track_details", { id }, options);
  }

  /** Sets fields of tracks, all at once; later scans leave them alone. `null` empties a field. */
  edit(ids: string[], edit: TrackEdit, options?: CallOptions): Promise<void> {
    return this.#client.call("library.edit", { ids, edit }, options);
  }

  /** Gives fields of tracks back to what their files say. */
  revert(ids: string[], fields: TrackField[], options?: CallOptions): Promise<void> {
    return this.#client.call("library.revert", { ids, fields }, options);
  }

  /** Puts tracks into the bin, which `tracks({ deleted: true })` lists; returns how many. */
  remove(ids: string[], options?: CallOptions): Promise<number> {
    return this.#client.call("library.remove", { ids }, options);
  }

  /** Brings tracks back from the bin; returns how many. */
  restore(ids: string[], options?: CallOptions): Promise<number> {
    return this.#client.call("library.restore", { ids }, options);
  }

  /** Forgets tracks of the bin for good; returns how many. */
  purge(ids: string[], options?: CallOptions): Promise<number> {
    return this.#client.call("library.purge", { ids }, options);
  }

  /**
   * One page of groups of tracks that may be the same recording, with what speaks for it. The first
   * track of a group is the one to keep unless the user has another wish.
   */
  duplicates(
    query: Query<DuplicateQuery> = {},
    options?: CallOptions,
  ): Promise<Page<DuplicateGroup>> {
    return this.#client.call("library.duplicates", query, options);
  }

  /**
   * Merges tracks into the one that is kept, which gets their playlists, plays, ratings and edits;
   * returns how many. Their files stay, as copies of it.
   */
  merge(keep: string, others: string[], options?: CallOptions): Promise<number> {
    return this.#client.call("library.merge", { keep, others }, options);
  }

  /** Makes a copy that was merged a track of its own again. */
  split(id: string, options?: CallOptions): Promise<void> {
    return this.#client.call("library.split", { id }, options);
  }

  /** The other copies of a track, which were merged into it. */
  copies(id: string, options?: CallOptions): Promise<Track[]> {
    return this.#client.call("library.copies", { id }, options);
  }

  /** Remembers that tracks are no duplicates of each other. */
  keepApart(ids: string[], options?: CallOptions): Promise<void> {
    return this.#client.call("library.keep_apart", { ids }, options);
  }

  /** What is done about duplicates after files came; nothing (`keep_both`) unless said. */
  duplicatePolicy(options?: CallOptions): Promise<DuplicatePolicy> {
    return this.#client.call("library.duplicate_policy", {}, options);
  }

  /**
   * Says what is done about duplicates, and has it done: `newest` merges tracks whose content is the
   * same into the one with the newest file, `ask` tells of them with `duplicates_found` events.
   */
  setDuplicatePolicy(policy: DuplicatePolicy, options?: CallOptions): Promise<void> {
    return this.#client.call("library.set_duplicate_policy", { policy }, options);
  }

  /** One page of what happened to tracks, the latest first. */
  changes(query: Query<HistoryQuery> = {}, options?: CallOptions): Promise<Page<HistoryEntry>> {
    return this.#client.call("library.changes", query, options);
  }

  /** Rates tracks from 0 to 100, all at once; `null` takes the rating back. */
  rate(ids: string[], rating: number | null, options?: CallOptions): Promise<void> {
    return this.#client.call("library.rate", { ids, rating }, options);
  }

  /** Makes tracks favourites, or not any more. */
  setFavourite(ids: string[], favourite: boolean, options?: CallOptions): Promise<void> {
    return this.#client.call("library.set_favourite", { ids, favourite }, options);
  }

  /**
   * The fingerprint of a track, as AcoustID takes it. The first two minutes of its file are read and decoded once,
   * then the result is kept.
   */
  fingerprint(id: string, options?: CallOptions): Promise<string> {
    return this.#client.call("library.fingerprint", { id }, options);
  }

  /** Whether two tracks are the same recording: a better copy, another format, other tags. */
  compareRecordings(
    one: string,
    other: string,
    options?: CallOptions,
  ): Promise<RecordingComparison> {
    return this.#client.call("library.compare_recordings", { one, other }, options);
  }

  /**
   * Compares the sound of what may be duplicates by its tags or by MusicBrainz: up to two minutes of each file are read
   * and decoded once. Groups that sound alike have the evidence `sound` from then on, tracks that do not are none any
   * more. `sound_check_progress` events tell how far it is; what was heard when it is aborted is kept.
   */
  checkSounds(options?: CallOptions): Promise<SoundCheck> {
    return this.#client.call("library.check_sounds", {}, options);
  }

  /** One page of what was played, the latest first. */
  history(query: Query<PlayHistoryQuery> = {}, options?: CallOptions): Promise<Page<Play>> {
    return this.#client.call("history.list", query, options);
  }

  /** Takes a play back as if it had never been. */
  undoPlay(id: string, options?: CallOptions): Promise<void> {
    return this.#client.call("history.undo", { id }, options);
  }

  /**
   * Everything the library holds as one file, for the user to keep: tracks with their edits,
   * playlists, ratings, plays, queue. Music and sign-ins are not in it.
   */
  exportLibrary(options?: CallOptions): Promise<Blob> {
    return this.#client.request({ type: "export_library" }, options);
  }

  /**
   * Reads a file that `exportLibrary` or `mpc-desktop export` wrote. `"merge"` adds what its user
   * did to what is here; `{ replace: … }` puts it in the place of what is here. Rejects with
   * `unsupported_format`, `corrupt` or `conflict` (a newer release wrote it) before anything has
   * changed. After a replacement that was aborted, or failed once it had begun
   * (`restore_interrupted`), the library is incomplete until the file is read again, and
   * `interrupted_restore` of the status says so. A `safety_copy` would lie where
   * users of a browser do not reach it: call `exportLibrary` first, and keep what it gives.
   */
  importLibrary(
    file: Blob,
    mode: ImportMode = "merge",
    options?: CallOptions,
  ): Promise<ImportReport> {
    const named = file instanceof File ? file : new File([file], "library.mpclib");
    return this.#client.request({ type: "import_library", file: named, mode }, options);
  }

  /**
   * The picture of an album, or `undefined` when it has none: of 300 pixels at most as `thumbnail`, for lists, of 1,200 as
   * `full`, and as it is in the file as `original`. It is made when it is first asked for in this size, and kept.
   */
  cover(
    albumId: string,
    size: CoverSize = "full",
    options?: CallOptions,
  ): Promise<Cover | undefined> {
    return this.#client.request({ type: "cover", albumId, size }, options);
  }
}
