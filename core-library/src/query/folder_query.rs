//! Asking for folders.

use bridge_traits::{Filter, Query, Value};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::conditions::matches_text;
use super::sort::{Orders, arrange};
use crate::error::LibraryError;
use crate::schema::FOLDERS;

const ORDERS: Orders = &[("name", &["name_key"]), ("tracks", &["track_count"])];

/// Which folders, and in which order: those in one folder, or those a text finds.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(default, deny_unknown_fields)]
#[ts(optional_fields)]
pub struct FolderQuery {
    /// `name` (the default) or `tracks`, with `-` in front for descending.
    pub sort: Option<String>,
    /// The most folders of the page, 50 by default.
    pub limit: Option<u32>,
    /// The `next` of the page before.
    pub after: Option<String>,
    /// The folder they are in; those at the top without it.
    pub parent: Option<String>,
    /// Folders anywhere (or in `parent`) with these words, or words that begin so. Unlike a search it takes
    /// no typos.
    pub text: Option<String>,
}

impl FolderQuery {
    /// The database query.
    pub(crate) fn to_query(&self) -> Result<Query, LibraryError> {
        let mut query = Query::new(FOLDERS);
        match (&self.parent, &self.text) {
            (Some(parent), _) => query = query.filter(Filter::equals("parent", parent)),
            (None, None) => query = query.filter(Filter::equals("parent", Value::Null)),
            (None, Some(_)) => {}
        }
        if let Some(text) = &self.text {
            query = query.filter(matches_text(text));
        }
        let sort = self.sort.as_deref().unwrap_or("name");
        arrange(query, ORDERS, sort, self.limit, self.after.as_deref())
    }
}
