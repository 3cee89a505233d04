//! Why a track is where it is.

use std::sync::Arc;

use bridge_traits::{Filter, Query};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::SyncError;
use super::places::account_of;
use super::sync::Sync;
use crate::mirror::{self, MirrorItem, MirrorStore, Presence, Which};

/// What the mirror knows of a track.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct Explanation {
    /// The account whose drive it is on.
    pub account: String,
    /// What the drive calls its file.
    pub item: String,
    /// The file's name there.
    pub name: String,
    /// Where it is in the library.
    pub path: Option<String>,
    /// Whether the drive still has it, where it is mirrored.
    pub is_there: bool,
    /// The last thing that was done, and why.
    pub reason: String,
    /// Why its tags could not be read, if so.
    pub error: Option<String>,
    /// Whether its tags are still to be read.
    pub is_waiting: bool,
}

impl Sync {
    /// Why a track is where it is; `None` for one that is on no drive.
    ///
    /// # Errors
    ///
    /// Fails as the database does.
    pub async fn explain(&self, track: &str) -> Result<Option<Explanation>, SyncError> {
        let Some(item) = self.item_of(track).await? else { return Ok(None) };
        Ok(Some(Explanation {
            account: item.account,
            item: item.remote.id,
            name: item.remote.name,
            path: item.path,
            is_there: item.presence == Presence::There,
            reason: item.reason,
            error: item.error,
            is_waiting: item.to_read,
        }))
    }

    async fn item_of(&self, track: &str) -> Result<Option<MirrorItem>, SyncError> {
        // The file it has now may have been that of a copy.
        if let Ok(track) = self.library.track(track).await
            && let Some(account) = account_of(&track.path)
        {
            let store = MirrorStore::new(Arc::clone(&self.database), account);
            if let Some(item) = store.first(Which::At { path: &track.path }).await?.pop() {
                return Ok(Some(item));
            }
        }
        let query = Query::new(mirror::ITEMS).filter(Filter::equals("track_id", track)).limit(1);
        let row = self.database.query(&query).await?.rows.pop();
        Ok(row.map(|row| MirrorItem::from_record(row.record)).transpose()?)
    }
}
