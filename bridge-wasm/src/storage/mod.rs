//! IndexedDB as this crate uses it: rexie creates stores and reads them; writes need what rexie
//! does not offer (strict durability, the reason of an abort), so they go to the browser directly.

mod connection;
mod reader;

pub(crate) use connection::{Connection, Transaction};
pub(crate) use reader::Reader;

/// The version of every database of this crate. A newer program that needs other stores raises
/// it, and this one then refuses to open them.
const VERSION: u32 = 1;
