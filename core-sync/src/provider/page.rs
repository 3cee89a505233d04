//! Pages of answers.

use super::RemoteChange;

/// A page of everything.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Listing {
    /// What is there. The same item may come again; the last one counts.
    pub items: Vec<RemoteChange>,
    /// How it goes on.
    pub next: Next,
}

/// A page of changes.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Changes {
    /// What has changed, in order. The same item may come again; the last one counts.
    pub changes: Vec<RemoteChange>,
    /// How it goes on.
    pub next: Next,
}

/// How an answer goes on.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Next {
    /// With the page of this name.
    Page(String),
    /// It is complete. From here on changes are asked for with this cursor; `None` where the
    /// cursor from before the listing is the one, or the drive has none.
    End(Option<String>),
}
