//! Records in IndexedDB: the engine of `bridge-memory` plus durability.
//!
//! Every record is in memory, where queries run. On disk, in the database `mpc:<profile>`:
//!
//! * `log`: one value per commit, under the commit's number. A commit is one request.
//! * `blocks`: a snapshot of every record as of some commit, a few hundred records per value.
//! * `meta`: the schema, and which commit the snapshot stands for.
//!
//! IndexedDB costs per request, not per byte, which is why values are few and large. A long log
//! is folded into new blocks in one transaction, so a crash at any moment leaves one whole state.

mod adapter;
mod frame;
mod snapshot;
mod state;
mod store;

pub use adapter::IndexedDbDatabase;
