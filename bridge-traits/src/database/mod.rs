//! The typed record store: schema, records, queries, atomic batches.

mod adapter;
mod changes;
mod collection;
mod cursor;
mod filter;
mod query;
mod record;
mod schema;
mod value;
mod write;

pub use adapter::{DatabaseAdapter, DatabaseExt};
pub use changes::{ChangeNotice, ChangePublisher, ChangeWatcher, WatchError};
pub use collection::{Collection, Field, FieldKind, Index};
pub use cursor::Cursor;
pub use filter::{Filter, TokenMatch};
pub use query::{Direction, Page, Query, Row, SortKey};
pub use record::{Record, RecordReader};
pub use schema::{CompiledSchema, Migration, Schema, SchemaChange, SchemaComponent};
pub use value::Value;
pub use write::{Change, Commit, Durability, Operation, Precondition, WriteBatch};
