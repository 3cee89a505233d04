//! Tracks as they are stored, wherever they are.

use std::collections::{BTreeMap, BTreeSet};

use bridge_traits::{Change, DatabaseAdapter, Filter, Precondition, Query, Result, WriteBatch};

use super::ScannedFile;
use super::convert::to_file;
use crate::models::{Track, TrackTags};
use crate::records::{BinRecord, EditRecord, RemovedBy, TrackRecord, lyrics_search};
use crate::schema::{BIN, EDITS, TRACK_DETAILS, TRACKS};

/// Where a track is.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Place {
    Library,
    Bin { removed_by: RemovedBy, deleted_at: u64, present: bool },
}

impl Place {
    /// The track that what is here is another copy of.
    pub(super) fn merged_into(&self) -> Option<&String> {
        match self {
            Self::Bin { removed_by: RemovedBy::Merge(into), .. } => Some(into),
            _ => None,
        }
    }
}

/// A stored track with everything that is known of it.
#[derive(Clone, Debug)]
pub(super) struct Stored {
    pub(super) version: u64,
    pub(super) place: Place,
    pub(super) record: TrackRecord,
    pub(super) tags: TrackTags,
}

impl Stored {
    /// The file it was made from, with the values that hold.
    pub(super) fn file(&self) -> ScannedFile {
        to_file(&self.record, &self.tags)
    }

    /// Whether it is in the library.
    pub(super) fn is_live(&self) -> bool {
        self.place == Place::Library
    }

    /// The track that it is another copy of.
    pub(super) fn merged_into(&self) -> Option<&String> {
        self.place.merged_into()
    }

    /// The collection it is in, and what a change of it has to expect.
    pub(super) fn address(&self) -> (&'static str, Precondition) {
        let collection = if self.is_live() { TRACKS } else { BIN };
        (collection, Precondition::Version(self.version))
    }
}

/// The tracks with these ids, in the library or the bin, by id.
pub(super) async fn load(
    database: &dyn DatabaseAdapter,
    ids: BTreeSet<String>,
) -> Result<BTreeMap<String, Stored>> {
    let ids: Vec<String> = ids.into_iter().collect();
    let mut stored = BTreeMap::new();
    let mut missing = Vec::new();
    let live = database.get_many(TRACKS, &ids).await?;
    let details = database.get_many(TRACK_DETAILS, &ids).await?;
    for ((id, row), details) in ids.into_iter().zip(live).zip(details) {
        let tags = details.map(|row| TrackTags::from_record(row.record)).transpose()?;
        let tags = tags.unwrap_or_default();
        match row {
            Some(row) => {
                let record = TrackRecord::from_record(row.record)?;
                let place = Place::Library;
                stored.insert(id, Stored { version: row.version, place, record, tags });
            }
            None => missing.push((id, tags)),
        }
    }
    let keys: Vec<String> = missing.iter().map(|(id, _)| id.clone()).collect();
    for ((id, tags), row) in missing.into_iter().zip(database.get_many(BIN, &keys).await?) {
        let Some(row) = row else { continue };
        let BinRecord { record, removed_by, deleted_at, present } =
            BinRecord::from_record(row.record)?;
        let place = Place::Bin { removed_by, deleted_at, present };
        stored.insert(id, Stored { version: row.version, place, record, tags });
    }
    Ok(stored)
}

/// What is known of these tracks beside their files, by track.
pub(super) async fn load_edits<'a>(
    database: &dyn DatabaseAdapter,
    tracks: impl IntoIterator<Item = &'a String>,
) -> Result<BTreeMap<String, Vec<EditRecord>>> {
    let mut edits: BTreeMap<String, Vec<EditRecord>> = BTreeMap::new();
    if database.count(EDITS, &Filter::Everything).await? == 0 {
        return Ok(edits);
    }
    let filter = Filter::one_of("track_id", tracks);
    let mut query = Query::new(EDITS).filter(filter).limit(Query::MAX_LIMIT);
    loop {
        let page = database.query(&query).await?;
        for row in page.rows {
            let edit = EditRecord::from_record(row.record)?;
            edits.entry(edit.track_id.clone()).or_default().push(edit);
        }
        match page.next {
            Some(next) => query.after = Some(next),
            None => return Ok(edits),
        }
    }
}

/// Writes the details of a track, or removes them where there is nothing to say any more. The
/// track's own record, which is written with them, says whether somebody else was quicker.
pub(super) fn write_details(
    batch: &mut WriteBatch,
    id: &str,
    before: Option<&TrackTags>,
    (after, track): (TrackTags, Option<&Track>),
) -> Result<()> {
    // With lyrics it is also found by what the track's own record says.
    if before == Some(&after) && after.lyrics.is_none() {
        return Ok(());
    }
    let found_by = track.map(|track| lyrics_search(track, &after)).unwrap_or_default();
    match after.into_record(id, found_by)? {
        Some(record) => batch.push(TRACK_DETAILS, Change::Put(record), Precondition::None),
        None if before.is_some() => batch.delete(TRACK_DETAILS, id),
        None => {}
    }
    Ok(())
}
