//! Copies of a SQLite file before it is migrated.

use std::path::Path;
use std::sync::Arc;

use bridge_desktop::{DesktopFileSystem, OsRandomness, SqliteDatabase, SystemClock};
use bridge_traits::{DatabaseAdapter, Field, FieldKind, FileSystemAccess, Schema, SchemaChange};
use core_library::{FileChange, ImportMode, Library, ScannedFile, TrackQuery};
use core_runtime::EventBus;

use super::{DATABASE, DesktopConfig, bootstrap_desktop};
use crate::error::BootstrapError;
use crate::wiring::open_database;

/// A profile of this release with a track in it.
async fn profile(folder: &Path) -> String {
    let core = bootstrap_desktop(DesktopConfig::new(folder)).await.unwrap();
    let file = ScannedFile {
        path: "m/1".into(),
        title: Some("One".into()),
        codec: "flac".into(),
        ..ScannedFile::default()
    };
    core.library().apply(vec![FileChange::Add(file)]).await.unwrap();
    let health = core.storage_health().await.unwrap();
    assert!(health.used.is_some_and(|used| used > 10_000), "{health:?}");
    core.shutdown().await.unwrap();
    assert!(!folder.join("snapshots").exists(), "there is nothing to migrate");
    folder.to_str().unwrap().replace(std::path::MAIN_SEPARATOR, "/")
}

/// The schema of a release to come.
fn next() -> Schema {
    let field = Field::new("mood", FieldKind::Text).optional();
    let change = SchemaChange::AddField { collection: "plays".into(), field };
    Schema::new(vec![Library::schema().migration(vec![change])])
}

#[core_async::test]
async fn the_file_of_an_older_release_is_copied_and_then_migrated() {
    let folder = tempfile::tempdir().unwrap();
    let root = profile(folder.path()).await;
    let files: Arc<dyn FileSystemAccess> = Arc::new(DesktopFileSystem::new());
    let snapshots = format!("{root}/snapshots");
    let database: Arc<dyn DatabaseAdapter> =
        Arc::new(SqliteDatabase::at(folder.path().join(DATABASE)));
    open_database(&database, next(), Some((&files, &snapshots)), 7).await.unwrap();
    let version = Library::schema().version();
    assert_eq!(database.versions().await.unwrap()["library"], version + 1);
    database.close().await.unwrap();

    let copies = files.list(&snapshots).await.unwrap();
    assert_eq!(copies.len(), 1, "{copies:?}");
    assert_eq!(copies[0].name, format!("0000000000007-library-{version}.mpclib"));
    // What this release can no longer open comes back from the copy.
    let refused = bootstrap_desktop(DesktopConfig::new(folder.path())).await.unwrap_err();
    assert_eq!(refused.code(), "conflict", "{refused}");
    let fresh: Arc<dyn DatabaseAdapter> = Arc::new(SqliteDatabase::in_memory());
    fresh.open(Schema::new(vec![Library::schema()])).await.unwrap();
    let (clock, randomness) = (Arc::new(SystemClock::new()), Arc::new(OsRandomness));
    let library = Library::new(fresh, clock, randomness, EventBus::default());
    let copy = format!("{snapshots}/{}", copies[0].name);
    let mode = ImportMode::Replace { safety_copy: None };
    library.import_library(&files, &copy, &mode).await.unwrap();
    let tracks = library.tracks(&TrackQuery::default()).await.unwrap().items;
    assert_eq!(tracks.iter().map(|track| &*track.title).collect::<Vec<_>>(), ["One"]);
}

#[core_async::test]
async fn without_a_copy_there_is_no_migration() {
    let folder = tempfile::tempdir().unwrap();
    let root = profile(folder.path()).await;
    let files: Arc<dyn FileSystemAccess> = Arc::new(DesktopFileSystem::new());
    // A file is where the folder for copies should be.
    let snapshots = format!("{root}/{DATABASE}/snapshots");
    let at = folder.path().join(DATABASE);
    let database: Arc<dyn DatabaseAdapter> = Arc::new(SqliteDatabase::at(&at));
    let error = open_database(&database, next(), Some((&files, &snapshots)), 7).await.unwrap_err();
    assert!(matches!(error, BootstrapError::Snapshot(_)), "{error}");
    database.close().await.unwrap();
    let core = bootstrap_desktop(DesktopConfig::new(folder.path())).await.unwrap();
    assert_eq!(core.status().await.unwrap().tracks, 1, "it is as it was");
    core.shutdown().await.unwrap();
}
