//! The whole library to a file and back.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::task::Poll;

use bridge_traits::{BoxStream, DatabaseExt, FileSystemAccess, Query, Schema};
use bytes::Bytes;
use core_runtime::LibraryEvent;
use futures::{FutureExt, StreamExt, TryStreamExt, stream};

use super::Library;
use crate::backup::{
    BackupError, BackupFile, ExportReport, ImportMode, ImportReport, LibraryFile, Marker, merge,
    pieces, replace, write_file,
};
use crate::error::LibraryError;
use crate::schema::{EDITS, PLAYLISTS, PLAYS, TRACKS};

type Result<T, E = BackupError> = std::result::Result<T, E>;

impl Library {
    /// Writes everything the library holds to the file at `path`: tracks, edits, playlists,
    /// ratings, history and queue. Music itself is not in it, and neither are secrets.
    ///
    /// # Errors
    ///
    /// Fails with [`BackupError::Busy`], or as the database or the files do; then what was at
    /// `path` is still there.
    ///
    /// # Cancellation
    ///
    /// Dropping the future leaves what was at `path`.
    pub async fn export_library(
        &self,
        files: &Arc<dyn FileSystemAccess>,
        path: &str,
    ) -> Result<ExportReport> {
        // Edits of this process wait; those of others are noticed.
        let _editing = self.importing.lock().await;
        self.write_library(files, path).await
    }

    /// What [`export_library`](Self::export_library) writes, in pieces, for hosts that hand the
    /// user a file. Edits of this process wait until the stream has ended or is dropped.
    ///
    /// # Errors
    ///
    /// The stream fails with [`BackupError::Busy`] if somebody else changed the library before its
    /// end (where playing stands does not count), or as the database does. What it gave is of no use then: begin again.
    pub fn export_pieces(&self) -> BoxStream<'static, Result<Bytes>> {
        let (library, schema) = (self.clone(), Schema::new(vec![Self::schema()]));
        let pieces = async move {
            let editing = Arc::clone(&library.importing).lock_owned().await;
            let now = library.ids.clock.unix_millis();
            let mut editing = Some(editing);
            let ended = stream::poll_fn(move |_| {
                editing.take();
                Poll::Ready(None)
            });
            pieces(library.database, schema, now).chain(ended)
        };
        Box::pin(pieces.flatten_stream())
    }

    /// Reads a library from the file at `path`. It is checked from end to end before anything is
    /// changed. Secrets stay as they are.
    ///
    /// # Errors
    ///
    /// Fails with [`BackupError::NotALibrary`], [`BackupError::Newer`] or
    /// [`BackupError::Damaged`], and then nothing has changed; with [`BackupError::Interrupted`] if
    /// a replacement had begun; or as the database or the files do.
    ///
    /// # Cancellation
    ///
    /// A merge that was dropped can be started again: what was done already is not done twice. A
    /// replacement that was dropped leaves half a library;
    /// [`interrupted_restore`](Self::interrupted_restore) says so, also after a restart, and
    /// starting it again finishes it.
    pub async fn import_library(
        &self,
        files: &Arc<dyn FileSystemAccess>,
        path: &str,
        mode: &ImportMode,
    ) -> Result<ImportReport> {
        let file = LibraryFile { name: path.to_owned(), content: files.open(path).await? };
        self.import_library_file(files, &file, mode).await
    }

    /// Reads a library from an open file, as [`import_library`](Self::import_library) does from a
    /// path; `files` is where a safety copy goes.
    ///
    /// # Errors
    ///
    /// As [`import_library`](Self::import_library).
    ///
    /// # Cancellation
    ///
    /// As of [`import_library`](Self::import_library).
    pub async fn import_library_file(
        &self,
        files: &Arc<dyn FileSystemAccess>,
        file: &LibraryFile,
        mode: &ImportMode,
    ) -> Result<ImportReport> {
        let schema = Schema::new(vec![Self::schema()]);
        let LibraryFile { name, content } = file;
        let file = BackupFile::check(Arc::clone(content), &schema).await?;
        match mode {
            ImportMode::Merge => {
                let _editing = self.importing.lock().await;
                let report = merge(&self.database, &self.ids, &file).await?;
                self.events.emit(LibraryEvent::LibraryRestored {});
                Ok(report)
            }
            ImportMode::Replace { safety_copy } => {
                let _editing = self.importing.lock().await;
                let marker = Marker::new(&self.database);
                // What an interrupted restore has left is no library worth a copy.
                let is_whole = marker.get().await?.is_none();
                if let Some(copy) = safety_copy.as_ref().filter(|_| is_whole) {
                    self.write_library(files, copy).await?;
                }
                marker.set(name).await?;
                let id = self.ids.next()?;
                let replaced = replace(&self.database, &schema, &file).await;
                replaced.map_err(|error| BackupError::Interrupted(Box::new(error)))?;
                let edited = self.edited_tracks().await;
                let edited = edited.map_err(|error| BackupError::Interrupted(Box::new(error)))?;
                marker.clear(id).await?;
                self.events.emit(LibraryEvent::LibraryRestored {});
                let count = |name| file.counts.get(name).copied().unwrap_or_default();
                Ok(ImportReport {
                    written_at: file.created_at,
                    tracks: count(TRACKS),
                    matched: count(TRACKS),
                    edited,
                    playlists: count(PLAYLISTS),
                    plays: count(PLAYS),
                })
            }
        }
    }

    /// What tells the last replacement of this library from the one before; `None` if there was
    /// none. Who keeps something beside the library that has to agree with it looks here.
    ///
    /// # Errors
    ///
    /// As the database does.
    pub async fn last_restore(&self) -> Result<Option<String>, LibraryError> {
        Ok(Marker::new(&self.database).last().await?)
    }

    /// The file of a replacement that was interrupted: until it is started again and finishes, the
    /// library is half of what it was and half of what it shall be.
    ///
    /// # Errors
    ///
    /// As the database does.
    pub async fn interrupted_restore(&self) -> Result<Option<String>, LibraryError> {
        Ok(Marker::new(&self.database).get().await?)
    }

    async fn edited_tracks(&self) -> Result<u64> {
        let query = Query::new(EDITS).project(&["track_id"]).limit(Query::MAX_LIMIT);
        let mut rows = self.database.scan(query);
        let mut tracks = BTreeSet::new();
        while let Some(row) = rows.try_next().await? {
            tracks.insert(row.record.into_reader().text()?);
        }
        Ok(tracks.len() as u64)
    }

    async fn write_library(
        &self,
        files: &Arc<dyn FileSystemAccess>,
        path: &str,
    ) -> Result<ExportReport> {
        let (schema, now) = (Schema::new(vec![Self::schema()]), self.ids.clock.unix_millis());
        write_file(&self.database, &schema, now, (files, path)).await
    }
}
