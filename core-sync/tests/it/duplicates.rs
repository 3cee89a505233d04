//! Several copies of one recording, on a drive and beside it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use bridge_memory::MemoryFileSystem;
use bridge_traits::{
    BridgeError, ChangeWatcher, Commit, DatabaseAdapter, ErrorKind, FileSystemAccess, Filter, Page,
    Query, Result as BridgeResult, Row, Schema, WriteBatch,
};
use core_library::{FileChange, Library, ScannedFile, Track, TrackQuery};
use core_metadata::FileSignature;

use crate::support::{ACCOUNT, Kind, World, on_every_drive, wav};

on_every_drive! {
    #[core_async::test] a_merged_copy_is_mirrored_as_one
    #[core_async::test] the_same_file_on_a_drive_and_on_the_host
    #[core_async::test] a_track_that_went_on_elsewhere_stays_when_its_drive_goes
    #[core_async::test] a_file_that_comes_back_is_no_track_that_went_on_elsewhere
    #[core_async::test] an_account_that_is_forgotten_leaves_copies_elsewhere
    #[core_async::test] a_sync_that_is_killed_at_any_commit_ends_the_same
    #[core_async::test] what_is_merged_while_its_first_sync_is_killed_stays_merged
}

async fn tracks(library: &Library) -> Vec<Track> {
    library.tracks(&TrackQuery::default()).await.unwrap().items
}

/// Two files of the same content, `a.wav` and `b.wav`, merged: the id of each file, and the tracks
/// that were kept and merged.
async fn two_copies(world: &World) -> ([String; 2], [String; 2]) {
    let files = world.files(|files| {
        ["a.wav", "b.wav"].map(|name| files.file("root", name, wav("Same", "Somebody")))
    });
    assert_eq!(world.sync().await.unwrap().added, 2);
    let before = world.tracks().await;
    let [kept, other] = [&files[0], &files[1]].map(|file| before[file].id.clone());
    world.library().merge_tracks(&kept, std::slice::from_ref(&other)).await.unwrap();
    (files, [kept, other])
}

async fn a_merged_copy_is_mirrored_as_one(kind: Kind) {
    let world = World::new(kind).await;
    let ([a, b], [kept, other]) = two_copies(&world).await;
    let report = world.sync().await.unwrap();
    assert_eq!((report.added, report.updated, report.removed), (0, 0, 0));
    // Both move with a folder.
    let folder = world.files(|files| {
        let folder = files.folder("root", "Elsewhere");
        files.move_to(&a, &folder);
        files.move_to(&b, &folder);
        folder
    });
    let report = world.sync().await.unwrap();
    assert_eq!((report.added, report.removed), (0, 0));
    let place = |file: &str, name: &str| format!("remote:{ACCOUNT}/Elsewhere/{name}?id={file}");
    assert_eq!(world.tracks().await[&a].path, place(&a, "a.wav"));
    let library = world.library();
    assert_eq!(library.copies(&kept).await.unwrap()[0].path, place(&b, "b.wav"));

    // The kept file goes, and the copy takes its place; the copy moves on, as the track.
    world.files(|files| files.delete(&a));
    world.sync().await.unwrap();
    assert_eq!(world.tracks().await[&b].id, kept);
    let why = world.program().explain(&kept).await.unwrap().unwrap();
    assert_eq!((&why.item, why.is_there), (&b, true), "{why:?}");
    world.files(|files| files.move_to(&b, "root"));
    world.sync().await.unwrap();
    assert_eq!(world.tracks().await[&b].path, format!("remote:{ACCOUNT}/b.wav?id={b}"));
    assert_eq!(world.tracks().await.len(), 1);
    // Another file of the same content is the copy again.
    world.files(|files| files.file(&folder, "a.wav", wav("Same", "Somebody")));
    world.sync().await.unwrap();
    assert_eq!((tracks(&library).await.len(), library.copies(&kept).await.unwrap().len()), (1, 1));
    // Changed, it is a track of its own.
    let copy = world.files(|files| {
        files.paths().into_iter().find(|(_, path)| path.ends_with("Elsewhere/a.wav")).unwrap().0
    });
    world.files(|files| files.replace(&copy, wav("Different", "Somebody")));
    world.sync().await.unwrap();
    assert_eq!(world.tracks().await[&copy].title, "Different");
    assert_eq!(world.tracks().await[&copy].id, other);
    world.assert_mirrored().await;
    // Everything goes.
    world.files(|files| [&copy, &b].map(|file| files.delete(file)));
    world.sync().await.unwrap();
    assert!(tracks(&library).await.is_empty());
}

/// A file of the host with this content.
async fn on_host(library: &Library, content: Vec<u8>) -> (Track, ScannedFile) {
    let files = MemoryFileSystem::new();
    let size = content.len() as u64;
    files.insert("m/host.wav", content).unwrap();
    let signature = FileSignature::of(&*files.open("m/host.wav").await.unwrap()).await.unwrap();
    let file = ScannedFile {
        path: "m/host.wav".into(),
        size,
        signature: signature.to_string(),
        title: Some("Same".into()),
        artist: Some("Somebody".into()),
        codec: "pcm".into(),
        ..ScannedFile::default()
    };
    library.apply(vec![FileChange::Add(file.clone())]).await.unwrap();
    (library.find_track_at("m/host.wav").await.unwrap().unwrap(), file)
}

async fn the_same_file_on_a_drive_and_on_the_host(kind: Kind) {
    let world = World::new(kind).await;
    let library = world.library();
    let (host, _) = on_host(&library, wav("Same", "Somebody")).await;
    let file = world.files(|files| files.file("root", "a.wav", wav("Same", "Somebody")));
    world.sync().await.unwrap();
    assert_eq!(library.merge_verified(core_library::Reason::Sync).await.unwrap(), 1);
    let kept = tracks(&library).await.remove(0);
    assert_ne!(kept.id, host.id, "the drive knows of a time, and is newer");
    // What the drive loses the host has, and it is a copy when it is back.
    world.files(|files| files.trash(&file, true));
    let report = world.sync().await.unwrap();
    assert_eq!(report.removed, 1);
    let track = tracks(&library).await.remove(0);
    assert_eq!((&track.id, &*track.path), (&kept.id, "m/host.wav"));
    world.files(|files| files.trash(&file, false));
    world.sync().await.unwrap();
    let now = tracks(&library).await;
    assert_eq!((now.len(), &*now[0].path), (1, "m/host.wav"));
    let copies = library.copies(&kept.id).await.unwrap();
    assert_eq!((copies.len(), &copies[0].id), (1, &host.id));
    // The host loses it as well.
    library.apply(vec![FileChange::Remove { track_id: kept.id.clone() }]).await.unwrap();
    assert_eq!(world.tracks().await[&file].id, kept.id);
    let report = world.sync().await.unwrap();
    assert_eq!((report.added, report.updated, report.moved, report.removed), (0, 0, 0, 0));
    assert_eq!(world.tracks().await.len(), 1);
}

async fn an_account_that_is_forgotten_leaves_copies_elsewhere(kind: Kind) {
    let world = World::new(kind).await;
    let library = world.library();
    on_host(&library, wav("Same", "Somebody")).await;
    two_copies_of_host(&world).await;
    let kept = tracks(&library).await.remove(0);
    assert!(kept.path.starts_with("remote:"));
    world.program().forget(ACCOUNT).await.unwrap();
    let left = tracks(&library).await;
    assert_eq!((left.len(), &left[0].id, &*left[0].path), (1, &kept.id, "m/host.wav"));
    assert!(library.copies(&kept.id).await.unwrap().is_empty());
}

/// What is gone from a drive comes back on the host, and then the drive goes.
async fn a_track_that_went_on_elsewhere_stays_when_its_drive_goes(kind: Kind) {
    let world = World::new(kind).await;
    let library = world.library();
    let file = world.files(|files| files.file("root", "a.wav", wav("Same", "Somebody")));
    world.sync().await.unwrap();
    let track = tracks(&library).await.remove(0);
    world.files(|files| files.delete(&file));
    assert_eq!(world.sync().await.unwrap().removed, 1);
    let (host, _) = on_host(&library, wav("Same", "Somebody")).await;
    assert_eq!(host.id, track.id);
    world.program().forget(ACCOUNT).await.unwrap();
    assert_eq!(tracks(&library).await.len(), 1);
}

/// What is gone from a drive comes back on the host, then on the drive, in its place or in another
/// one, and then the host's file goes.
async fn a_file_that_comes_back_is_no_track_that_went_on_elsewhere(kind: Kind) {
    for moves in [false, true] {
        let world = World::new(kind).await;
        let library = world.library();
        let folder = world.files(|files| files.folder("root", "Folder"));
        let file = world.files(|files| files.file("root", "a.wav", wav("Same", "Somebody")));
        world.sync().await.unwrap();
        let track = tracks(&library).await.remove(0);
        world.files(|files| files.trash(&file, true));
        assert_eq!(world.sync().await.unwrap().removed, 1);
        let (host, _) = on_host(&library, wav("Same", "Somebody")).await;
        assert_eq!(host.id, track.id);

        world.files(|files| {
            files.trash(&file, false);
            if moves {
                files.move_to(&file, &folder);
            }
        });
        assert_eq!(world.sync().await.unwrap().added, 1);
        assert_eq!(library.find_track_at("m/host.wav").await.unwrap().unwrap().id, track.id);
        assert_eq!(tracks(&library).await.len(), 2);
        let gone = FileChange::Remove { track_id: track.id.clone() };
        library.apply(vec![gone]).await.unwrap();
        world.sync().await.unwrap();
        world.assert_mirrored().await;
    }
}

async fn two_copies_of_host(world: &World) {
    world.files(|files| {
        for name in ["a.wav", "b.wav"] {
            files.file("root", name, wav("Same", "Somebody"));
        }
    });
    world.sync().await.unwrap();
    assert_eq!(world.library().merge_verified(core_library::Reason::Sync).await.unwrap(), 2);
}

/// A database that stops working after so many commits, as that of a program that is killed.
#[derive(Debug)]
struct Dying {
    database: Arc<dyn DatabaseAdapter>,
    left: AtomicI64,
}

#[core_async::async_trait]
impl DatabaseAdapter for Dying {
    async fn open(&self, schema: Schema) -> BridgeResult<()> {
        self.database.open(schema).await
    }
    async fn versions(&self) -> BridgeResult<BTreeMap<String, u32>> {
        self.database.versions().await
    }
    async fn get(&self, collection: &str, key: &str) -> BridgeResult<Option<Row>> {
        self.database.get(collection, key).await
    }
    async fn get_many(&self, collection: &str, keys: &[String]) -> BridgeResult<Vec<Option<Row>>> {
        self.database.get_many(collection, keys).await
    }
    async fn query(&self, query: &Query) -> BridgeResult<Page> {
        self.database.query(query).await
    }
    async fn query_many(&self, queries: &[Query]) -> BridgeResult<Vec<Page>> {
        self.database.query_many(queries).await
    }
    async fn count(&self, collection: &str, filter: &Filter) -> BridgeResult<u64> {
        self.database.count(collection, filter).await
    }
    async fn write(&self, batch: WriteBatch) -> BridgeResult<Commit> {
        if self.left.fetch_sub(1, Ordering::Relaxed) <= 0 {
            return Err(BridgeError::new(ErrorKind::Unavailable, "database.write"));
        }
        self.database.write(batch).await
    }
    fn watch(&self) -> ChangeWatcher {
        self.database.watch()
    }
    async fn close(&self) -> BridgeResult<()> {
        self.database.close().await
    }
}

async fn a_sync_that_is_killed_at_any_commit_ends_the_same(kind: Kind) {
    let mut killed = 0;
    for commits in 0.. {
        let mut world = World::new(kind).await;
        let ([a, b], [kept, _]) = two_copies(&world).await;
        // The track's file goes, the copy's moves, and a third of the same content comes.
        let third = world.files(|files| {
            let folder = files.folder("root", "New");
            files.delete(&a);
            files.move_to(&b, &folder);
            files.file(&folder, "c.wav", wav("Same", "Somebody"))
        });
        let whole = Arc::clone(&world.database);
        let left = AtomicI64::new(commits);
        world.database = Arc::new(Dying { database: Arc::clone(&whole), left });
        let outcome = world.sync().await;
        world.database = whole;
        killed += u32::from(outcome.is_err());
        for _ in 0..2 {
            world.sync().await.unwrap();
        }
        let library = world.library();
        let all = tracks(&library).await;
        assert_eq!((all.len(), &all[0].id), (1, &kept), "killed after {commits} commits");
        let copies = library.copies(&kept).await.unwrap();
        let mut places: Vec<_> = copies.into_iter().map(|copy| copy.path).collect();
        places.push(all[0].path.clone());
        places.sort();
        let place = |file: &str, name: &str| format!("remote:{ACCOUNT}/New/{name}?id={file}");
        assert_eq!(places, [place(&b, "b.wav"), place(&third, "c.wav")], "{commits} commits");
        // And when those go, nothing is left.
        world.files(|files| [&b, &third].map(|file| files.delete(file)));
        world.sync().await.unwrap();
        assert!(tracks(&library).await.is_empty(), "{commits} commits");
        if outcome.is_ok() {
            break;
        }
    }
    assert!(killed > 3, "{killed}");
}

/// At first tracks are known by their names and by what the drive says of their content.
async fn what_is_merged_while_its_first_sync_is_killed_stays_merged(kind: Kind) {
    let mut merged = 0;
    for commits in 0.. {
        let mut world = World::new(kind).await;
        let ids = world.files(|files| {
            ["a.wav", "b.wav"].map(|name| files.file("root", name, wav("Same", "Somebody")))
        });
        let whole = Arc::clone(&world.database);
        let left = AtomicI64::new(commits);
        world.database = Arc::new(Dying { database: Arc::clone(&whole), left });
        let outcome = world.sync().await;
        world.database = whole;
        let library = world.library();
        let count = library.merge_verified(core_library::Reason::Edit).await.unwrap();
        for _ in 0..2 {
            world.sync().await.unwrap();
        }
        if count > 0 {
            merged += 1;
            let all = tracks(&library).await;
            assert_eq!(all.len(), 1, "{commits} commits");
            assert_eq!(
                (&*all[0].title, library.copies(&all[0].id).await.unwrap().len()),
                ("Same", 1)
            );
        }
        let kept: Vec<_> = tracks(&library).await.into_iter().map(|track| track.id).collect();
        world.files(|files| ids.iter().for_each(|file| files.delete(file)));
        world.sync().await.unwrap();
        assert!(tracks(&library).await.is_empty(), "{commits} commits");
        for id in &kept {
            assert!(library.copies(id).await.unwrap().is_empty(), "{commits} commits");
        }
        if outcome.is_ok() {
            break;
        }
    }
    assert!(merged > 2, "{merged}");
}
