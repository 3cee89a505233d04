//! Mirroring of cloud drives.
//!
//! A [`StorageProvider`] says what is on a drive: all of it, page by page, or what has changed. The
//! mirror keeps what it said, each page together with the cursor behind it, so that a
//! crash repeats at most one page. [`Sync`] then brings the library in line with the mirror, in
//! steps that can be repeated: names first, tags after, removals last and never in bulk by mistake.
//! [`SyncJobs`] remembers what ran, why, and how it ended.

mod drives;
mod engine;
mod jobs;
mod mirror;
mod mirror_filter;
mod provider;
mod remote_file;

pub use drives::{GoogleDrive, OneDrive, WebDav};
pub use engine::{
    Explanation, FailedItem, Sync, SyncError, SyncOptions, SyncPlan, SyncReport, SyncRequest,
    SyncStatus, Turn, account_of,
};
pub use jobs::{
    IllegalTransition, JobState, OpenJob, SyncCounts, SyncHistoryQuery, SyncJob, SyncJobs,
    SyncTrigger,
};
pub use mirror_filter::{FilterError, MirrorFilter};
pub use provider::{
    Changes, FolderListing, Listing, Meter, Next, ProviderCapabilities, ProviderError,
    RemoteChange, RemoteItem, RemoteKind, StorageProvider, Walk,
};
pub use remote_file::RemoteFile;
