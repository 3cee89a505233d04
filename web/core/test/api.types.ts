/** The public interface, held in place by the compiler: this file is type-checked, never run. */
import {
  type Account,
  type Album,
  type Artist,
  type Capabilities,
  type Core,
  type CoreOptions,
  type Cover,
  createCore,
  type DriveDescription,
  type DuplicateGroup,
  type DuplicatePolicy,
  type Event,
  type Explanation,
  entriesFromDataTransfer,
  type ImportEntry,
  type ImportReport,
  type MirrorFilter,
  MusicCoreError,
  type MusicErrorCode,
  type Page,
  type PlayerStatus,
  type RemovedAccount,
  type ScanReport,
  type SearchResults,
  type SoundCheck,
  type SyncJob,
  type SyncPlan,
  type SyncReport,
  type SyncStatus,
  type Track,
} from "../src/index.js";

type Equal<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
type IsAny<T> = 0 extends 1 & T ? true : false;

function expectType<Expected>() {
  return <Actual>(_value: Actual, _equal: Equal<Actual, Expected>): void => {};
}

export async function theInterface(signal: AbortSignal): Promise<void> {
  const options: CoreOptions = { profile: "x", logLevel: "debug", workerUrl: new URL("x:y") };
  const core = await createCore(options);
  expectType<Core>()(core, true);
  expectType<Capabilities>()(core.capabilities, true);

  expectType<ScanReport>()(await core.library.import([new File([], "x")], { signal }), true);
  const entries = await entriesFromDataTransfer(new DataTransfer());
  expectType<ImportEntry[]>()(entries, true);
  await core.library.import(entries);
  await core.library.import(document.createElement("input").files ?? []);

  const page = await core.library.tracks(
    { sort: "-year", limit: 10, after: "c", artist: "a", album: "b", genre: "g", year: 1999 },
    { signal },
  );
  expectType<Page<Track>>()(page, true);
  expectType<Page<Album>>()(await core.library.albums({ sort: "title" }, { signal }), true);
  expectType<Page<Artist>>()(await core.library.artists(), true);
  expectType<SearchResults>()(await core.library.search("x", { limit: 3, signal }), true);
  expectType<Track>()(await core.library.track("id"), true);
  expectType<Album>()(await core.library.album("id"), true);
  expectType<Cover | undefined>()(await core.library.cover("id"), true);
  expectType<Cover | undefined>()(await core.library.cover("id", "thumbnail"), true);
  const { items: groups } = await core.library.duplicates({ evidence: "content" }, { signal });
  expectType<DuplicateGroup[]>()(groups, true);
  expectType<number>()(await core.library.merge("id", ["id"]), true);
  expectType<Track[]>()(await core.library.copies("id"), true);
  expectType<SoundCheck>()(await core.library.checkSounds({ signal }), true);
  expectType<DuplicatePolicy>()(await core.library.duplicatePolicy(), true);
  expectType<Blob>()(await core.library.exportLibrary(), true);
  expectType<ImportReport>()(await core.library.importLibrary(new Blob([]), "merge"), true);

  await core.player.play("id", { signal });
  await core.player.pause();
  await core.player.resume();
  await core.player.stop();
  await core.player.seek(1.5);
  await core.player.setVolume(0.5);
  expectType<PlayerStatus>()(await core.player.status(), true);
  expectType<AudioContext | undefined>()(core.player.context, true);
  expectType<AudioWorkletNode | undefined>()(core.player.node, true);

  expectType<DriveDescription[]>()(await core.accounts.kinds(), true);
  expectType<Account[]>()(await core.accounts.list({ signal }), true);
  const drive = { kind: "google-drive", client_id: "c", root: "r" } as const;
  expectType<Account>()(await core.accounts.add(drive, { via: "tab", signal }), true);
  expectType<Account | undefined>()(await core.accounts.finish(), true);
  expectType<RemovedAccount>()(await core.accounts.remove("id"), true);
  expectType<SyncReport>()(await core.sync.start("id", { signal, trigger: "scheduled" }), true);
  const ran = await core.sync.history({ account: "id", limit: 10, after: "c" }, { signal });
  expectType<Page<SyncJob>>()(ran, true);
  expectType<SyncPlan>()(await core.sync.preview("id"), true);
  expectType<SyncStatus[]>()(await core.sync.status(), true);
  expectType<boolean>()(await core.sync.whenMetered(), true);
  await core.sync.setWhenMetered(false);
  expectType<MirrorFilter>()(await core.sync.filter("id"), true);
  await core.sync.setFilter("id", { include: ["flac"], exclude: [], max_size: null });
  expectType<Explanation | null>()(await core.sync.explain("id"), true);
  await core.sync.prioritise(["id"]);
  // @ts-expect-error: nothing runs on a whim
  await core.sync.start("id", { trigger: "whim" });
  // @ts-expect-error: there is no such kind of drive
  await core.accounts.add({ kind: "floppy" });

  for await (const event of core.events({ signal, capacity: 10 })) {
    expectType<Event>()(event, true);
    if (event.category === "library" && event.type === "scan_progress") {
      expectType<number>()(event.done, true);
    }
  }

  await core.dispose();
  await using scoped = await createCore();
  expectType<false>()(false as IsAny<typeof scoped.library>, true);
  expectType<false>()(false as IsAny<Track["duration_ms"]>, true);

  const error = new MusicCoreError("worker_crashed", "x");
  expectType<MusicErrorCode>()(error.code, true);

  // @ts-expect-error: sort is text
  await core.library.tracks({ sort: 1 });
  // @ts-expect-error: there is no such code
  new MusicCoreError("on_fire", "x");
  // @ts-expect-error: a file needs a path
  await core.library.import([{ file: new File([], "x") }]);
}
