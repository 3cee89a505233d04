//! Where entries of a playlist go.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::PlaylistError;
use crate::records::EntryRecord;

/// A place in a playlist. Places that name an entry mean the same in two windows at once, numbers
/// may not.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Place {
    /// Before everything else.
    Start,
    /// Behind everything else.
    #[default]
    End,
    /// Before the entry with this id.
    Before(String),
    /// Behind the entry with this id.
    After(String),
    /// So that the first entry placed has this many others before it; at the end if there are
    /// fewer.
    Index(u32),
}

impl Place {
    /// The place as a number of the entries that come before it, moved ones not counted.
    ///
    /// # Errors
    ///
    /// Fails with [`PlaylistError::NotFound`] if the entry named is gone.
    pub(crate) fn resolve(
        &self,
        entries: &[EntryRecord],
        is_moved: impl Fn(&EntryRecord) -> bool,
    ) -> Result<usize, PlaylistError> {
        let staying = |entries: &[EntryRecord]| entries.iter().filter(|e| !is_moved(e)).count();
        let find = |id: &String| {
            let not_found = || PlaylistError::NotFound { what: "playlist entry", id: id.clone() };
            entries.iter().position(|entry| entry.id == *id).ok_or_else(not_found)
        };
        Ok(match self {
            Self::Start => 0,
            Self::End => staying(entries),
            Self::Before(id) => staying(&entries[..find(id)?]),
            Self::After(id) => staying(&entries[..=find(id)?]),
            Self::Index(index) => staying(entries).min(*index as usize),
        })
    }
}
