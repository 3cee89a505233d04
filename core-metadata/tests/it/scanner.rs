//! The scanner: what changes in folders, changes in the library.

use std::sync::Arc;

use bridge_memory::{ManualClock, MemoryDatabase, MemoryFileSystem, SeededRandomness};
use bridge_traits::{
    ByteStream, DatabaseAdapter, DirectoryEntry, EntryKind, FileMetadata, FileSystemAccess, ReadAt,
    Schema,
};
use core_async::sync::CancellationToken;
use core_library::{Library, Track, TrackQuery};
use core_metadata::{ScanError, ScanPlan, ScanReport, Scanner};
use core_runtime::{Event, EventBus, EventReceiver, LibraryEvent};

use crate::fixtures::{PICTURE, bytes};

pub(crate) struct Setup {
    pub(crate) files: Arc<MemoryFileSystem>,
    pub(crate) library: Library,
    scanner: Scanner,
    events: EventReceiver,
}

impl Setup {
    pub(crate) async fn new() -> Self {
        let database: Arc<dyn DatabaseAdapter> = Arc::new(MemoryDatabase::new());
        database.open(Schema::new(vec![Library::schema()])).await.unwrap();
        let bus = EventBus::default();
        let (clock, randomness) = (ManualClock::default(), SeededRandomness::new(7));
        let library = Library::new(database, Arc::new(clock), Arc::new(randomness), bus.clone());
        let files = Arc::new(MemoryFileSystem::new());
        let events = bus.subscribe();
        let access: Arc<dyn FileSystemAccess> = Arc::clone(&files) as _;
        let scanner = Scanner::new(access, library.clone(), bus);
        let setup = Self { files, library, scanner, events };
        setup.put("music/a/tone.flac", bytes("tone.flac"));
        setup.put("music/a/tone.mp3", bytes("tone.mp3"));
        setup.put("music/b/tone.opus", bytes("tone.opus"));
        setup.put("music/b/cover.jpg", PICTURE);
        setup.put("music/.trash/tone.wav", bytes("tone.wav"));
        setup
    }

    pub(crate) fn put(&self, path: &str, content: &[u8]) {
        self.files.insert(path, content.to_vec()).unwrap();
    }

    pub(crate) async fn scan(&self) -> ScanReport {
        self.scanner.scan(&["music".into()], &CancellationToken::new()).await.unwrap()
    }

    pub(crate) async fn tracks(&self) -> Vec<Track> {
        self.library.tracks(&TrackQuery::default()).await.unwrap().items
    }

    pub(crate) async fn track(&self, path: &str) -> Track {
        self.library.find_track_at(path).await.unwrap().unwrap_or_else(|| panic!("{path}"))
    }
}

/// Added, updated, moved, unchanged, removed, failed.
#[track_caller]
pub(crate) fn check(report: &ScanReport, expected: [u64; 6]) {
    let found = [
        report.added,
        report.updated,
        report.moved,
        report.unchanged,
        report.removed,
        report.failed.len() as u64,
    ];
    assert_eq!(found, expected, "{report:?}");
}

#[core_async::test]
async fn a_second_scan_changes_nothing() {
    let setup = Setup::new().await;
    check(&setup.scan().await, [3, 0, 0, 0, 0, 0]);
    let track = setup.track("music/a/tone.flac").await;
    assert_eq!(track.title, "Tone");
    assert_eq!(track.artist.as_deref(), Some("Ada & Béla"));
    assert!(track.playable && track.has_cover);
    assert!(!setup.track("music/b/tone.opus").await.playable);
    let before = setup.tracks().await;
    check(&setup.scan().await, [0, 0, 0, 3, 0, 0]);
    assert_eq!(setup.tracks().await, before);
}

#[core_async::test]
async fn a_plan_says_what_a_scan_would_do_and_does_nothing() {
    let setup = Setup::new().await;
    let plan = async |setup: &Setup, cancel: &CancellationToken| {
        setup.scanner.plan(&["music".into()], cancel).await
    };
    let go_on = CancellationToken::new();
    let expected = ScanPlan { new: 3, changed: 0, missing: 0 };
    assert_eq!(plan(&setup, &go_on).await.unwrap(), expected);
    assert_eq!(setup.tracks().await, []);
    setup.scan().await;
    let before = setup.tracks().await;
    assert_eq!(plan(&setup, &go_on).await.unwrap(), ScanPlan { new: 0, changed: 0, missing: 0 });
    setup.put("music/a/tone.mp3", bytes("tone.flac"));
    setup.files.rename("music/b/tone.opus", "music/c/tone.opus").await.unwrap();
    let expected = ScanPlan { new: 1, changed: 1, missing: 1 };
    assert_eq!(plan(&setup, &go_on).await.unwrap(), expected);
    assert_eq!(setup.tracks().await, before);
    let cancel = CancellationToken::new();
    cancel.cancel();
    let error = plan(&setup, &cancel).await.unwrap_err();
    assert!(matches!(error, ScanError::Cancelled { .. }), "{error:?}");
    check(&setup.scan().await, [0, 1, 1, 1, 0, 0]);
}

#[core_async::test]
async fn moved_files_keep_their_tracks() {
    let setup = Setup::new().await;
    setup.scan().await;
    let before = setup.track("music/a/tone.mp3").await.id;
    setup.files.rename("music/a/tone.mp3", "music/new/song.mp3").await.unwrap();
    check(&setup.scan().await, [0, 0, 1, 2, 0, 0]);
    assert_eq!(setup.track("music/new/song.mp3").await.id, before);
}

#[core_async::test]
async fn files_that_trade_places_keep_their_tracks() {
    let setup = Setup::new().await;
    setup.scan().await;
    let (flac, mp3) =
        (setup.track("music/a/tone.flac").await.id, setup.track("music/a/tone.mp3").await.id);
    setup.put("music/a/tone.flac", bytes("tone.mp3"));
    setup.put("music/a/tone.mp3", bytes("tone.flac"));
    check(&setup.scan().await, [0, 0, 2, 1, 0, 0]);
    assert_eq!(setup.track("music/a/tone.flac").await.id, mp3);
    assert_eq!(setup.track("music/a/tone.mp3").await.id, flac);
}

#[core_async::test]
async fn retagged_files_are_updated_and_removed_ones_removed() {
    let setup = Setup::new().await;
    setup.scan().await;
    let before = setup.track("music/a/tone.flac").await;
    let mut content = bytes("tone.flac").to_vec();
    let at = content.windows(10).position(|bytes| bytes == b"title=Tone").unwrap();
    content[at + 6..at + 10].copy_from_slice(b"Note");
    setup.put("music/a/tone.flac", &content);
    setup.files.set_modified("music/a/tone.flac", 12_345).unwrap();
    setup.files.remove_file("music/b/tone.opus").await.unwrap();
    check(&setup.scan().await, [0, 1, 0, 1, 1, 0]);
    let after = setup.track("music/a/tone.flac").await;
    assert_eq!((after.id, after.title.as_str()), (before.id, "Note"));
    assert_eq!(setup.tracks().await.len(), 2);
}

#[core_async::test]
async fn wrong_files_fail_alone() {
    let setup = Setup::new().await;
    setup.put("music/bad/empty.mp3", b"");
    setup.put("music/bad/image.mp3", PICTURE);
    setup.put("music/bad/cut.flac", &bytes("tone.flac")[..9000]);
    setup.put("music/bad/secret.wav", bytes("tone.wav"));
    setup.files.deny("music/bad/secret.wav").unwrap();
    let report = setup.scan().await;
    check(&report, [3, 0, 0, 0, 0, 4]);
    let errors: Vec<_> =
        report.failed.iter().map(|failed| format!("{}: {}", failed.path, failed.error)).collect();
    assert_eq!(
        errors,
        [
            "music/bad/cut.flac: the file is cut short",
            "music/bad/empty.mp3: the file is empty",
            "music/bad/image.mp3: the file is a PNG image, not audio",
            "music/bad/secret.wav: the file could not be read: permission denied",
        ]
    );
}

#[core_async::test]
async fn known_files_that_become_unreadable_are_kept() {
    let setup = Setup::new().await;
    setup.scan().await;
    setup.put("music/a/tone.flac", b"now it is a text");
    check(&setup.scan().await, [0, 0, 0, 2, 0, 1]);
    assert_eq!(setup.track("music/a/tone.flac").await.title, "Tone");
}

#[core_async::test]
async fn roots_that_cannot_be_listed_lose_nothing() {
    let setup = Setup::new().await;
    setup.scan().await;
    setup.files.remove_directory("music").await.unwrap();
    let report = setup.scan().await;
    check(&report, [0, 0, 0, 0, 0, 1]);
    assert_eq!(report.failed[0].path, "music");
    assert_eq!(report.failed[0].error, "the folder could not be read: not found");
    assert_eq!(setup.tracks().await.len(), 3);
}

#[core_async::test]
async fn roots_may_be_files_and_may_overlap() {
    let setup = Setup::new().await;
    let roots = ["music/a/", "music/a/tone.mp3", "music/b/tone.opus"].map(String::from);
    let report = setup.scanner.scan(&roots, &CancellationToken::new()).await.unwrap();
    check(&report, [3, 0, 0, 0, 0, 0]);
}

#[core_async::test]
async fn cancelled_scans_keep_what_they_did() {
    let mut setup = Setup::new().await;
    let cancel = CancellationToken::new();
    cancel.cancel();
    let error = setup.scanner.scan(&["music".into()], &cancel).await.unwrap_err();
    let ScanError::Cancelled { report } = error else { panic!("{error:?}") };
    check(&report, [0, 0, 0, 0, 0, 0]);
    assert_eq!(setup.events.recv().await.unwrap(), Event::from(LibraryEvent::ScanStarted {}));
    check(&setup.scan().await, [3, 0, 0, 0, 0, 0]);
}

#[core_async::test]
async fn events_tell_the_course_of_a_scan() {
    let mut setup = Setup::new().await;
    setup.put("music/bad.mp3", b"");
    setup.scan().await;
    let mut events = Vec::new();
    while let Ok(event) = setup.events.try_recv() {
        events.push(serde_json::to_value(event).unwrap());
    }
    let kinds: Vec<_> = events.iter().map(|event| event["type"].as_str().unwrap()).collect();
    assert_eq!(kinds.first(), Some(&"scan_started"));
    assert_eq!(kinds.iter().filter(|kind| **kind == "track_added").count(), 3);
    let last = events.last().unwrap();
    assert_eq!(last["type"], "scan_completed");
    assert_eq!((&last["added"], &last["failed"]), (&3.into(), &1.into()));
    let progress = events.iter().rfind(|event| event["type"] == "scan_progress").unwrap();
    assert_eq!((&progress["done"], &progress["total"]), (&4.into(), &4.into()));
}

#[core_async::test]
async fn many_files_arrive_in_batches() {
    let setup = Setup::new().await;
    for number in 0..600 {
        setup.put(&format!("music/many/{number:03}.opus"), bytes("tone.opus"));
    }
    check(&setup.scan().await, [603, 0, 0, 0, 0, 0]);
    for number in 0..600 {
        let (from, to) =
            (format!("music/many/{number:03}.opus"), format!("music/x/{number:03}.opus"));
        setup.files.rename(&from, &to).await.unwrap();
    }
    check(&setup.scan().await, [0, 0, 600, 3, 0, 0]);
}

/// A folder with a link that leads back to it.
#[derive(Debug)]
struct Circle(Arc<MemoryFileSystem>);

impl Circle {
    fn straighten(path: &str) -> String {
        path.replace("/circle", "")
    }
}

#[core_async::async_trait]
impl FileSystemAccess for Circle {
    async fn metadata(&self, path: &str) -> bridge_traits::Result<FileMetadata> {
        self.0.metadata(&Self::straighten(path)).await
    }

    async fn list(&self, path: &str) -> bridge_traits::Result<Vec<DirectoryEntry>> {
        let mut entries = self.0.list(&Self::straighten(path)).await?;
        if Self::straighten(path) == "music" {
            let metadata =
                FileMetadata { kind: EntryKind::Directory, length: 0, modified_millis: None };
            entries.push(DirectoryEntry { name: "circle".into(), metadata });
        }
        Ok(entries)
    }

    async fn open(&self, path: &str) -> bridge_traits::Result<Arc<dyn ReadAt>> {
        self.0.open(&Self::straighten(path)).await
    }

    async fn write(&self, path: &str, body: ByteStream) -> bridge_traits::Result<()> {
        self.0.write(path, body).await
    }

    async fn create_directory(&self, path: &str) -> bridge_traits::Result<()> {
        self.0.create_directory(path).await
    }

    async fn remove_file(&self, path: &str) -> bridge_traits::Result<()> {
        self.0.remove_file(path).await
    }

    async fn remove_directory(&self, path: &str) -> bridge_traits::Result<()> {
        self.0.remove_directory(path).await
    }

    async fn rename(&self, from: &str, to: &str) -> bridge_traits::Result<()> {
        self.0.rename(from, to).await
    }

    async fn copy(&self, from: &str, to: &str) -> bridge_traits::Result<()> {
        self.0.copy(from, to).await
    }

    async fn free_space(&self) -> bridge_traits::Result<Option<u64>> {
        self.0.free_space().await
    }
}

#[core_async::test]
async fn links_in_circles_end() {
    let setup = Setup::new().await;
    setup.put("music/top.opus", bytes("tone.opus"));
    let access: Arc<dyn FileSystemAccess> = Arc::new(Circle(Arc::clone(&setup.files)));
    let scanner = Scanner::new(access, setup.library.clone(), EventBus::default());
    let report = scanner.scan(&["music".into()], &CancellationToken::new()).await.unwrap();
    check(&report, [4, 0, 0, 0, 0, 0]);
}

#[core_async::test]
async fn folders_named_like_their_parents_are_no_circles() {
    let setup = Setup::new().await;
    setup.put("music/x/x/x/tone.opus", bytes("tone.opus"));
    check(&setup.scan().await, [4, 0, 0, 0, 0, 0]);
}

#[core_async::test]
async fn lyrics_beside_a_track_are_noticed() {
    let setup = Setup::new().await;
    setup.put("music/a/tone.lrc", b"[00:00.10]La\n[00:00.30]la\n");
    // Too large, and so nobody's lyrics.
    setup.put("music/b/TONE.LRC", &vec![b'x'; 2_000_000]);
    check(&setup.scan().await, [3, 0, 0, 0, 0, 0]);
    for (path, expected) in
        [("music/a/tone.flac", true), ("music/a/tone.mp3", true), ("music/b/tone.opus", false)]
    {
        assert_eq!(setup.track(path).await.has_lyrics, expected, "{path}");
    }
    check(&setup.scan().await, [0, 0, 0, 3, 0, 0]);
}
