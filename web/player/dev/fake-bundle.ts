/**
 * A stand-in for the WebAssembly bundle, to work on the page and its end-to-end tests without
 * building Rust. It reads WAV files with RIFF tags, keeps them, and plays them for real.
 * The profile `demo` begins with a made-up library, `huge` with 100,000 tracks. It is never part of a normal build.
 */
import type {
  Album,
  Artist,
  Event,
  PlayerStatus,
  ScanReport,
  Track,
} from "@music-platform-core/web";
import { demoSound, demoTracks, drawCover } from "./demo-library.ts";
import { albumsOf, artistsOf, matches, page, wavTrack } from "./fake-library.ts";
import { type KeptFile, KeptFiles } from "./kept-files.ts";
import { parseWav, type Sound } from "./wav.ts";

type Params = {
  id: string;
  text: string;
  limit?: number;
  artist?: string;
  album?: string;
  seconds: number;
  volume: number;
};
type Emit = (event: Event) => void;

/** Albums of eight tracks on average. */
const HUGE_ALBUMS = 12_500;

/** How much is sent to the worklet ahead of time, in seconds. */
const AHEAD = 1.5;
const CHUNK_FRAMES = 4096;

class FakeError {
  constructor(
    readonly code: string,
    readonly message: string,
  ) {}
}

class MpcCore {
  readonly #profile: string;
  readonly #emit: Emit;
  readonly #kept: KeptFiles;
  readonly #tracks = new Map<string, Track>();
  readonly #sounds = new Map<string, () => Sound>();
  #grouped: { size: number; albums: Album[]; artists: Artist[] } | undefined;
  readonly #cancelled = new Set<number>();
  #port: MessagePort | undefined;
  #rate = 48_000;
  #status: PlayerStatus = {
    state: "stopped",
    track_id: null,
    position_ms: 0,
    duration_ms: null,
    volume: 1,
  };
  #sound: Sound | undefined;
  #epoch = 0;
  #base = 0;
  #sent = 0;

  private constructor(profile: string, kept: KeptFiles, emit: Emit) {
    this.#profile = profile;
    this.#kept = kept;
    this.#emit = emit;
    const albums = { demo: 64, huge: HUGE_ALBUMS }[profile];
    if (albums !== undefined) {
      for (const track of demoTracks(albums)) {
        this.#tracks.set(track.id, track);
        this.#sounds.set(track.id, () => demoSound(track));
      }
    }
  }

  static async start(configJson: string, onEvent: (json: string) => void): Promise<MpcCore> {
    const { profile } = JSON.parse(configJson) as { profile: string };
    const kept = await KeptFiles.open(profile);
    const core = new MpcCore(profile, kept, (event) => onEvent(JSON.stringify(event)));
    for (const file of await kept.all()) {
      await core.#add(file);
    }
    return core;
  }

  async call(_id: number, requestJson: string): Promise<string> {
    const { method, params } = JSON.parse(requestJson) as {
      method: string;
      params: Params;
    };
    try {
      return JSON.stringify(this.#answer(method, params) ?? null);
    } catch (error) {
      throw error instanceof FakeError ? JSON.stringify(error) : error;
    }
  }

  cancel(id: number): void {
    this.#cancelled.add(id);
  }

  async import(id: number, files: KeptFile[]): Promise<string> {
    const began = performance.now();
    const report: ScanReport = {
      added: 0,
      updated: 0,
      moved: 0,
      unchanged: 0,
      removed: 0,
      failed: [],
      seconds: 0,
    };
    const known = new Set([...this.#tracks.values()].map((track) => track.path));
    this.#emit({ category: "library", type: "scan_started" });
    for (const [index, { path, file }] of files.entries()) {
      if (this.#cancelled.delete(id)) {
        throw JSON.stringify({ code: "cancelled", message: "the import was cancelled" });
      }
      this.#emit({
        category: "library",
        type: "scan_progress",
        done: index,
        total: files.length,
        current: path,
      });
      if (known.has(path)) {
        report.unchanged += 1;
        continue;
      }
      try {
        const id = await this.#add({ path, file });
        await this.#kept.put({ path, file });
        report.added += 1;
        this.#emit({ category: "library", type: "track_added", track_id: id });
      } catch (error) {
        report.failed.push({ path, error: (error as Error).message });
      }
    }
    report.seconds = (performance.now() - began) / 1000;
    const { failed, seconds: _seconds, ...numbers } = report;
    this.#emit({
      category: "library",
      type: "scan_completed",
      ...numbers,
      failed: failed.length,
    });
    return JSON.stringify(report);
  }

  async #add({ path, file }: KeptFile): Promise<string> {
    const { sound, tags } = parseWav(await file.arrayBuffer());
    const track = wavTrack(path, file.size, sound, tags);
    this.#tracks.set(track.id, track);
    this.#sounds.set(track.id, () => sound);
    return track.id;
  }

  async cover(
    albumId: string,
    size: string,
  ): Promise<{ mime: string; bytes: Uint8Array; colour: string | null } | undefined> {
    const track = [...this.#tracks.values()].find(
      (candidate) => candidate.album_id === albumId && candidate.has_cover,
    );
    if (!track) {
      return undefined;
    }
    const edge = size === "thumbnail" ? 300 : 1200;
    return { mime: "image/png", ...(await drawCover(track.album ?? "", edge)) };
  }

  attach_output(port: MessagePort, sampleRate: number): void {
    this.#port = port;
    this.#rate = sampleRate;
    port.postMessage({ type: "volume", value: this.#status.volume });
    port.onmessage = ({ data }) => {
      if (data.type === "consumed" && data.epoch === this.#epoch) {
        this.#consumed(data.frames);
      }
    };
  }

  capabilities(): string {
    return JSON.stringify({
      bridge: "fake",
      database: "memory",
      files: "memory",
      security: null,
      audio_output: "audio_worklet",
      durable: true,
      cross_origin_isolated: false,
    });
  }

  async shutdown(): Promise<void> {
    this.#port?.close();
  }

  #answer(method: string, params: Params): unknown {
    switch (method) {
      case "status":
        return {
          profile: this.#profile,
          tracks: this.#tracks.size,
          albums: this.#albums().length,
          artists: this.#artists().length,
          database: "memory",
          capabilities: JSON.parse(this.capabilities()),
        };
      case "library.tracks":
        return page(
          [...this.#tracks.values()].filter(
            (track) =>
              matches(params.artist, track.artist_id, track.artist) &&
              matches(params.album, track.album_id, track.album),
          ),
          params,
        );
      case "library.albums":
        return page(
          this.#albums().filter((album) => matches(params.artist, album.artist_id, album.artist)),
          params,
        );
      case "library.artists":
        return page(this.#artists(), { sort: "name", ...params });
      case "library.search": {
        const words = params.text.toLowerCase().split(/\s+/).filter(Boolean);
        const found = (...texts: (string | null)[]): boolean => {
          const all = texts.join(" ").toLowerCase().split(/\s+/);
          return words.every((word) => all.some((part) => part.startsWith(word)));
        };
        const limit = params.limit ?? 20;
        return {
          tracks: [...this.#tracks.values()]
            .filter((track) => found(track.title, track.artist, track.album))
            .slice(0, limit),
          albums: this.#albums()
            .filter((album) => found(album.title, album.artist))
            .slice(0, limit),
          artists: this.#artists()
            .filter((artist) => found(artist.name))
            .slice(0, limit),
          playlists: [],
        };
      }
      case "library.track":
        return this.#track(params.id);
      case "library.album": {
        const album = this.#albums().find(({ id }) => id === params.id);
        if (!album) {
          throw new FakeError("not_found", "there is no such album");
        }
        return album;
      }
      case "player.play":
        return this.#play(params.id);
      case "player.pause":
        if (this.#status.state === "playing") {
          this.#status.state = "paused";
          this.#port?.postMessage({ type: "pause" });
          this.#playback("paused", { position_ms: this.#status.position_ms });
        }
        return null;
      case "player.resume":
        if (this.#status.state === "paused") {
          this.#status.state = "playing";
          this.#port?.postMessage({ type: "resume" });
          this.#playback("resumed", { position_ms: this.#status.position_ms });
        }
        return null;
      case "player.stop":
        this.#restart(0);
        this.#sound = undefined;
        this.#status.state = "stopped";
        this.#playback("stopped", {});
        return null;
      case "player.seek":
        this.#restart(Math.floor(params.seconds * this.#rate));
        return null;
      case "player.set_volume":
        this.#status.volume = params.volume;
        this.#port?.postMessage({ type: "volume", value: params.volume });
        return null;
      case "player.status":
        return this.#status;
      case "accounts.kinds":
        return [{ kind: "google-drive", name: "Google Drive", sign_in: "provider" }];
      case "accounts.list":
      case "sync.status":
        return [];
      case "sync.history":
        return { items: [], next: null };
      case "sync.when_metered":
        return true;
      case "session.get":
      case "session.save":
      case "session.save_position":
        return null;
      default:
        throw new FakeError("invalid_request", `unknown method ${method}`);
    }
  }

  /** Grouping a hundred thousand tracks takes a while, so it is done once for as many as there are. */
  #albums(): Album[] {
    if (this.#grouped?.size !== this.#tracks.size) {
      const tracks = [...this.#tracks.values()];
      this.#grouped = { size: tracks.length, albums: albumsOf(tracks), artists: artistsOf(tracks) };
    }
    return [...this.#grouped.albums];
  }

  #artists(): Artist[] {
    this.#albums();
    return [...(this.#grouped?.artists ?? [])];
  }

  #track(id: string): Track {
    const track = this.#tracks.get(id);
    if (!track) {
      throw new FakeError("not_found", "there is no such track");
    }
    return track;
  }

  #play(id: string): null {
    const track = this.#track(id);
    if (!track.playable) {
      throw new FakeError("unsupported_format", `${track.codec} cannot be decoded`);
    }
    this.#sound = this.#sounds.get(id)?.();
    this.#status.track_id = id;
    this.#status.duration_ms = track.duration_ms;
    this.#status.state = "playing";
    this.#restart(0);
    this.#port?.postMessage({ type: "resume" });
    this.#playback("started", {});
    return null;
  }

  #restart(frame: number): void {
    this.#epoch += 1;
    this.#base = frame;
    this.#sent = frame;
    this.#status.position_ms = (frame / this.#rate) * 1000;
    this.#port?.postMessage({ type: "discard", epoch: this.#epoch });
    this.#consumed(0);
  }

  /** Sends what is missing to be far enough ahead, and notices the end. */
  #consumed(frames: number): void {
    const sound = this.#sound;
    if (!sound || !this.#port) {
      return;
    }
    const position = this.#base + frames;
    const total = Math.floor((sound.frames / sound.rate) * this.#rate);
    while (this.#sent < total && this.#sent < position + AHEAD * this.#rate) {
      const count = Math.min(CHUNK_FRAMES, total - this.#sent);
      const samples = new Float32Array(count * 2);
      for (let frame = 0; frame < count; frame += 1) {
        const at = ((this.#sent + frame) / this.#rate) * sound.rate;
        samples[frame * 2] = sound.sample(at, 0);
        samples[frame * 2 + 1] = sound.sample(at, 1);
      }
      this.#sent += count;
      const message = { type: "push", epoch: this.#epoch, samples };
      this.#port.postMessage(message, [samples.buffer]);
    }
    this.#status.position_ms = (position / this.#rate) * 1000;
    if (frames > 0 && position >= total) {
      this.#sound = undefined;
      this.#status.state = "stopped";
      this.#playback("completed", {});
    } else if (frames > 0) {
      const { position_ms, duration_ms } = this.#status;
      this.#playback("position_changed", { position_ms, duration_ms });
    }
  }

  #playback(type: string, fields: object): void {
    const track_id = this.#status.track_id ?? "";
    this.#emit({ category: "playback", type, track_id, ...fields } as unknown as Event);
  }
}

export { MpcCore };

/** There is nothing to load. */
export default async function init(): Promise<void> {}
