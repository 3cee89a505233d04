//! Asking for the history of syncs.

use bridge_traits::{Cursor, Direction, Filter, Query, Result};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::job::JOBS;

/// Which syncs, the latest first.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(default, deny_unknown_fields)]
#[ts(optional_fields)]
pub struct SyncHistoryQuery {
    /// The most syncs of the page, 50 by default.
    pub limit: Option<u32>,
    /// The `next` of the page before.
    pub after: Option<String>,
    /// Only syncs of this account.
    pub account: Option<String>,
}

impl SyncHistoryQuery {
    /// The database query.
    pub(super) fn to_query(&self) -> Result<Query> {
        let mut query = Query::new(JOBS);
        match &self.account {
            Some(account) => query = query.filter(Filter::equals("account", account)),
            None => query = query.sort("started_at", Direction::Descending),
        }
        // Clocks may be set back; numbers only grow.
        let query = query.sort("number", Direction::Descending);
        let limit = self.limit.map_or(Query::DEFAULT_LIMIT, |limit| limit as usize);
        Ok(query.limit(limit).after(self.after.as_deref().map(Cursor::decode).transpose()?))
    }
}
