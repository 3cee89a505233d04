//! What a user does with tracks: ratings, favourites, and the play history.

use bridge_traits::{
    Change, Direction, Filter, Precondition, Query, Result as BridgeResult, Row, WriteBatch,
};
use core_async::task;
use core_runtime::LibraryEvent;

use super::playlists::ATTEMPTS;
use super::{Library, Result};
use crate::error::LibraryError;
use crate::models::{Page, Play, PlayOutcome};
use crate::query::PlayHistoryQuery;
use crate::records::UserData;
use crate::schema::{BIN, PLAYS, TRACKS};

/// The best rating.
const BEST_RATING: u32 = 100;

impl Library {
    /// Rates tracks from 0 to 100, all at once; `None` takes the rating back.
    ///
    /// # Errors
    ///
    /// Fails with [`LibraryError::InvalidRating`], with [`LibraryError::NotFound`] if one of the
    /// tracks is gone, or as the database does; then nothing has changed.
    pub async fn rate_tracks(&self, ids: &[String], rating: Option<u32>) -> Result<()> {
        if let Some(rating) = rating.filter(|rating| *rating > BEST_RATING) {
            return Err(LibraryError::InvalidRating { rating });
        }
        self.mark_tracks(ids, |data| data.rating = rating).await
    }

    /// Makes tracks favourites, all at once.
    ///
    /// # Errors
    ///
    /// As for [`rate_tracks`](Self::rate_tracks).
    pub async fn add_favourites(&self, ids: &[String]) -> Result<()> {
        self.mark_tracks(ids, |data| data.favourite = true).await
    }

    /// Makes tracks favourites no longer, all at once.
    ///
    /// # Errors
    ///
    /// As for [`rate_tracks`](Self::rate_tracks).
    pub async fn remove_favourites(&self, ids: &[String]) -> Result<()> {
        self.mark_tracks(ids, |data| data.favourite = false).await
    }

    /// Records that a track begins to play. Say later with [`end_play`](Self::end_play) how it
    /// went; a play that never ends counts for nothing.
    ///
    /// # Errors
    ///
    /// Fails with [`LibraryError::NotFound`], or as the database does.
    pub async fn start_play(&self, track_id: &str) -> Result<Play> {
        let track = self.track(track_id).await?;
        let play = Play {
            id: self.ids.next()?,
            track_id: track.id,
            title: track.title,
            artist: track.artist,
            started_at: self.ids.clock.unix_millis(),
            ended_at: None,
            position_ms: 0,
            outcome: PlayOutcome::Started,
        };
        let mut batch = WriteBatch::new();
        batch.insert(PLAYS, play.clone().into_record());
        self.database.write(batch).await?;
        self.events.emit(LibraryEvent::TrackPlayed { track_id: play.track_id.clone() });
        Ok(play)
    }

    /// Says how a play went and how far it got. The track's counts follow in the same commit, also
    /// if this says otherwise than before.
    ///
    /// # Errors
    ///
    /// Fails with [`LibraryError::NotFound`], or as the database does.
    pub async fn end_play(
        &self,
        play_id: &str,
        outcome: PlayOutcome,
        position_ms: u64,
    ) -> Result<Play> {
        let ended_at = self.ids.clock.unix_millis();
        let ended = self.revise_play(play_id, |play| {
            let mut play = play.clone();
            play.outcome = outcome;
            play.position_ms = position_ms;
            play.ended_at = (outcome != PlayOutcome::Started).then_some(ended_at);
            Some(play)
        });
        ended.await?.ok_or_else(|| no_play(play_id))
    }

    /// Takes a play back as if it had never been: out of the history and out of the track's
    /// counts, in one commit.
    ///
    /// # Errors
    ///
    /// Fails with [`LibraryError::NotFound`], or as the database does.
    pub async fn undo_play(&self, play_id: &str) -> Result<()> {
        self.revise_play(play_id, |_| None).await.map(drop)
    }

    /// A page of the play history.
    ///
    /// # Errors
    ///
    /// As the database does.
    pub async fn play_history(&self, query: &PlayHistoryQuery) -> Result<Page<Play>> {
        self.page(&query.to_query()?, Play::from_record).await
    }

    /// Changes tracks in one commit, again if somebody else was faster.
    async fn mark_tracks(&self, ids: &[String], mark: impl Fn(&mut UserData)) -> Result<()> {
        let _editing = self.importing.lock().await;
        let mut attempt = 1;
        let changed = loop {
            match self.mark_once(ids, &mark).await {
                Err(error) if error.is_conflict() && attempt < ATTEMPTS => attempt += 1,
                result => break result?,
            }
            task::yield_now().await;
        };
        for track_id in changed {
            self.events.emit(LibraryEvent::TrackRated { track_id });
        }
        Ok(())
    }

    async fn mark_once(
        &self,
        ids: &[String],
        mark: &impl Fn(&mut UserData),
    ) -> Result<Vec<String>> {
        let mut batch = WriteBatch::new();
        let mut changed = Vec::new();
        let mut ids = ids.to_vec();
        ids.sort_unstable();
        ids.dedup();
        for (row, id) in self.database.get_many(TRACKS, &ids).await?.into_iter().zip(&ids) {
            let Some(Row { version, mut record }) = row else {
                return Err(LibraryError::NotFound { what: "track", id: id.clone() });
            };
            let before = UserData::read(&record)?;
            let mut after = before;
            mark(&mut after);
            if after != before {
                after.write(&mut record)?;
                batch.replace(TRACKS, record, version);
                changed.push(id.clone());
            }
        }
        self.database.write(batch).await?;
        Ok(changed)
    }

    /// Replaces or, with `None`, removes a play, and brings the track's counts in line.
    async fn revise_play(
        &self,
        id: &str,
        revise: impl Fn(&Play) -> Option<Play>,
    ) -> Result<Option<Play>> {
        let _editing = self.importing.lock().await;
        let mut attempt = 1;
        let (track_id, play) = loop {
            match self.revise_once(id, &revise).await {
                Err(error) if error.is_conflict() && attempt < ATTEMPTS => attempt += 1,
                result => break result?,
            }
            task::yield_now().await;
        };
        self.events.emit(LibraryEvent::TrackPlayed { track_id });
        Ok(play)
    }

    async fn revise_once(
        &self,
        id: &str,
        revise: &impl Fn(&Play) -> Option<Play>,
    ) -> Result<(String, Option<Play>)> {
        let Some(Row { version, record }) = self.database.get(PLAYS, id).await? else {
            return Err(no_play(id));
        };
        let mut before = Play::from_record(record)?;
        // Its track may have been merged while it began.
        if let Some(heir) = self.merged_into(&before.track_id).await? {
            before.track_id = heir;
        }
        let after = revise(&before);
        let mut batch = WriteBatch::new();
        let change = match &after {
            Some(play) => Change::Put(play.clone().into_record()),
            None => Change::Delete(id.to_owned()),
        };
        batch.push(PLAYS, change, Precondition::Version(version));
        // Every play of the track writes the track, so that of two at once one starts again.
        for home in [TRACKS, BIN] {
            let row = self.database.get(home, &before.track_id).await?;
            let Some(Row { version, mut record }) = row else { continue };
            let mut data = UserData::read(&record)?;
            let is = |play: &Play, outcome| play.outcome == outcome;
            let count = |count: u32, outcome| {
                let less = u32::from(is(&before, outcome));
                let more = u32::from(after.as_ref().is_some_and(|play| is(play, outcome)));
                count.saturating_sub(less).saturating_add(more)
            };
            data.play_count = count(data.play_count, PlayOutcome::Completed);
            data.skip_count = count(data.skip_count, PlayOutcome::Skipped);
            let this = after.as_ref().filter(|play| is(play, PlayOutcome::Completed));
            let others = self.last_played(&before.track_id, id).await?;
            data.last_played_at = this.and_then(|play| play.ended_at).max(others);
            data.write(&mut record)?;
            batch.replace(home, record, version);
        }
        self.database.write(batch).await?;
        Ok((before.track_id, after))
    }

    /// When a track was last played to the end, apart from one play.
    async fn last_played(&self, track_id: &str, except: &str) -> BridgeResult<Option<u64>> {
        let query = Query::new(PLAYS)
            .filter(Filter::equals("track_id", track_id))
            .filter(Filter::equals("outcome", PlayOutcome::Completed.name()))
            .sort("ended_at", Direction::Descending)
            .limit(2);
        let rows = self.database.query(&query).await?.rows;
        let mut others = rows.into_iter().filter(|row| row.record.key() != except);
        let last = others.next().map(|row| Play::from_record(row.record)).transpose()?;
        Ok(last.and_then(|play| play.ended_at))
    }
}

fn no_play(id: &str) -> LibraryError {
    LibraryError::NotFound { what: "play", id: id.to_owned() }
}
