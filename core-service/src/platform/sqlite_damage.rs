//! Libraries that are damaged, in files of SQLite.

use std::path::Path;
use std::sync::Arc;

use bridge_desktop::{DesktopFileSystem, FileInstanceLock, SqliteDatabase};
use bridge_traits::{
    BridgeError, DatabaseAdapter, EntryKind, ErrorKind, Field, FieldKind, FileSystemAccess,
    FileSystemExt, InstanceLock, Schema, SchemaChange, SettingValue,
};
use bytes::Bytes;
use core_library::{
    FileChange, ImportMode, Library, NewPlaylist, PlaylistQuery, ScannedFile, TrackQuery,
};
use core_runtime::{Event, SystemEvent};

use super::damaged_library::LibraryFile;
use super::{DATABASE, DamagedLibrary, DesktopConfig, LOCKS, bootstrap_desktop};
use crate::error::BootstrapError;
use crate::service::CoreService;
use crate::storage::{LibraryReplacement, SetAside};

const TRACKS: u32 = 300;

/// No file here is larger.
const LIMIT: usize = 16 << 20;

fn files() -> Vec<FileChange> {
    let file = |number: u32| ScannedFile {
        path: format!("m/{number:04}.flac"),
        signature: number.to_string(),
        title: Some(format!("Title {number}")),
        artist: Some(format!("Artist {}", number % 7)),
        codec: "flac".into(),
        ..ScannedFile::default()
    };
    (0..TRACKS).map(|number| FileChange::Add(file(number))).collect()
}

async fn start(folder: &Path) -> CoreService {
    bootstrap_desktop(DesktopConfig::new(folder)).await.unwrap()
}

/// A profile that has been used.
struct Profile {
    folder: tempfile::TempDir,
    files: Arc<dyn FileSystemAccess>,
    /// Its library file as it was when everything was well.
    whole: Vec<u8>,
}

impl Profile {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let core = start(folder.path()).await;
        core.library().apply(files()).await.unwrap();
        let track = core.find_track("m/0007.flac").await.unwrap();
        core.library().rate_tracks(std::slice::from_ref(&track.id), Some(80)).await.unwrap();
        let playlist = NewPlaylist { name: "Mine".into(), ..NewPlaylist::default() };
        core.library().create_playlist(playlist).await.unwrap();
        core.settings().set("cloud.drive.x", SettingValue::Text("client".into())).await.unwrap();
        core.shutdown().await.unwrap();
        let files: Arc<dyn FileSystemAccess> = Arc::new(DesktopFileSystem::new());
        let mut new = Self { folder, files, whole: Vec::new() };
        new.whole = new.read().await;
        new
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().replace(std::path::MAIN_SEPARATOR, "/")
    }

    async fn read(&self) -> Vec<u8> {
        self.files.read_bytes(&self.path(DATABASE), LIMIT).await.unwrap().to_vec()
    }

    async fn write(&self, bytes: &[u8]) {
        let bytes = Bytes::copy_from_slice(bytes);
        self.files.write_bytes(&self.path(DATABASE), bytes).await.unwrap();
    }

    /// What lies in the folder and begins like this.
    async fn beginning(&self, with: &str) -> Vec<String> {
        let entries = self.files.list(self.folder.path().to_str().unwrap()).await.unwrap();
        let files = entries.into_iter().filter(|entry| entry.metadata.kind == EntryKind::File);
        files.map(|entry| entry.name).filter(|name| name.starts_with(with)).collect()
    }

    async fn copies(&self) -> Vec<String> {
        let mut copies = self.beginning("library.db.damaged-").await;
        copies.retain(|name| !name.ends_with("-wal") && !name.ends_with("-shm"));
        copies
    }

    /// Starts with this in the place of the library, which is set aside.
    async fn start_damaged(&self, bytes: &[u8]) -> (CoreService, SetAside) {
        self.write(bytes).await;
        let core = start(self.folder.path()).await;
        let set_aside = core.storage_health().await.unwrap().set_aside.unwrap();
        let told = core.storage_damage();
        assert_eq!((told.len(), &told[0].reason), (1, &set_aside.to_string()), "{told:?}");
        assert!(told[0].reason.contains(&set_aside.path), "{told:?}");
        let kept = self.files.read_bytes(&set_aside.path, LIMIT).await.unwrap();
        assert!(kept == bytes, "it is as it was");
        (core, set_aside)
    }

    async fn refused(&self, damaged_library: DamagedLibrary) -> BootstrapError {
        let before = self.read().await;
        let config = DesktopConfig { damaged_library, ..DesktopConfig::new(self.folder.path()) };
        let error = bootstrap_desktop(config).await.unwrap_err();
        assert!(self.read().await == before, "it is left alone");
        assert!(self.copies().await.is_empty());
        error
    }
}

async fn tracks(core: &CoreService) -> u64 {
    core.library().counts().await.unwrap().tracks
}

async fn rating(core: &CoreService) -> Option<u32> {
    core.find_track("m/0007.flac").await.unwrap().rating
}

#[core_async::test]
async fn a_damaged_library_is_set_aside_and_never_shown_as_an_empty_one_in_silence() {
    let profile = Profile::new().await;
    let whole = &profile.whole;
    let zeroed = |range: std::ops::Range<usize>| {
        let mut bytes = whole.clone();
        bytes[range].fill(0);
        bytes
    };
    let flipped = |places: &[usize]| {
        let mut bytes = whole.clone();
        places.iter().for_each(|&place| bytes[place] ^= 0x10);
        bytes
    };
    let mut number = 0;
    for (what, bytes) in [
        ("nothing left", Vec::new()),
        ("garbage", b"this is no database ".repeat(3_000)),
        ("an end in the header", whole[..50].to_vec()),
        ("half of it", whole[..whole.len() / 2].to_vec()),
        ("all but a page", whole[..whole.len() - 4_096].to_vec()),
        ("no header", zeroed(0..100)),
        ("no first page", zeroed(0..4_096)),
        ("nothing but the first page", zeroed(4_096..whole.len())),
        ("bits of the name of the format", flipped(&[0, 9])),
        ("bits of the size of pages", flipped(&[16, 17])),
        ("bits of the list of tables", flipped(&[100, 103, 105, 110, 4_090])),
    ] {
        number += 1;
        let (core, set_aside) = profile.start_damaged(&bytes).await;
        assert_eq!(profile.copies().await.len(), number, "{what}");
        match &set_aside.replacement {
            LibraryReplacement::Everything { records } => {
                assert!(*records > u64::from(TRACKS), "{what}: {set_aside:?}");
                assert_eq!((tracks(&core).await, rating(&core).await), (300, Some(80)), "{what}");
            }
            LibraryReplacement::Salvaged { path } => {
                let salvaged = tracks(&core).await;
                assert!(salvaged > 0 && salvaged <= u64::from(TRACKS), "{what}: {salvaged}");
                let files = &profile.files;
                core.library().import_library(files, path, &ImportMode::Merge).await.unwrap();
                assert_eq!(tracks(&core).await, salvaged, "{what}: it is in use already");
            }
            LibraryReplacement::Nothing {} => assert_eq!(tracks(&core).await, 0, "{what}"),
            LibraryReplacement::Snapshot { .. } => panic!("{what}: there is none"),
        }
        core.shutdown().await.unwrap();
        // The next start goes on with it, and tells no more than that it was so.
        let core = start(profile.folder.path()).await;
        assert_eq!(core.storage_damage(), [], "{what}");
        assert_eq!(core.storage_health().await.unwrap().set_aside, Some(set_aside), "{what}");
        core.shutdown().await.unwrap();
        assert!(profile.beginning("library.db.replacement").await.is_empty(), "{what}");
        assert!(profile.beginning("library.db.suspect").await.is_empty(), "{what}");
    }
}

#[core_async::test]
async fn what_can_be_read_goes_on_or_can_be_imported() {
    let profile = Profile::new().await;
    let setting = async |core: &CoreService| core.settings().get("cloud.drive.x").await.unwrap();
    let client = Some(SettingValue::Text("client".into()));
    // The header says that there are more pages than there are. Nothing is lost.
    let mut bytes = profile.whole.clone();
    bytes[28] = 1;
    let (core, set_aside) = profile.start_damaged(&bytes).await;
    assert!(
        matches!(set_aside.replacement, LibraryReplacement::Everything { .. }),
        "{set_aside:?}"
    );
    assert_eq!((set_aside.salvaged, setting(&core).await), (None, client.clone()));
    assert_eq!((tracks(&core).await, rating(&core).await), (300, Some(80)));
    core.shutdown().await.unwrap();

    // So is what holds the last track.
    let name = b"m/0299.flac";
    for page in bytes.chunks_mut(4_096) {
        if page.windows(name.len()).any(|found| found == name) {
            page.fill(0);
        }
    }
    let (core, set_aside) = profile.start_damaged(&bytes).await;
    let LibraryReplacement::Salvaged { path } = &set_aside.replacement else {
        panic!("{set_aside:?}");
    };
    let said = &core.storage_damage()[0].reason;
    assert!(said.contains(path) && said.contains("scan your folders"), "{said}");
    let left = tracks(&core).await;
    assert!((200..300).contains(&left), "{left}");
    assert_eq!((rating(&core).await, setting(&core).await), (Some(80), client));
    // As the next scan does.
    core.library().apply(files()).await.unwrap();
    assert_eq!((tracks(&core).await, rating(&core).await), (300, Some(80)));
    let playlists = core.library().playlists(&PlaylistQuery::default()).await.unwrap().items;
    assert_eq!(playlists.iter().map(|list| &*list.name).collect::<Vec<_>>(), ["Mine"]);
    core.shutdown().await.unwrap();
}

#[core_async::test]
async fn the_newest_copy_that_can_be_read_takes_its_place() {
    let profile = Profile::new().await;
    let core = start(profile.folder.path()).await;
    let copy = |name: &str| profile.path(&format!("snapshots/{name}.mpclib"));
    for name in ["0000000000001-library-1", "0000000000002-library-2"] {
        core.library().export_library(&profile.files, &copy(name)).await.unwrap();
    }
    let broken = copy("0000000000003-library-3");
    profile.files.write_bytes(&broken, Bytes::from_static(b"broken")).await.unwrap();
    core.shutdown().await.unwrap();
    let (core, set_aside) = profile.start_damaged(&[0; 8_192]).await;
    let path = copy("0000000000002-library-2");
    assert_eq!(set_aside.replacement, LibraryReplacement::Snapshot { path });
    assert_eq!((tracks(&core).await, rating(&core).await), (300, Some(80)));
    core.shutdown().await.unwrap();
}

#[core_async::test]
async fn a_library_that_is_not_damaged_is_never_set_aside() {
    let profile = Profile::new().await;
    // SQLite's own number of a version is not ours.
    let mut other_number = profile.whole.clone();
    other_number[60..64].copy_from_slice(&99_u32.to_be_bytes());
    profile.write(&other_number).await;
    let core = start(profile.folder.path()).await;
    assert_eq!((tracks(&core).await, core.storage_damage().len()), (300, 0));
    core.shutdown().await.unwrap();

    // A newer release has migrated it.
    let newer = SqliteDatabase::at(profile.folder.path().join(DATABASE));
    let field = Field::new("mood", FieldKind::Text).optional();
    let change = SchemaChange::AddField { collection: "plays".into(), field };
    newer.open(Schema::new(vec![Library::schema().migration(vec![change])])).await.unwrap();
    newer.close().await.unwrap();
    let error = profile.refused(DamagedLibrary::SetAside).await;
    assert_eq!(error.code(), "conflict");
    assert!(error.to_string().contains("update the program"), "{error}");

    // It is another program's.
    let mut foreign = profile.whole.clone();
    foreign[68..72].fill(7);
    profile.write(&foreign).await;
    let error = profile.refused(DamagedLibrary::SetAside).await;
    assert_eq!(error.code(), "conflict");
    assert!(error.to_string().contains("choose another path"), "{error}");

    // It cannot be opened for writing.
    let folder = tempfile::tempdir().unwrap();
    let in_the_way = folder.path().join(DATABASE).to_str().unwrap().to_owned();
    profile.files.create_directory(&in_the_way).await.unwrap();
    let error = bootstrap_desktop(DesktopConfig::new(folder.path())).await.unwrap_err();
    assert_eq!(error.code(), "permission_denied", "{error}");
    assert!(error.to_string().contains("have to be writable"), "{error}");
}

#[core_async::test]
async fn a_damaged_library_is_left_alone_where_the_host_or_another_program_wants_it() {
    let profile = Profile::new().await;
    profile.write(&[0; 8_192]).await;
    let error = profile.refused(DamagedLibrary::Refuse).await;
    assert_eq!(error.code(), "corrupt");
    assert!(error.to_string().contains("put a copy"), "{error}");

    let locks = FileInstanceLock::new(profile.folder.path().join(LOCKS), "another program");
    let held = locks.try_acquire(profile.folder.path().to_str().unwrap()).await.unwrap().unwrap();
    let error = profile.refused(DamagedLibrary::SetAside).await;
    assert_eq!(error.code(), "corrupt");
    assert!(error.to_string().contains("end the other program"), "{error}");
    drop(held);
    profile.start_damaged(&[0; 8_192]).await.0.shutdown().await.unwrap();
}

#[core_async::test]
async fn damage_that_is_met_later_is_told_once_and_set_aside_by_the_next_start() {
    let profile = Profile::new().await;
    let core = start(profile.folder.path()).await;
    let mut events = core.events().subscribe();
    let mut bytes = profile.read().await;
    let half = bytes.len() / 8_192 * 4_096;
    bytes[half..].fill(0);
    #[expect(clippy::disallowed_methods, reason = "bridges replace files, which stay as they are")]
    std::fs::write(profile.path(DATABASE), bytes).unwrap();
    for _ in 0..2 {
        let failed = core.library().export_library(&profile.files, &profile.path("all")).await;
        assert_eq!(failed.unwrap_err().code(), "corrupt");
    }
    let told = loop {
        if let Event::System(SystemEvent::StorageDamaged { reason, .. }) =
            events.recv().await.unwrap()
        {
            break reason;
        }
    };
    assert!(told.contains("start again"), "{told}");
    assert_eq!(core.storage_damage()[0].reason, told);
    // What is damaged may be in the way of closing it in order.
    core.shutdown().await.ok();
    assert!(profile.copies().await.is_empty());
    let core = start(profile.folder.path()).await;
    let set_aside = core.storage_health().await.unwrap().set_aside.unwrap();
    assert_eq!(profile.copies().await.len(), 1);
    assert_eq!(set_aside.replacement, LibraryReplacement::Nothing {});
    assert!(set_aside.salvaged.is_some(), "{set_aside:?}");
    let page = core.library().tracks(&TrackQuery::default()).await.unwrap();
    assert_eq!(page.items, [], "it is not damaged any more");
    core.shutdown().await.unwrap();
}

#[core_async::test]
async fn a_program_that_ends_while_it_sets_a_library_aside_leaves_one_to_go_on_with() {
    let profile = Profile::new().await;
    let mark = "20260131-235959";
    let waiting = profile.path(&format!("library.db.replacement-{mark}"));
    let whole = Bytes::from(profile.whole.clone());
    // The damaged file is still there, or moved already; and what is half done is no replacement.
    for damaged in [Some([0; 8_192]), None] {
        profile.files.write_bytes(&waiting, whole.clone()).await.unwrap();
        let unfinished = profile.path("library.db.unfinished");
        profile.files.write_bytes(&unfinished, Bytes::from_static(b"half")).await.unwrap();
        match damaged {
            Some(bytes) => profile.write(&bytes).await,
            None => profile.files.remove_file(&profile.path(DATABASE)).await.unwrap(),
        }
        let core = start(profile.folder.path()).await;
        assert_eq!(tracks(&core).await, 300);
        core.shutdown().await.unwrap();
        assert!(profile.beginning("library.db.replacement").await.is_empty());
        let aside = format!("library.db.damaged-{mark}");
        assert_eq!(profile.copies().await, [aside], "{damaged:?}");
    }
}

#[core_async::test]
async fn what_happened_is_told_by_whoever_goes_on_after_a_crash() {
    let profile = Profile::new().await;
    let (core, set_aside) = profile.start_damaged(&[0; 8_192]).await;
    core.shutdown().await.unwrap();
    // As if it had ended before the two took their places.
    let (library, mark) = (profile.path(DATABASE), "20260131-235959");
    let waiting = profile.path(&format!("library.db.replacement-{mark}"));
    profile.files.rename(&library, &waiting).await.unwrap();
    let core = start(profile.folder.path()).await;
    assert_eq!(core.storage_damage()[0].reason, set_aside.to_string());
    core.shutdown().await.unwrap();
}

#[core_async::test]
async fn text_that_is_none_costs_no_more_than_its_record() {
    let profile = Profile::new().await;
    let folder = profile.folder.path();
    let file = LibraryFile {
        data_dir: folder.to_owned(),
        profile: folder.to_str().unwrap().to_owned(),
        files: Arc::new(DesktopFileSystem::rooted(folder)),
        lock: Arc::new(FileInstanceLock::new(folder.join(LOCKS), "this program")),
    };
    let error = BootstrapError::from(BridgeError::new(ErrorKind::Corrupt, "snapshot"));
    // Where everything can be read, nothing is replaced.
    file.replace(&error, true).await.unwrap();
    assert!(!file.finish_replacing().await.unwrap());

    // Every place where the path of one track is stored: SQLite's own check sees nothing wrong.
    let (path, mut bytes) = (b"m/0123.flac", profile.whole.clone());
    for at in 0..bytes.len() - path.len() {
        if bytes[at..].starts_with(path) {
            bytes[at + 2] = 0xff;
        }
    }
    profile.write(&bytes).await;
    file.replace(&error, false).await.unwrap();
    assert!(!file.finish_replacing().await.unwrap());
    file.replace(&error, true).await.unwrap();
    let core = start(folder).await;
    let told = core.storage_damage();
    assert_eq!((told.len(), tracks(&core).await, rating(&core).await), (1, 299, Some(80)));
    core.shutdown().await.unwrap();
}
