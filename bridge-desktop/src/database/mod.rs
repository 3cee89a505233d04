//! Records in SQLite.
//!
//! One connection writes, a few read. Batches and queries become SQL in [`steps`] and [`compile`],
//! which are pure; [`store`] runs them.

mod compile;
mod connection;
mod ddl;
mod error;
mod migrate;
mod names;
mod readers;
mod rows;
mod sqlite;
mod statement;
mod steps;
mod store;
mod tokens;

pub use sqlite::SqliteDatabase;

/// Takes the write lock at the start: a transaction that begins by reading could not get it later.
const BEGIN_WRITE: &str = "BEGIN IMMEDIATE";
