//! Records in SQLite.
//!
//! One connection writes, a few read. Batches and queries become SQL in [`steps`] and [`compile`],
//! which are pure; [`store`] runs them.

mod compile;
mod connection;
mod damage;
mod ddl;
mod error;
#[cfg_attr(target_os = "linux", path = "file_events/linux.rs")]
#[cfg_attr(not(target_os = "linux"), path = "file_events/elsewhere.rs")]
mod file_events;
mod file_watch;
mod migrate;
mod names;
mod news;
mod reader_thread;
mod readers;
mod rows;
mod salvage;
mod sqlite;
mod statement;
mod steps;
mod store;
mod tokens;

pub use salvage::Salvaged;
pub use sqlite::SqliteDatabase;

/// Takes the write lock at the start: a transaction that begins by reading could not get it later.
const BEGIN_WRITE: &str = "BEGIN IMMEDIATE";
