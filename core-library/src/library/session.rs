//! Keeps queue and play head over a restart.

use std::collections::BTreeMap;

use bridge_traits::{BridgeError, DatabaseExt, ErrorKind, Query, Record, Row, WriteBatch};
use core_async::task;
use futures::TryStreamExt;

use super::playlists::ATTEMPTS;
use super::{Library, Result};
use crate::error::LibraryError;
use crate::models::{QueuedTrack, Repeat, Session};
use crate::schema::{SESSION, SESSION_KEY, SESSION_QUEUE, TRACKS};

/// The longest queue that is kept.
const LONGEST_QUEUE: usize = 100_000;

impl Library {
    /// Keeps a queue and where the player stands in it. Only entries that differ from what is kept
    /// are written.
    ///
    /// # Errors
    ///
    /// Fails with [`LibraryError::InvalidQueue`], or as the database does.
    pub async fn save_session(&self, session: &Session) -> Result<()> {
        let length = session.queue.len();
        if length > LONGEST_QUEUE || session.index.is_some_and(|index| index as usize >= length) {
            return Err(LibraryError::InvalidQueue { most: LONGEST_QUEUE });
        }
        let _editing = self.importing.lock().await;
        let mut stored: BTreeMap<String, Record> = BTreeMap::new();
        for row in self.stored_queue().await? {
            stored.insert(row.record.key().to_owned(), row.record);
        }
        let mut batch = WriteBatch::new();
        for (track, place) in session.queue.iter().zip(0..) {
            let record = queued(track, place);
            if stored.remove(record.key()).as_ref() != Some(&record) {
                batch.put(SESSION_QUEUE, record);
            }
        }
        for (key, _) in stored {
            batch.delete(SESSION_QUEUE, key);
        }
        batch.put(SESSION, self.head(session));
        self.database.write(batch).await?;
        Ok(())
    }

    /// Keeps where the player stands, without the queue: cheap enough for every few seconds.
    /// Without a kept session it does nothing.
    ///
    /// # Errors
    ///
    /// As the database does.
    pub async fn save_position(&self, index: Option<u32>, position_ms: u64) -> Result<()> {
        let _editing = self.importing.lock().await;
        let mut attempt = 1;
        loop {
            let Some(Row { version, record }) = self.database.get(SESSION, SESSION_KEY).await?
            else {
                return Ok(());
            };
            let mut session = read_head(record)?;
            (session.index, session.position_ms) = (index, position_ms);
            let mut batch = WriteBatch::new();
            batch.replace(SESSION, self.head(&session), version);
            match self.database.write(batch).await {
                Err(e) if e.kind() == ErrorKind::Conflict && attempt < ATTEMPTS => attempt += 1,
                result => return Ok(result.map(drop)?),
            }
            task::yield_now().await;
        }
    }

    /// The session that was kept last. Tracks that are gone since are left out; if the one that
    /// was playing is, the player stands at the start of the next.
    ///
    /// # Errors
    ///
    /// As the database does.
    pub async fn session(&self) -> Result<Option<Session>> {
        let mut attempt = 1;
        loop {
            let Some(row) = self.database.get(SESSION, SESSION_KEY).await? else {
                return Ok(None);
            };
            let queue = self.stored_queue().await?;
            // Queue and head are read one after the other: they must be of the same moment.
            let again = self.database.get(SESSION, SESSION_KEY).await?;
            if again.is_none_or(|again| again.version != row.version) && attempt < ATTEMPTS {
                attempt += 1;
                continue;
            }
            let mut session = read_head(row.record)?;
            for row in queue {
                session.queue.push(read_queued(row.record)?);
            }
            return self.without_lost_tracks(session).await.map(Some);
        }
    }

    /// Forgets queue and position.
    ///
    /// # Errors
    ///
    /// As the database does.
    pub async fn clear_session(&self) -> Result<()> {
        let _editing = self.importing.lock().await;
        let mut batch = WriteBatch::new();
        for row in self.stored_queue().await? {
            batch.delete(SESSION_QUEUE, row.record.key());
        }
        batch.delete(SESSION, SESSION_KEY);
        self.database.write(batch).await?;
        Ok(())
    }

    async fn stored_queue(&self) -> Result<Vec<Row>> {
        let query = Query::new(SESSION_QUEUE).limit(Query::MAX_LIMIT);
        Ok(self.database.scan(query).try_collect().await?)
    }

    async fn without_lost_tracks(&self, mut session: Session) -> Result<Session> {
        let ids: Vec<_> = session.queue.iter().map(|track| track.track_id.clone()).collect();
        let mut rows = self.database.get_many(TRACKS, &ids).await?;
        // A host may have kept tracks that were merged since it listed them.
        for ((row, id), queued) in rows.iter_mut().zip(&ids).zip(&mut session.queue) {
            if row.is_none()
                && let Some(heir) = self.merged_into(id).await?
            {
                *row = self.database.get(TRACKS, &heir).await?;
                queued.track_id = heir;
            }
        }
        let is_there: Vec<bool> = rows.iter().map(Option::is_some).collect();
        if let Some(index) = session.index.map(|index| index as usize) {
            if !is_there.get(index).is_some_and(|there| *there) {
                session.position_ms = 0;
            }
            let before = is_there.iter().take(index).filter(|there| **there).count();
            let left = is_there.iter().filter(|there| **there).count();
            session.index = (before < left).then(|| u32::try_from(before).unwrap_or(u32::MAX));
        }
        let mut there = is_there.into_iter();
        session.queue.retain(|_| there.next().unwrap_or_default());
        Ok(session)
    }

    fn head(&self, session: &Session) -> Record {
        Record::new(SESSION_KEY)
            .with(session.index)
            .with(session.position_ms)
            .with(session.shuffle)
            .with(session.repeat.name())
            .with(self.ids.clock.unix_millis())
    }
}

/// Keys are as wide as the longest queue needs, so that they sort as numbers do.
fn queued(track: &QueuedTrack, place: usize) -> Record {
    Record::new(format!("{place:06}")).with(&track.track_id).with(track.source_index)
}

fn read_queued(record: Record) -> Result<QueuedTrack, BridgeError> {
    let mut fields = record.into_reader();
    fields.skip()?;
    Ok(QueuedTrack { track_id: fields.text()?, source_index: fields.optional_integer()? })
}

/// A session without its queue.
fn read_head(record: Record) -> Result<Session, BridgeError> {
    let mut fields = record.into_reader();
    fields.skip()?;
    Ok(Session {
        queue: Vec::new(),
        index: fields.optional_integer()?,
        position_ms: fields.integer()?,
        shuffle: fields.boolean()?,
        repeat: Repeat::from_name(&fields.text()?).unwrap_or_default(),
    })
}
