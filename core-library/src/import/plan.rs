//! What is to become of tracks, before anything is written.

use std::collections::BTreeMap;

use core_runtime::LibraryEvent;

use super::ScannedFile;
use super::stored::{Place, Stored};
use crate::edits::to_values;
use crate::ids::IdGenerator;
use crate::models::{HistoryEntry, HistoryKind, Reason};
use crate::records::{EditRecord, UserData, encode};

/// The longest value the history keeps, in bytes of JSON.
const LONGEST_VALUE: usize = 512;

/// What is to become of one track.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) id: String,
    pub(super) before: Option<Stored>,
    /// `None` forgets it for good.
    pub(super) after: Option<Draft>,
    pub(super) event: Option<LibraryEvent>,
}

/// A track to be.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) place: Place,
    /// The file with the values that hold.
    pub(super) file: ScannedFile,
    pub(super) added_at: u64,
    /// What the user did with it, where that is not what it was.
    pub(super) user_data: Option<UserData>,
}

impl Draft {
    /// A track to be, with what the user did with it before.
    pub(super) fn new(place: Place, file: ScannedFile, added_at: u64) -> Self {
        Self { place, file, added_at, user_data: None }
    }
}

/// Everything one batch does.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub(super) steps: Vec<Step>,
    /// Edits to write.
    pub(super) edits: Vec<EditRecord>,
    /// Keys of edits to remove.
    pub(super) reverted: Vec<String>,
    pub(super) history: Vec<HistoryEntry>,
    /// For each track that became a copy, the track that gets what belonged to it.
    pub(super) heirs: BTreeMap<String, String>,
    /// Tracks that the user does not take for duplicates.
    pub(super) apart: Vec<String>,
}

impl Plan {
    /// Notes what happened to a track. Values that did not change, and those of a file rather
    /// than of its music, are no part of it; a change of nothing is not noted.
    pub(super) fn note(
        &mut self,
        ids: &IdGenerator,
        (kind, reason): (HistoryKind, Reason),
        track_id: &str,
        (before, after): (Option<&ScannedFile>, Option<&ScannedFile>),
    ) -> bridge_traits::Result<()> {
        let (mut was, mut is) = (serde_json::Map::new(), serde_json::Map::new());
        if let (Some(before), Some(after)) = (before, after) {
            let (mut before, after) = (to_values(before), to_values(after));
            for (field, after) in after {
                let before = before.remove(&field).unwrap_or_default();
                let of_file = ["size", "modified_millis", "signature"].contains(&field.as_str());
                if of_file || before == after {
                    continue;
                }
                let short = |value: &serde_json::Value| value.to_string().len() <= LONGEST_VALUE;
                if short(&before) && short(&after) {
                    was.insert(field.clone(), before);
                    is.insert(field, after);
                } else {
                    was.insert(field.clone(), serde_json::Value::Null);
                    is.insert(field, serde_json::Value::Null);
                }
            }
            if was.is_empty() && kind == HistoryKind::Changed {
                return Ok(());
            }
        }
        let some = |values: &serde_json::Map<_, _>| -> bridge_traits::Result<Option<String>> {
            if values.is_empty() { Ok(None) } else { encode(values).map(Some) }
        };
        self.tell(ids, (kind, reason), track_id, (some(&was)?, some(&is)?))
    }

    /// Notes what happened to a track in these words.
    pub(super) fn tell(
        &mut self,
        ids: &IdGenerator,
        (kind, reason): (HistoryKind, Reason),
        track_id: &str,
        (before, after): (Option<String>, Option<String>),
    ) -> bridge_traits::Result<()> {
        self.history.push(HistoryEntry {
            id: ids.next()?,
            at: ids.clock.unix_millis(),
            track_id: track_id.to_owned(),
            kind,
            reason,
            before,
            after,
        });
        Ok(())
    }
}
