/** Playlists: filled by hand or by rules. */
import type { CallOptions, WorkerClient } from "./client.js";
import type {
  ImportedPlaylist,
  NewPlaylist,
  Page,
  Place,
  Playlist,
  PlaylistChange,
  PlaylistEntry,
  PlaylistFormat,
  PlaylistQuery,
  SmartRules,
  Track,
} from "./generated/index.js";
import type { Query } from "./library.js";

/** Which part of a list is read. */
export interface PageOptions extends CallOptions {
  /** At most this many items, 50 unless said. */
  limit?: number | undefined;
  /** The `next` of the page before. */
  after?: string | undefined;
}

/** The playlists of one core. */
export class Playlists {
  readonly #client: WorkerClient;

  /** @internal */
  constructor(client: WorkerClient) {
    this.#client = client;
  }

  /** One page of playlists. */
  list(query: Query<PlaylistQuery> = {}, options?: CallOptions): Promise<Page<Playlist>> {
    return this.#client.call("playlists.list", query, options);
  }

  /** One playlist; rejects with `not_found` when there is none with this id. */
  get(id: string, options?: CallOptions): Promise<Playlist> {
    return this.#client.call("playlists.get", { id }, options);
  }

  /** Makes a playlist, with tracks or with rules. */
  create(
    playlist: Query<NewPlaylist> & { name: string },
    options?: CallOptions,
  ): Promise<Playlist> {
    return this.#client.call("playlists.create", playlist, options);
  }

  /** Changes name, description or rules. */
  change(id: string, change: Query<PlaylistChange>, options?: CallOptions): Promise<Playlist> {
    return this.#client.call("playlists.change", { id, change }, options);
  }

  /** Removes a playlist; its tracks stay in the library. */
  delete(id: string, options?: CallOptions): Promise<void> {
    return this.#client.call("playlists.delete", { id }, options);
  }

  /** One page of a playlist's entries, in their order. */
  entries(id: string, { limit, after, signal }: PageOptions = {}): Promise<Page<PlaylistEntry>> {
    return this.#client.call("playlists.entries", { id, limit, after }, { signal });
  }

  /** Puts tracks into a playlist, at the end unless `place` says otherwise; returns entry ids. */
  add(
    id: string,
    trackIds: string[],
    place: Place = "end",
    options?: CallOptions,
  ): Promise<string[]> {
    return this.#client.call("playlists.add", { id, track_ids: trackIds, place }, options);
  }

  /** Moves entries, all at once, to where they stand one after the other. */
  move(id: string, entryIds: string[], place: Place, options?: CallOptions): Promise<void> {
    return this.#client.call("playlists.move", { id, entry_ids: entryIds, place }, options);
  }

  /** Removes entries; their tracks stay in the library. */
  remove(id: string, entryIds: string[], options?: CallOptions): Promise<void> {
    return this.#client.call("playlists.remove", { id, entry_ids: entryIds }, options);
  }

  /** The tracks that rules find right now, whether they are saved or not. */
  preview(
    rules: Query<SmartRules>,
    { limit, after, signal }: PageOptions = {},
  ): Promise<Page<Track>> {
    return this.#client.call("playlists.preview", { rules, limit, after }, { signal });
  }

  /** A playlist as the text of a file. */
  async export(id: string, format: PlaylistFormat, options?: CallOptions): Promise<string> {
    const params = { id, format };
    return (await this.#client.call<{ text: string }>("playlists.export", params, options)).text;
  }

  /** Makes a playlist of the text of an M3U8 or JSON file; says what it could not find. */
  import(text: string, name: string, options?: CallOptions): Promise<ImportedPlaylist> {
    return this.#client.call("playlists.import", { text, name }, options);
  }
}
