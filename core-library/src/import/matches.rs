//! Recognising tracks of the bin in files that come.

use std::collections::{BTreeMap, BTreeSet};

use bridge_traits::{DatabaseAdapter, Filter, Query, Result};

use super::credits::normalise;
use super::{FileChange, ScannedFile};
use crate::models::TrackTags;
use crate::records::BinRecord;
use crate::schema::{BIN, TRACK_DETAILS};
use crate::text::fold;

/// How far the durations of two recordings of the same music may be apart.
pub const DURATION_TOLERANCE_MS: u64 = 2000;

/// The tracks of the bin that come back, by the path of their file.
pub(super) struct Matches(BTreeMap<String, String>);

impl Matches {
    /// Looks for the tracks of files that are said to be new, unless the file has an owner. The
    /// same content comes first, of a track before that of a lost copy, then the same path with the
    /// same title and artist, then the same music: one recording to `MusicBrainz`, or the same
    /// title, artist, album and duration.
    pub(super) async fn find(
        database: &dyn DatabaseAdapter,
        changes: &[FileChange],
        owners: &BTreeMap<String, String>,
    ) -> Result<Self> {
        let mut found = Self(BTreeMap::new());
        let added = changes.iter().filter_map(|change| match change {
            FileChange::Add(file) if !owners.contains_key(&file.path) => Some(file),
            _ => None,
        });
        let added: Vec<ScannedFile> = added.cloned().map(normalise).collect();
        if added.is_empty() || database.count(BIN, &Filter::Everything).await? == 0 {
            return Ok(found);
        }
        let mut bin = candidates(database, changes, &added).await?;
        for same in [is_same_content, is_returned_copy, is_same_place, is_lost_music] {
            for file in added.iter() {
                if found.0.contains_key(&file.path) {
                    continue;
                }
                let at = bin.iter().position(|candidate| same(candidate, file));
                if let Some(at) = at {
                    let id = bin.swap_remove(at).bin.record.track.id;
                    found.0.insert(file.path.clone(), id);
                }
            }
        }
        Ok(found)
    }

    /// The ids of all of them.
    pub(super) fn ids(&self) -> impl Iterator<Item = String> {
        self.0.values().cloned()
    }

    /// The track that comes back with the file at `path`.
    pub(super) fn id(&self, path: &str) -> Option<&String> {
        self.0.get(path)
    }
}

struct Candidate {
    bin: BinRecord,
    recording: Option<String>,
}

/// Everything in the bin that a file could be.
async fn candidates(
    database: &dyn DatabaseAdapter,
    changes: &[FileChange],
    files: &[ScannedFile],
) -> Result<Vec<Candidate>> {
    let leaving: BTreeSet<&String> = changes.iter().filter_map(FileChange::track_id).collect();
    let recordings: BTreeSet<&String> =
        files.iter().filter_map(|file| file.mb_recording_id.as_ref()).collect();
    let mut ids = BTreeSet::new();
    for (collection, field, values) in [
        (BIN, "signature", files.iter().map(|file| file.signature.clone()).collect()),
        (BIN, "path", files.iter().map(|file| file.path.clone()).collect()),
        (BIN, "title_key", files.iter().filter_map(title_key).collect::<BTreeSet<_>>()),
        (TRACK_DETAILS, "mb_recording_id", recordings.into_iter().cloned().collect()),
    ] {
        let query = Query::new(collection).filter(Filter::one_of(field, values)).project(&["id"]);
        let page = database.query(&query.limit(Query::MAX_LIMIT)).await?;
        ids.extend(page.rows.into_iter().map(|row| row.record.key().to_owned()));
    }
    ids.retain(|id| !leaving.contains(id));
    let ids: Vec<String> = ids.into_iter().collect();
    let rows = database.get_many(BIN, &ids).await?;
    let details = database.get_many(TRACK_DETAILS, &ids).await?;
    let mut candidates = Vec::new();
    for (row, details) in rows.into_iter().zip(details) {
        let Some(row) = row else { continue };
        let tags = details.map(|row| TrackTags::from_record(row.record)).transpose()?;
        candidates.push(Candidate {
            bin: BinRecord::from_record(row.record)?,
            recording: tags.and_then(|tags| tags.mb_recording_id),
        });
    }
    Ok(candidates)
}

fn title_key(file: &ScannedFile) -> Option<String> {
    file.title.as_deref().map(fold)
}

fn has_same_content(candidate: &Candidate, file: &ScannedFile) -> bool {
    let record = &candidate.bin.record;
    !file.signature.is_empty()
        && (&record.signature, record.track.size) == (&file.signature, file.size)
}

fn is_same_content(candidate: &Candidate, file: &ScannedFile) -> bool {
    !candidate.is_copy() && has_same_content(candidate, file)
}

/// A copy that has a file is in that one: another of the same content is another copy.
fn is_returned_copy(candidate: &Candidate, file: &ScannedFile) -> bool {
    candidate.is_copy() && !candidate.bin.present && has_same_content(candidate, file)
}

fn is_same_place(candidate: &Candidate, file: &ScannedFile) -> bool {
    let track = &candidate.bin.record.track;
    !candidate.is_copy() && track.path == file.path && candidate.names().are_of(file)
}

fn is_lost_music(candidate: &Candidate, file: &ScannedFile) -> bool {
    !candidate.is_copy() && candidate.names().are_same_music(file)
}

/// Whether two files hold the same music, as far as their tags say.
pub(super) fn is_same_music(one: &ScannedFile, other: &ScannedFile) -> bool {
    let names = Names {
        title: one.title.as_deref(),
        artist: one.artist.as_deref(),
        album: one.album.as_deref(),
        duration_ms: one.duration_ms,
        recording: one.mb_recording_id.as_ref(),
    };
    names.are_same_music(other)
}

/// What tells music by its tags.
struct Names<'a> {
    title: Option<&'a str>,
    artist: Option<&'a str>,
    album: Option<&'a str>,
    duration_ms: Option<u64>,
    recording: Option<&'a String>,
}

impl Candidate {
    fn is_copy(&self) -> bool {
        self.bin.merged_into().is_some()
    }

    fn names(&self) -> Names<'_> {
        let track = &self.bin.record.track;
        Names {
            title: Some(&track.title),
            artist: track.artist.as_deref(),
            album: track.album.as_deref(),
            duration_ms: track.duration_ms,
            recording: self.recording.as_ref(),
        }
    }
}

impl Names<'_> {
    /// Whether title and artist are the file's.
    fn are_of(&self, file: &ScannedFile) -> bool {
        is_same(self.title, file.title.as_deref())
            && self.title.is_some()
            && is_same(self.artist, file.artist.as_deref())
    }

    fn are_same_music(&self, file: &ScannedFile) -> bool {
        if let (Some(one), Some(other)) = (self.recording, &file.mb_recording_id) {
            return one == other;
        }
        self.are_of(file)
            && is_same(self.album, file.album.as_deref())
            && matches!((self.duration_ms, file.duration_ms), (Some(one), Some(other))
                if one.abs_diff(other) <= DURATION_TOLERANCE_MS)
    }
}

fn is_same(one: Option<&str>, other: Option<&str>) -> bool {
    one.map(fold) == other.map(fold)
}
