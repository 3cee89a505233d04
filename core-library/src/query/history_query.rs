//! Asking what happened.

use bridge_traits::{Filter, Query};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::sort::{Orders, arrange};
use crate::error::LibraryError;
use crate::schema::CHANGES;

const ORDERS: Orders = &[("at", &["id"])];

/// Which entries of the history; the newest come first.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(default, deny_unknown_fields)]
#[ts(optional_fields)]
pub struct HistoryQuery {
    /// The most entries of the page, 50 by default.
    pub limit: Option<u32>,
    /// The `next` of the page before.
    pub after: Option<String>,
    /// Only what happened to this track.
    pub track_id: Option<String>,
}

impl HistoryQuery {
    /// The database query.
    pub(crate) fn to_query(&self) -> Result<Query, LibraryError> {
        let mut query = Query::new(CHANGES);
        if let Some(track_id) = &self.track_id {
            query = query.filter(Filter::equals("track_id", track_id));
        }
        arrange(query, ORDERS, "-at", self.limit, self.after.as_deref())
    }
}
