//! Edits of a playlist's entries, as operations of a batch.

use std::collections::{BTreeMap, BTreeSet};

use bridge_traits::WriteBatch;

use super::position::{afresh, between};
use super::{Place, PlaylistError};
use crate::records::EntryRecord;
use crate::schema::PLAYLIST_ENTRIES;

/// The most entries of one playlist.
pub(crate) const MOST_ENTRIES: usize = 100_000;

/// A change of a playlist's entries.
#[derive(Clone, Debug)]
pub(crate) enum Edit {
    /// New entries, in order; their positions are decided when they are placed.
    Insert { entries: Vec<EntryRecord>, place: Place },
    /// Entries by id, in the order they shall have.
    Move { ids: Vec<String>, place: Place },
    /// Entries by id.
    Remove { ids: Vec<String> },
}

/// Applies an edit to `entries`, which are in order, and adds what has to be written to `batch`.
///
/// # Errors
///
/// Fails with [`PlaylistError::NotFound`], [`PlaylistError::RepeatedEntry`] or
/// [`PlaylistError::TooLong`].
pub(crate) fn apply(
    entries: &mut Vec<EntryRecord>,
    edit: &Edit,
    batch: &mut WriteBatch,
) -> Result<(), PlaylistError> {
    match edit {
        Edit::Insert { entries: new, place } => {
            if entries.len() + new.len() > MOST_ENTRIES {
                return Err(PlaylistError::TooLong { most: MOST_ENTRIES });
            }
            let index = place.resolve(entries, |_| false)?;
            settle(entries, index, new.clone(), batch);
        }
        Edit::Move { ids, place } => {
            let moved = check_ids(entries, ids)?;
            let index = place.resolve(entries, |entry| moved.contains(entry.id.as_str()))?;
            let mut taken = take(entries, ids);
            // Moved entries may take each other's places: all leave before any arrives.
            taken.iter().for_each(|entry| batch.delete(PLAYLIST_ENTRIES, &entry.id));
            let ranks: BTreeMap<_, _> =
                ids.iter().enumerate().map(|(rank, id)| (id, rank)).collect();
            taken.sort_by_key(|entry| ranks.get(&entry.id).copied());
            settle(entries, index, taken, batch);
        }
        Edit::Remove { ids } => {
            check_ids(entries, ids)?;
            for entry in take(entries, ids) {
                batch.delete(PLAYLIST_ENTRIES, entry.id);
            }
        }
    }
    Ok(())
}

/// The ids, which must be there and named once.
fn check_ids<'a>(
    entries: &[EntryRecord],
    ids: &'a [String],
) -> Result<BTreeSet<&'a str>, PlaylistError> {
    let known: BTreeSet<_> = entries.iter().map(|entry| entry.id.as_str()).collect();
    let mut named = BTreeSet::new();
    for id in ids {
        if !known.contains(id.as_str()) {
            return Err(PlaylistError::NotFound { what: "playlist entry", id: id.clone() });
        }
        if !named.insert(id.as_str()) {
            return Err(PlaylistError::RepeatedEntry { id: id.clone() });
        }
    }
    Ok(named)
}

fn take(entries: &mut Vec<EntryRecord>, ids: &[String]) -> Vec<EntryRecord> {
    let ids: BTreeSet<_> = ids.iter().collect();
    let (taken, kept) = std::mem::take(entries).into_iter().partition(|e| ids.contains(&e.id));
    *entries = kept;
    taken
}

/// Puts entries that are not stored (any more) at `index`. Where there is no room between the
/// neighbours, every entry gets a new position.
fn settle(
    entries: &mut Vec<EntryRecord>,
    index: usize,
    mut new: Vec<EntryRecord>,
    batch: &mut WriteBatch,
) {
    let before = index.checked_sub(1).map(|index| entries[index].position);
    let after = entries.get(index).map(|entry| entry.position);
    if let Some(positions) = between(before, after, new.len()) {
        for (entry, position) in new.iter_mut().zip(positions) {
            entry.position = position;
            batch.put(PLAYLIST_ENTRIES, entry.clone().into_record());
        }
        entries.splice(index..index, new);
        return;
    }
    entries.iter().for_each(|entry| batch.delete(PLAYLIST_ENTRIES, &entry.id));
    entries.splice(index..index, new);
    let positions = afresh(entries.len());
    for (entry, position) in entries.iter_mut().zip(positions) {
        entry.position = position;
        batch.put(PLAYLIST_ENTRIES, entry.clone().into_record());
    }
}

/// The playing time of entries, as far as it is known.
pub(crate) fn duration(entries: &[EntryRecord]) -> u64 {
    entries.iter().filter_map(|entry| entry.duration_ms).sum()
}
