//! Asking for the play history.

use bridge_traits::{Cursor, Direction, Filter, Query};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::error::LibraryError;
use crate::models::PlayOutcome;
use crate::schema::PLAYS;

/// Which plays, the latest first.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(default, deny_unknown_fields)]
#[ts(optional_fields)]
pub struct PlayHistoryQuery {
    /// The most plays of the page, 50 by default.
    pub limit: Option<u32>,
    /// The `next` of the page before.
    pub after: Option<String>,
    /// Only plays of this track.
    pub track_id: Option<String>,
    /// Only plays that went like this.
    pub outcome: Option<PlayOutcome>,
}

impl PlayHistoryQuery {
    /// The database query.
    pub(crate) fn to_query(&self) -> Result<Query, LibraryError> {
        let mut query = Query::new(PLAYS).sort("started_at", Direction::Descending);
        if let Some(track_id) = &self.track_id {
            query = query.filter(Filter::equals("track_id", track_id));
        }
        if let Some(outcome) = self.outcome {
            query = query.filter(Filter::equals("outcome", outcome.name()));
        }
        let limit = self.limit.map_or(Query::DEFAULT_LIMIT, |limit| limit as usize);
        Ok(query.limit(limit).after(self.after.as_deref().map(Cursor::decode).transpose()?))
    }
}
