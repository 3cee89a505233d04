//! Tracks that are the same recording: finding them, merging them, and taking that back.

use bridge_traits::{Filter, Query};

use super::edits::bounded;
use super::playlists::ATTEMPTS;
use super::{Library, Result, browsing};
use crate::duplicates::Finder;
use crate::error::LibraryError;
use crate::import::{Merge, Request};
use crate::models::{DuplicateGroup, Evidence, Page, Reason, Track};
use crate::query::DuplicateQuery;
use crate::records::BinRecord;
use crate::schema::BIN;

/// How many groups are merged in one commit.
const AT_ONCE: usize = 50;

/// How many groups are counted at a time.
const COUNTED_AT_ONCE: usize = 250;

impl Library {
    /// A page of groups of tracks that may be the same recording, with what speaks for it. A page
    /// may be longer than its limit where many tracks have the same names. Groups of which the user
    /// has said that they are none are left out.
    ///
    /// What is compared is what stands together in an index, so that it costs one pass over the
    /// index for each kind of evidence.
    ///
    /// # Errors
    ///
    /// Fails with [`LibraryError::InvalidQuery`], or as the database does.
    pub async fn duplicates(&self, query: &DuplicateQuery) -> Result<Page<DuplicateGroup>> {
        let limit = query.limit.map_or(Query::DEFAULT_LIMIT, |limit| limit as usize);
        if !(1..=Query::MAX_LIMIT).contains(&limit) {
            let most = Query::MAX_LIMIT;
            let why = format!("limit must be between 1 and {most}");
            return Err(LibraryError::InvalidQuery(why));
        }
        let place = (limit, query.after.as_deref());
        let (found, next) =
            Finder::page(&*self.database, self.sounds, query.evidence, place).await?;
        Ok(Page { items: found.into_iter().map(|found| found.group).collect(), next })
    }

    /// How many groups [`duplicates`](Self::duplicates) finds, by any evidence or by this one.
    ///
    /// # Errors
    ///
    /// As the database does.
    pub async fn count_duplicates(&self, evidence: Option<Evidence>) -> Result<u64> {
        let (mut count, mut after) = (0, None);
        loop {
            let place = (COUNTED_AT_ONCE, after.as_deref());
            let (found, next) = Finder::page(&*self.database, self.sounds, evidence, place).await?;
            count += found.len() as u64;
            let Some(next) = next else { return Ok(count) };
            after = Some(next);
        }
    }

    /// Merges tracks into one, in one commit, and returns how many were merged into it. What
    /// belongs to them is the kept track's from then on: their entries in playlists, their plays
    /// and counts, their places in the queue, what was set for fields that are not set for it, the
    /// best of their ratings unless it has one, and the earliest time at which one of them came.
    ///
    /// Their files are other copies of the kept track: scans and syncs know them and do not add
    /// them, while their content stays the same. When the kept track's own file goes, that of a
    /// copy takes its place. A copy whose content changes is a track of its own again, and so is
    /// one whose track has become other music.
    ///
    /// Merging what was merged already changes nothing. The id of a merged track still finds the
    /// track that it was merged into.
    ///
    /// # Errors
    ///
    /// Fails with [`LibraryError::NotFound`] if one of them is not in the library,
    /// [`LibraryError::TooMany`], or as the database does; then nothing has changed.
    ///
    /// # Cancellation
    ///
    /// Dropping the future leaves them merged or not, never in part.
    pub async fn merge_tracks(&self, keep: &str, others: &[String]) -> Result<usize> {
        let merge = Merge { keep: keep.to_owned(), others: bounded(others)?, for_content: false };
        self.merge(vec![merge], Reason::Edit).await
    }

    /// Merges every group of tracks whose content is the same into the track with the newest file,
    /// and returns how many were merged. Tracks of which the user has said that they are no
    /// duplicates are not merged with each other. `reason` is kept in the history.
    ///
    /// # Errors
    ///
    /// As the database does; what was merged until then stays merged.
    ///
    /// # Cancellation
    ///
    /// Dropping the future leaves whole groups merged.
    pub async fn merge_verified(&self, reason: Reason) -> Result<usize> {
        let (mut merged, mut attempt, mut after) = (0, 1, None);
        loop {
            let place = (AT_ONCE, after.as_deref());
            let (found, next) =
                Finder::page(&*self.database, None, Some(Evidence::Content), place).await?;
            let mut merges = Vec::new();
            for found in found {
                let mut ids = found.group.tracks.into_iter().map(|track| track.id).zip(found.open);
                let Some((keep, _)) = ids.next() else { continue };
                let others: Vec<_> =
                    ids.filter(|(_, is_open)| *is_open).map(|(id, _)| id).collect();
                if !others.is_empty() {
                    merges.push(Merge { keep, others, for_content: true });
                }
            }
            match self.merge(merges, reason).await {
                Ok(count) => merged += count,
                // Somebody else was quicker with one of them: what is there now?
                Err(LibraryError::NotFound { .. }) if attempt < ATTEMPTS => {
                    attempt += 1;
                    continue;
                }
                Err(error) => return Err(error),
            }
            let Some(next) = next else { return Ok(merged) };
            after = Some(next);
        }
    }

    async fn merge(&self, merges: Vec<Merge>, reason: Reason) -> Result<usize> {
        self.carry_out(&Request::Merge(merges, reason)).await
    }

    /// Makes a copy a track of its own again, with its own edits and rating, and keeps it apart
    /// from the track it was merged into. What has been united stays with that: plays and places in
    /// playlists.
    ///
    /// # Errors
    ///
    /// Fails with [`LibraryError::NotFound`] if there is no such copy or its file is gone, with
    /// [`LibraryError::PathTaken`], or as the database does.
    pub async fn split_track(&self, id: &str) -> Result<()> {
        let not_found = || LibraryError::NotFound { what: "copy", id: id.to_owned() };
        self.merged_into(id).await?.ok_or_else(not_found)?;
        match self.restore_tracks(&[id.to_owned()]).await? {
            0 => Err(not_found()),
            _ => Ok(()),
        }
    }

    /// Remembers that these tracks are no duplicates of each other: they make no group any more
    /// until another one comes that is like them.
    ///
    /// # Errors
    ///
    /// As for [`merge_tracks`](Self::merge_tracks).
    pub async fn keep_apart(&self, ids: &[String]) -> Result<()> {
        self.carry_out(&Request::KeepApart(bounded(ids)?)).await.map(drop)
    }

    /// The other copies of a track whose files are there.
    ///
    /// # Errors
    ///
    /// As the database does.
    pub async fn copies(&self, id: &str) -> Result<Vec<Track>> {
        let filter = Filter::equals("merged_into", id).and(Filter::equals("present", true));
        let query = Query::new(BIN).filter(filter).limit(Query::MAX_LIMIT);
        Ok(self.page(&query, browsing::binned).await?.items)
    }

    /// The track that this one was merged into.
    ///
    /// # Errors
    ///
    /// As the database does.
    pub async fn merged_into(&self, id: &str) -> Result<Option<String>> {
        let Some(row) = self.database.get(BIN, id).await? else { return Ok(None) };
        Ok(BinRecord::from_record(row.record)?.merged_into().cloned())
    }

    /// Whose each of these files is by now, for those who remember whose they were: a track and its
    /// copies exchange files when one goes. Each file is its path and the track that it was.
    ///
    /// # Errors
    ///
    /// As the database does.
    pub async fn owners(&self, files: &[(String, String)]) -> Result<Vec<String>> {
        Ok(crate::import::owners(&*self.database, files).await?)
    }

    /// The track or copy that is in the file at `path`.
    ///
    /// # Errors
    ///
    /// As the database does.
    pub async fn find_file(&self, path: &str) -> Result<Option<String>> {
        if let Some(track) = self.find_track_at(path).await? {
            return Ok(Some(track.id));
        }
        let copies = crate::import::copies_at(&*self.database, [path]).await?;
        Ok(copies.into_values().next())
    }
}
