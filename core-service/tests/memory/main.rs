//! What mirroring a drive takes in memory does not depend on how large the drive is, but for what the
//! database keeps there.
//!
//! It is a program of its own, because every byte in it is counted. Built with
//! `MPC_TEST_FILES=100000`, drives are that large, and have pages as long as those of real ones.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod counting;
mod forgotten;
#[expect(dead_code, reason = "other tests use the rest")]
#[path = "../it/large_drive.rs"]
mod large_drive;
#[expect(dead_code, reason = "the tests use the rest")]
#[path = "../it/mirror.rs"]
mod mirror;

use std::sync::Arc;

use bridge_memory::MemoryDatabase;
use bridge_traits::DatabaseAdapter;
use core_service::{SCRATCH_KEEPS_RECORDS_IN_MEMORY, scratch_database};

use counting::Counting;
use forgotten::Forgotten;
use large_drive::{Kind, LargeDrive};
use mirror::Mirror;

#[global_allocator]
static MEMORY: Counting = Counting::new();

const LARGE: Option<&str> = option_env!("MPC_TEST_FILES");

/// What may be under way at a time: a page of a drive as text and as items, pages of records, and what
/// is read of a few files.
const UNDER_WAY: usize = 12 << 20;
/// How much of that depends on what happens to be under way together.
const CHANCE: usize = 256 << 10;
/// What an item of a drive and its track may take where a database keeps records in memory.
const RECORDS: usize = 4 << 10;
/// What is left of them in memory otherwise: the places of folders, up to a number of them.
const PLACES: usize = 64;

#[core_async::test(timeout_ms = 3_000_000)]
async fn only_what_a_database_keeps_in_memory_grows_with_the_drive() {
    let files = LARGE.map_or(1_200, |files| files.parse().unwrap());
    for kind in Kind::ALL {
        for storage in ["memory", "stored"] {
            // Enough to fill what is under way.
            let few = (files / 10).max(600);
            let (small, large) =
                (grown(kind, storage, few).await, grown(kind, storage, files).await);
            let more = large.saturating_sub(small);
            core_async::__private::say(&format!(
                "{kind}, {storage}: {} KiB for {few} files, {} KiB for {files}, {} bytes each",
                small >> 10,
                large >> 10,
                more / (files - few),
            ));
            let is_kept = storage == "memory" || SCRATCH_KEEPS_RECORDS_IN_MEMORY;
            let each = if is_kept { RECORDS } else { PLACES };
            let most = CHANCE + (files - few) * each;
            assert!(more <= most, "{kind}, {storage}: {more} bytes for {few} to {files} files");
            assert!(small <= UNDER_WAY + few * each, "{kind}, {storage}: {small} bytes");
        }
    }
}

/// By how many bytes what is in use grows at most while a drive is mirrored, tags included.
async fn grown(kind: Kind, storage: &str, files: usize) -> usize {
    let drive = Arc::new(LargeDrive::new(kind, files));
    drive.set_page(if LARGE.is_some() { 1000 } else { 50 });
    let database: Arc<dyn DatabaseAdapter> = match storage {
        "memory" => Arc::new(MemoryDatabase::new()),
        name => scratch_database(&format!("{name}-{kind}-{files}")).await,
    };
    let mirror = Mirror::open(Arc::clone(&database)).await.unwrap();
    let before = MEMORY.in_use_from_here();
    mirror.follow(&drive, |inner| Arc::new(Forgotten::new(inner, &drive))).await.unwrap();
    let most = MEMORY.most();
    mirror.check(&drive).await.unwrap();
    database.close().await.unwrap();
    most - before
}
