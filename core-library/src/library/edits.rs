//! What users edit and services know, and what became of tracks.

use super::{Library, Result};
use crate::edits::{TrackEdit, TrackField};
use crate::error::LibraryError;
use crate::import::Request;
use crate::models::{HistoryEntry, Page, Track};
use crate::query::HistoryQuery;

impl Library {
    /// The most tracks that can be changed together.
    pub const MAX_TOGETHER: usize = 10_000;

    /// Sets fields of a track and returns it as it is then. Scans do not overwrite what was set
    /// here; [`revert`](Self::revert) takes it back.
    ///
    /// # Errors
    ///
    /// Fails with [`LibraryError::InvalidEdit`], [`LibraryError::NotFound`] (also for a track in
    /// the bin), or as the database does.
    pub async fn edit_track(&self, id: &str, edit: &TrackEdit) -> Result<Track> {
        self.edit_tracks(&[id.to_owned()], edit).await?;
        self.track(id).await
    }

    /// Sets fields of many tracks: of all of them, or of none.
    ///
    /// # Errors
    ///
    /// As for [`edit_track`](Self::edit_track), and with [`LibraryError::TooMany`].
    pub async fn edit_tracks(&self, ids: &[String], edit: &TrackEdit) -> Result<()> {
        edit.check()?;
        let ids = bounded(ids)?;
        if edit.is_empty() {
            return Ok(());
        }
        self.carry_out(&Request::Edit(ids, edit.clone())).await.map(drop)
    }

    /// Gives fields of a track back to its file, or every edited field if none is named, and
    /// returns it as it is then.
    ///
    /// # Errors
    ///
    /// As for [`edit_track`](Self::edit_track).
    pub async fn revert(&self, id: &str, fields: &[TrackField]) -> Result<Track> {
        self.revert_tracks(&[id.to_owned()], fields).await?;
        self.track(id).await
    }

    /// Gives fields of many tracks back to their files: of all of them, or of none.
    ///
    /// # Errors
    ///
    /// As for [`edit_tracks`](Self::edit_tracks).
    pub async fn revert_tracks(&self, ids: &[String], fields: &[TrackField]) -> Result<()> {
        self.carry_out(&Request::Revert(bounded(ids)?, fields.to_vec())).await.map(drop)
    }

    /// Notes what a service knows of tracks. It holds where neither user nor file says anything.
    /// A value of `None` takes back what the service knew.
    ///
    /// # Errors
    ///
    /// As for [`edit_tracks`](Self::edit_tracks).
    pub async fn set_service_values(
        &self,
        ids: &[String],
        service: &str,
        values: &TrackEdit,
    ) -> Result<()> {
        values.check_known()?;
        let (tracks, name) = (bounded(ids)?, service.to_owned());
        let request = Request::Service { tracks, name, values: values.clone() };
        self.carry_out(&request).await.map(drop)
    }

    /// What happened to a track or to the library, newest first: what scans and users changed,
    /// and why. The newest 10,000 entries are kept. When a track came is its `added_at`.
    ///
    /// # Errors
    ///
    /// Fails with [`LibraryError::InvalidQuery`], or as the database does.
    pub async fn history(&self, query: &HistoryQuery) -> Result<Page<HistoryEntry>> {
        self.page(&query.to_query()?, HistoryEntry::from_record).await
    }
}

/// The ids, if they are few enough for one batch.
pub(super) fn bounded(ids: &[String]) -> Result<Vec<String>> {
    if ids.len() > Library::MAX_TOGETHER {
        return Err(LibraryError::TooMany { count: ids.len(), most: Library::MAX_TOGETHER });
    }
    Ok(ids.to_vec())
}
