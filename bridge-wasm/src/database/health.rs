//! What an application should tell its user about the database.

use serde::{Deserialize, Serialize};

/// How the stored database is.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct DatabaseHealth {
    /// Whether it can be written.
    pub standing: DatabaseStanding,
    /// What was damaged on disk. Everything else is there; scan the sources again to get back
    /// what they have.
    pub damage: Vec<DatabaseDamage>,
}

/// Whether a database can be written.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub enum DatabaseStanding {
    /// It has not been opened, or was closed.
    #[default]
    Closed,
    /// It can be read and written.
    Open,
    /// A newer release has taken over in another tab. Here it can still be read; load the page
    /// again to go on.
    Superseded,
    /// The user or the browser has deleted what this site stored. Here it can still be read; load
    /// the page again to begin anew.
    Deleted,
}

/// A damaged part of the stored database, which is kept aside.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct DatabaseDamage {
    /// The part, for people: `block 7 of tracks` or `commit 12`.
    pub part: String,
    /// What is wrong with it.
    pub reason: String,
    /// How many records it held, if that is known. Those that were written again later are not
    /// lost.
    pub rows: Option<u32>,
}
