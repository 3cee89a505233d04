//! The genres and folders a change touches, and how their counts change.

use std::collections::{BTreeMap, BTreeSet};

use bridge_traits::{Change, DatabaseAdapter, Precondition, Result, WriteBatch, path};

use super::artist_book::changed;
use crate::models::{Folder, Genre};
use crate::schema::{FOLDERS, GENRES};
use crate::text::fold;

/// How often each genre is named more, or less.
#[derive(Debug, Default)]
pub(super) struct GenreBook(BTreeMap<String, GenreChange>);

#[derive(Debug, Default)]
struct GenreChange {
    name: Option<String>,
    tracks: i64,
    albums: i64,
}

impl GenreBook {
    /// Notes that a track with these genres came or went.
    pub(super) fn add_tracks(&mut self, genres: &[String], difference: i64) {
        for (key, name) in keyed(genres) {
            let change = self.0.entry(key).or_default();
            change.tracks += difference;
            if difference > 0 && change.name.is_none() {
                change.name = Some(name.clone());
            }
        }
    }

    /// Notes that an album with these genres came or went.
    pub(super) fn add_albums(&mut self, genres: &[String], difference: i64) {
        for (key, _) in keyed(genres) {
            self.0.entry(key).or_default().albums += difference;
        }
    }

    /// Writes what has changed; genres without tracks go.
    pub(super) async fn write(
        mut self,
        database: &dyn DatabaseAdapter,
        batch: &mut WriteBatch,
    ) -> Result<()> {
        self.0.retain(|_, change| change.tracks != 0 || change.albums != 0);
        let keys: Vec<String> = self.0.keys().cloned().collect();
        let stored = database.get_many(GENRES, &keys).await?;
        for ((id, change), stored) in self.0.into_iter().zip(stored) {
            let (mut genre, precondition) = match stored {
                Some(row) => (Genre::from_record(row.record)?, Precondition::Version(row.version)),
                None => {
                    let name = change.name.unwrap_or_else(|| id.clone());
                    (Genre { id, name, ..Genre::default() }, Precondition::Absent)
                }
            };
            genre.track_count = changed(genre.track_count, change.tracks);
            genre.album_count = changed(genre.album_count, change.albums);
            let change = if genre.track_count == 0 {
                Change::Delete(genre.id)
            } else {
                Change::Put(genre.into_record())
            };
            batch.push(GENRES, change, precondition);
        }
        Ok(())
    }
}

/// Each genre once, by its key.
fn keyed(genres: &[String]) -> BTreeMap<String, &String> {
    let mut keyed = BTreeMap::new();
    for name in genres {
        let key = fold(name);
        if !key.is_empty() {
            keyed.entry(key).or_insert(name);
        }
    }
    keyed
}

/// How many tracks each folder has more, or fewer.
#[derive(Debug, Default)]
pub(super) struct FolderBook(BTreeMap<String, FolderChange>);

#[derive(Debug, Default)]
struct FolderChange {
    own: i64,
    below: i64,
    duration_ms: i64,
}

impl FolderBook {
    /// Notes that a track in the file at `file` came or went.
    pub(super) fn add_track(&mut self, file: &str, duration_ms: Option<u64>, difference: i64) {
        let duration = i64::try_from(duration_ms.unwrap_or(0)).unwrap_or(0);
        let mut folder = path::parent(file);
        let mut is_own = true;
        while !is_top(folder) {
            let change = self.0.entry(folder.to_owned()).or_default();
            change.below += difference;
            change.duration_ms = change.duration_ms.saturating_add(duration * difference);
            change.own += if is_own { difference } else { 0 };
            is_own = false;
            folder = path::parent(folder);
        }
    }

    /// Writes what has changed; folders without tracks go.
    pub(super) async fn write(
        mut self,
        database: &dyn DatabaseAdapter,
        batch: &mut WriteBatch,
    ) -> Result<()> {
        self.0.retain(|_, change| change.own != 0 || change.below != 0 || change.duration_ms != 0);
        // A folder that comes or goes counts in the one above, which has changed as well unless
        // as many tracks left it as came.
        let above: BTreeSet<_> = self.0.keys().map(|folder| path::parent(folder)).collect();
        let above: Vec<_> =
            above.into_iter().filter(|folder| !is_top(folder)).map(str::to_owned).collect();
        for folder in above {
            self.0.entry(folder).or_default();
        }
        let keys: Vec<String> = self.0.keys().cloned().collect();
        let stored = database.get_many(FOLDERS, &keys).await?;
        let mut folders = Vec::new();
        let mut comings: BTreeMap<String, i64> = BTreeMap::new();
        for ((id, change), stored) in self.0.into_iter().zip(stored) {
            let (before, precondition) = match stored {
                Some(row) => {
                    let folder = Folder::from_record(row.record)?;
                    (Some(folder), Precondition::Version(row.version))
                }
                None => (None, Precondition::Absent),
            };
            let mut folder = before.clone().unwrap_or_else(|| new_folder(id));
            folder.track_count = changed(folder.track_count, change.below);
            folder.own_track_count = changed(folder.own_track_count, change.own);
            folder.duration_ms = folder.duration_ms.saturating_add_signed(change.duration_ms);
            let is_there = i64::from(folder.track_count > 0);
            if let Some(parent) = &folder.parent {
                *comings.entry(parent.clone()).or_default() +=
                    is_there - i64::from(before.is_some());
            }
            folders.push((before, folder, precondition));
        }
        for (before, mut folder, precondition) in folders {
            let folders = comings.get(&folder.id).copied().unwrap_or(0);
            folder.folder_count = changed(folder.folder_count, folders);
            if before.as_ref() == Some(&folder) || (before.is_none() && folder.track_count == 0) {
                continue;
            }
            let change = if folder.track_count == 0 {
                Change::Delete(folder.id)
            } else {
                Change::Put(folder.into_record())
            };
            batch.push(FOLDERS, change, precondition);
        }
        Ok(())
    }
}

fn new_folder(id: String) -> Folder {
    let parent = path::parent(&id);
    Folder {
        name: path::file_name(&id).to_owned(),
        parent: (!is_top(parent)).then(|| parent.to_owned()),
        id,
        ..Folder::default()
    }
}

/// Whether a folder is above everything, and so not worth counting.
fn is_top(folder: &str) -> bool {
    matches!(folder, "" | "/")
}
