//! Removing tracks, bringing them back, and forgetting them.

use bridge_traits::{Collection, Direction, Filter, Query, Value};

use super::edits::bounded;
use super::{Library, Result};
use crate::import::Request;
use crate::schema::BIN;

impl Library {
    /// Removes tracks: they go to the bin with everything the user made of them, and stay there
    /// wherever their files go. Files are left alone. Returns how many went; those that are not
    /// in the library any more are passed over.
    ///
    /// # Errors
    ///
    /// Fails with [`LibraryError::TooMany`](crate::LibraryError::TooMany), or as the database
    /// does.
    pub async fn remove_tracks(&self, ids: &[String]) -> Result<usize> {
        self.carry_out(&Request::Remove(bounded(ids)?)).await
    }

    /// Brings tracks back from the bin, all of them or none, and returns how many. A copy that was
    /// merged comes back as [`split_track`](Self::split_track) says. A track whose
    /// file is gone comes back too; the next scan removes it again.
    ///
    /// # Errors
    ///
    /// As for [`remove_tracks`](Self::remove_tracks), and with
    /// [`LibraryError::PathTaken`](crate::LibraryError::PathTaken).
    pub async fn restore_tracks(&self, ids: &[String]) -> Result<usize> {
        self.carry_out(&Request::Restore(bounded(ids)?)).await
    }

    /// Forgets tracks of the bin and what the user made of them for good, and returns how many:
    /// edits, ratings, plays, and their places in playlists. Tracks of the library are passed over,
    /// and so are other copies of tracks, which go with theirs. A file that is still there is new
    /// to the next scan.
    ///
    /// # Errors
    ///
    /// As for [`remove_tracks`](Self::remove_tracks).
    pub async fn purge_tracks(&self, ids: &[String]) -> Result<usize> {
        self.carry_out(&Request::Purge(bounded(ids)?)).await
    }

    /// Forgets, as [`purge_tracks`](Self::purge_tracks) does, every track that has been in the bin
    /// since `until`, in milliseconds since the Unix epoch, or longer, and returns how many.
    ///
    /// # Errors
    ///
    /// As the database does.
    pub async fn purge_until(&self, until: u64) -> Result<usize> {
        let upper = std::ops::Bound::Included(until.into());
        let query = Query::new(BIN)
            .filter(Filter::range("deleted_at", std::ops::Bound::Unbounded, upper))
            .filter(Filter::equals("merged_into", Value::Null))
            .sort("deleted_at", Direction::Ascending)
            .project(&[Collection::KEY])
            .limit(1000);
        let mut purged = 0;
        loop {
            let rows = self.database.query(&query).await?.rows;
            let ids: Vec<_> = rows.iter().map(|row| row.record.key().to_owned()).collect();
            let count = self.purge_tracks(&ids).await?;
            purged += count;
            if count == 0 {
                return Ok(purged);
            }
        }
    }
}
