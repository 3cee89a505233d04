//! IndexedDB as this crate uses it: rexie creates stores and reads single values; what rexie does
//! not offer (strict durability, the reason of an abort, several reads of one state) goes to the browser directly.

mod connection;
mod reader;
mod reading;
mod transaction;

pub(crate) use connection::Connection;
pub(crate) use reader::Reader;
pub(crate) use reading::Reading;
pub(crate) use transaction::Transaction;

/// The version of every database of this crate. A newer program that needs other stores raises
/// it, and this one then refuses to open them.
const VERSION: u32 = 1;
