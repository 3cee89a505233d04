//! What is synchronised, and how.

use std::sync::Arc;

use crate::jobs::SyncTrigger;
use crate::mirror_filter::MirrorFilter;
use crate::provider::{Meter, StorageProvider};

/// One account's drive.
#[derive(Clone, Debug)]
pub struct SyncRequest {
    /// The account's id.
    pub account: String,
    /// Its drive.
    pub provider: Arc<dyn StorageProvider>,
    /// What counts the drive's requests, for the report.
    pub meter: Option<Meter>,
    /// How.
    pub options: SyncOptions,
}

/// How to synchronise.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SyncOptions {
    /// The folder to mirror; everything for `None`.
    pub root: Option<String>,
    /// Whether tags are read. Without, tracks are known by the names of their files.
    pub read_tags: bool,
    /// How many files are read at a time.
    pub concurrent_reads: usize,
    /// Whether networks that cost by the byte are used.
    pub metered: bool,
    /// The files that are mirrored. After it has changed, the next sync follows.
    pub filter: MirrorFilter,
    /// The share of all tracks, in percent, that may vanish at once without being looked for again.
    /// Of a few tracks it is at least half, and three or fewer always may.
    pub removal_limit: u64,
    /// Why it runs, for the history.
    pub trigger: SyncTrigger,
}

impl Default for SyncOptions {
    fn default() -> Self {
        Self {
            root: None,
            read_tags: true,
            concurrent_reads: 4,
            metered: true,
            filter: MirrorFilter::default(),
            removal_limit: 25,
            trigger: SyncTrigger::User,
        }
    }
}
