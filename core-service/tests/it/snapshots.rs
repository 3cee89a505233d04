//! Copies of the database before it is migrated, in the storage of the platform that the tests run on.

use std::sync::Arc;

use bridge_memory::{ManualClock, MemoryFileSystem, SeededRandomness};
use core_service::bridge_traits::{
    Field, FieldKind, FileSystemAccess, Schema, SchemaChange, SchemaComponent,
};
use core_service::core_library::{ImportMode, Library, TrackQuery, snapshot_before_migration};
use core_service::core_runtime::{Event, EventBus, Severity, SystemEvent};
use core_service::{Bridges, CoreService, StorageDamage, scratch_database};

use crate::generated::files;
use crate::support::bridges;

fn next_release() -> SchemaComponent {
    let field = Field::new("mood", FieldKind::Text).optional();
    Library::schema().migration(vec![SchemaChange::AddField { collection: "plays".into(), field }])
}

#[core_async::test]
async fn a_stored_library_is_copied_before_its_migration_and_comes_back_from_the_copy() {
    let files_of_host: Arc<dyn FileSystemAccess> = Arc::new(MemoryFileSystem::new());
    let place = (&files_of_host, "snapshots");
    let old = scratch_database("before").await;
    let library = |database| {
        let (clock, randomness) = (ManualClock::default(), SeededRandomness::new(3));
        Library::new(database, Arc::new(clock), Arc::new(randomness), EventBus::default())
    };
    let now = Schema::new(vec![Library::schema()]);
    assert_eq!(snapshot_before_migration(&old, &now, place, 1).await.unwrap(), None, "it is new");
    old.open(now.clone()).await.unwrap();
    library(Arc::clone(&old)).apply(files(300)).await.unwrap();
    assert_eq!(snapshot_before_migration(&old, &now, place, 1).await.unwrap(), None);
    old.open(now.clone()).await.unwrap();
    let query = TrackQuery { limit: Some(500), ..TrackQuery::default() };
    let tracks = library(Arc::clone(&old)).tracks(&query).await.unwrap();
    assert_eq!(tracks.items.len(), 300);

    let (version, next) = (Library::schema().version(), Schema::new(vec![next_release()]));
    let path = snapshot_before_migration(&old, &next, place, 2).await.unwrap().unwrap();
    assert_eq!(old.versions().await.unwrap()["library"], version, "the copy comes first");
    old.open(next).await.unwrap();
    assert_eq!(old.versions().await.unwrap()["library"], version + 1);
    assert_eq!(library(Arc::clone(&old)).tracks(&query).await.unwrap(), tracks);

    let fresh = scratch_database("after").await;
    fresh.open(now).await.unwrap();
    let restored = library(fresh);
    let mode = ImportMode::Replace { safety_copy: None };
    restored.import_library(&files_of_host, &path, &mode).await.unwrap();
    assert_eq!(restored.tracks(&query).await.unwrap(), tracks);
}

/// A host that found something damaged.
#[derive(Debug)]
struct Damaged;

#[core_async::async_trait]
impl core_service::DatabaseReport for Damaged {
    fn damage(&self) -> Vec<StorageDamage> {
        let (part, reason) = ("block 7 of tracks".into(), "it is missing".into());
        vec![StorageDamage { part, reason, records: Some(500) }]
    }

    async fn damaged(&self) -> StorageDamage {
        core_async::task::yield_now().await;
        self.damage().remove(0)
    }

    async fn end(&self) -> SystemEvent {
        self.damaged().await;
        core_async::task::yield_now().await;
        SystemEvent::StorageDeleted {}
    }
}

#[core_async::test]
async fn damage_is_told_with_the_status() {
    let healthy = CoreService::start("test", bridges()).await.unwrap();
    assert_eq!(healthy.storage_health().await.unwrap().damage, []);
    let damaged = Bridges { report: Some(Arc::new(Damaged)), ..bridges() };
    let core = CoreService::start("test", damaged).await.unwrap();
    let mut events = core.events().subscribe();
    let answer = core.call_json(r#"{"method": "status", "params": {}}"#).await.unwrap();
    let answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
    assert_eq!(answer["storage"]["damage"][0]["part"], "block 7 of tracks");
    assert_eq!(answer["storage"]["damage"][0]["records"], 500);
    // So is what is found later, and the end of a database that cannot be stored to any more.
    let found = events.recv().await.unwrap();
    assert_eq!(found.to_string(), "block 7 of tracks is damaged: it is missing");
    assert_eq!(found.severity(), Severity::Error);
    let end = Event::System(SystemEvent::StorageDeleted {});
    assert_eq!(events.recv().await.unwrap(), end);
    assert_eq!(end.severity(), Severity::Error);
}
