//! The whole core on the in-memory bridges, natively and in a browser.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod accounts;
mod calls;
mod cloud_calls;
mod converging;
mod covers;
mod duplicates;
mod enduring;
mod equality;
mod folders;
mod generated;
mod importing;
mod killed;
#[expect(dead_code, reason = "other programs use the rest")]
mod large_drive;
mod library_file;
mod lists;
mod migrations;
mod mirror;
mod owning;
mod recordings;
mod removing;
mod snapshots;
mod speaker;
mod starting;
mod support;
