//! Asking for playlists.

use bridge_traits::{Filter, Query, Value};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::sort::{Orders, arrange};
use crate::error::LibraryError;
use crate::schema::PLAYLISTS;

const ORDERS: Orders = &[
    ("name", &["name_key", "created_at"]),
    ("created", &["created_at"]),
    ("updated", &["updated_at"]),
];

/// Which playlists, and in which order.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(default, deny_unknown_fields)]
#[ts(optional_fields)]
pub struct PlaylistQuery {
    /// `name` (the default), `created` or `updated`, with `-` in front for descending.
    pub sort: Option<String>,
    /// The most playlists of the page, 50 by default.
    pub limit: Option<u32>,
    /// The `next` of the page before.
    pub after: Option<String>,
    /// Only playlists that rules fill, or only those that a person fills.
    pub smart: Option<bool>,
}

impl PlaylistQuery {
    /// The database query.
    pub(crate) fn to_query(&self) -> Result<Query, LibraryError> {
        let by_hand = Filter::equals("rules", Value::Null);
        let filter = match self.smart {
            None => Filter::Everything,
            Some(true) => by_hand.negated(),
            Some(false) => by_hand,
        };
        let sort = self.sort.as_deref().unwrap_or("name");
        let query = Query::new(PLAYLISTS).filter(filter);
        arrange(query, ORDERS, sort, self.limit, self.after.as_deref())
    }
}
