//! The library on the in-memory bridge, natively and in a browser.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod backups;
mod browsing;
mod details;
mod duplicates;
mod editing;
mod fingerprints;
mod identity;
mod importing;
mod listening;
mod listing;
mod live_lists;
mod merge_properties;
mod merged_backups;
mod merging;
mod playlist_files;
mod playlist_properties;
mod playlists;
mod properties;
mod recomputed;
mod removing;
mod searching;
mod sessions;
mod slow_database;
mod smart_playlists;
mod support;
