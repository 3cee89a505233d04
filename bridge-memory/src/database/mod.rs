//! The reference database: the query engine, and an adapter that keeps it in memory only.

mod adapter;
mod change_set;
mod changes;
mod engine;
mod index;
mod plan;
mod predicate;
mod prepare;
mod select;
mod table;
mod tokens;

pub use adapter::MemoryDatabase;
pub use change_set::{ChangeSet, RowChange};
pub use engine::{Engine, StoredSchema};
