//! Records in IndexedDB: the engine of `bridge-memory` plus durability, shared by all tabs.
//!
//! Records are in memory, where queries run: all of them or, in a library that is larger than a
//! limit, those that came last, while of the others only keys and indexes are there, and the block
//! is read when a record is needed. On disk, in the database `mpc:<profile>`:
//!
//! * `log`: one value per commit, under the commit's number. A commit is one request.
//! * `blocks`: the records as of some commit, a few hundred neighbours of one collection per value.
//! * `meta`: the schema, where the blocks are, which commit they stand for, and damaged values.
//!
//! IndexedDB costs per request, not per byte, which is why values are few and large. In idle time
//! the log is folded into the blocks that it touches, in one transaction, so a crash at any moment
//! leaves one whole state.
//!
//! Each tab has its own engine and replays what the others have added to the log. One of them at a
//! time may write; the right to do so is handed over when another one asks, and passes on by
//! itself when a tab dies. Before the first write after it was handed over, a tab catches up, so
//! no update is lost.

mod adapter;
mod away;
mod block;
mod channel;
mod compact;
mod description;
mod directory;
mod entry;
mod frame;
mod health;
mod keeper;
mod lease;
mod load;
mod load_in_parts;
mod records;
mod residency;
mod state;
mod store;

pub use adapter::IndexedDbDatabase;
pub use health::{DatabaseDamage, DatabaseHealth, DatabaseStanding};
