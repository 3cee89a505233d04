//! Keeps playlists true when tracks come, change and go: in the same batch as the tracks.

use std::collections::BTreeMap;

use crate::models::{Playlist, Track};
use crate::paging::{every_row, groups};
use crate::records::EntryRecord;
use crate::schema::{PLAYLIST_ENTRIES, PLAYLISTS};
use bridge_traits::{
    Change, DatabaseAdapter, Filter, Precondition, Query, Result, Row, Value, WriteBatch,
};

/// What happened to a track: it is new, changed, another one by now, or gone for good.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moved<'a> {
    pub(crate) before: Option<&'a Track>,
    pub(crate) after: Option<&'a Track>,
}

/// Adds to `batch` what changes in playlists because of `moves`.
///
/// Entries of a track that is forgotten for good go with it; where a file comes (back) that an
/// entry without a track names, the entry has a track again.
pub(crate) async fn follow(
    database: &dyn DatabaseAdapter,
    batch: &mut WriteBatch,
    moves: &[Moved<'_>],
) -> Result<()> {
    let mut changed = BTreeMap::new();
    let mut added = BTreeMap::new();
    for Moved { before, after } in moves {
        match (before, after) {
            (Some(before), None) => drop(changed.insert(before.id.as_str(), (*before, None))),
            (Some(before), Some(after))
                if before.duration_ms != after.duration_ms || before.id != after.id =>
            {
                changed.insert(before.id.as_str(), (*before, Some(*after)));
            }
            (None, Some(after)) => drop(added.insert(after.path.as_str(), *after)),
            _ => {}
        }
    }
    let nothing = changed.is_empty() && added.is_empty();
    if nothing || database.count(PLAYLISTS, &Filter::Everything).await? == 0 {
        return Ok(());
    }
    let mut rows = Vec::new();
    let entries = |filter| Query::new(PLAYLIST_ENTRIES).filter(filter);
    for ids in groups(&changed.keys().copied().collect()) {
        rows.extend(every_row(database, entries(Filter::one_of("track_id", ids))).await?);
    }
    for paths in groups(&added.keys().copied().collect()) {
        let missing = Filter::equals("track_id", Value::Null);
        let missing = missing.and(Filter::one_of("location", paths));
        rows.extend(every_row(database, entries(missing)).await?);
    }
    let mut totals: BTreeMap<String, (i64, i64)> = BTreeMap::new();
    for row in rows {
        let mut entry = EntryRecord::from_record(row.record)?;
        let before = entry.duration_ms;
        let id = entry.track_id.as_deref();
        match id.and_then(|id| changed.get(id)) {
            Some((_, Some(after))) => {
                entry.track_id = Some(after.id.clone());
                entry.duration_ms = after.duration_ms;
            }
            Some((_, None)) => {
                let (count, total) = totals.entry(entry.playlist_id).or_default();
                *count -= 1;
                *total += difference(before, None);
                batch.push(
                    PLAYLIST_ENTRIES,
                    Change::Delete(entry.id),
                    Precondition::Version(row.version),
                );
                continue;
            }
            None => {
                let Some(track) = added.get(entry.location.as_str()) else { continue };
                entry.track_id = Some(track.id.clone());
                entry.duration_ms = track.duration_ms;
            }
        }
        let (_, total) = totals.entry(entry.playlist_id.clone()).or_default();
        *total += difference(before, entry.duration_ms);
        batch.replace(PLAYLIST_ENTRIES, entry.into_record(), row.version);
    }
    totals.retain(|_, changes| *changes != (0, 0));
    let ids: Vec<_> = totals.keys().cloned().collect();
    let found = database.get_many(PLAYLISTS, &ids).await?;
    for (row, (count, total)) in found.into_iter().zip(totals.values()) {
        let Some(Row { version, record }) = row else { continue };
        let mut playlist = Playlist::from_record(record)?;
        playlist.entry_count = playlist.entry_count.saturating_add_signed(*count);
        playlist.duration_ms = playlist.duration_ms.saturating_add_signed(*total);
        batch.replace(PLAYLISTS, playlist.into_record(), version);
    }
    Ok(())
}

fn difference(before: Option<u64>, after: Option<u64>) -> i64 {
    let signed = |value: Option<u64>| i64::try_from(value.unwrap_or_default()).unwrap_or(i64::MAX);
    signed(after).saturating_sub(signed(before))
}
