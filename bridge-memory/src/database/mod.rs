//! The reference database: the query engine, and an adapter that keeps it in memory only.

mod adapter;
mod answer;
mod away;
mod change_set;
mod changes;
mod descending;
mod engine;
mod index;
mod index_key;
mod packed;
mod partial;
mod plan;
mod predicate;
mod prepare;
mod select;
mod staged;
mod table;
mod tokens;
mod value_ref;

pub use adapter::MemoryDatabase;
pub use away::{Progress, Step, Wanted};
pub use change_set::{ChangeSet, RowChange};
pub use engine::{Engine, StoredSchema};
pub use packed::{PackedRecord, PackedRow};
pub use staged::Staged;
