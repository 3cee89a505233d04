//! What follows from removing, restoring and purging.

use std::collections::{BTreeMap, BTreeSet};

use bridge_traits::{DatabaseAdapter, Filter, Query};
use core_runtime::LibraryEvent;

use super::kin::copies_of;
use super::plan::{Draft, Plan, Step};
use super::stored::{Place, Stored, load, load_edits};
use crate::error::LibraryError;
use crate::ids::IdGenerator;
use crate::models::{HistoryKind, Reason};
use crate::records::{EditRecord, RemovedBy};
use crate::schema::TRACKS;

/// The user removes tracks: they go to the bin, and stay there wherever their files go.
pub(super) async fn remove(
    database: &dyn DatabaseAdapter,
    ids: &IdGenerator,
    tracks: &[String],
) -> Result<Plan, LibraryError> {
    let mut plan = Plan::default();
    for before in of(database, tracks).await? {
        let (id, deleted_at) = (before.record.track.id.clone(), ids.clock.unix_millis());
        let place = match before.place {
            Place::Library => Place::Bin { removed_by: RemovedBy::User, deleted_at, present: true },
            Place::Bin { removed_by: RemovedBy::User | RemovedBy::Merge(_), .. } => continue,
            Place::Bin { deleted_at, present, .. } => {
                Place::Bin { removed_by: RemovedBy::User, deleted_at, present }
            }
        };
        let mut event = None;
        if before.is_live() {
            plan.note(ids, (HistoryKind::Removed, Reason::Edit), &id, (None, None))?;
            event = Some(LibraryEvent::TrackDeleted { track_id: id.clone() });
        }
        plan.steps.push(step(before, place, event));
    }
    Ok(plan)
}

/// The user brings tracks back.
pub(super) async fn restore(
    database: &dyn DatabaseAdapter,
    ids: &IdGenerator,
    tracks: &[String],
) -> Result<Plan, LibraryError> {
    let found = of(database, tracks).await?;
    // A copy whose file is gone is nothing that could come back.
    let is_there = |stored: &Stored| match &stored.place {
        Place::Library => false,
        Place::Bin { present, .. } => *present || stored.merged_into().is_none(),
    };
    let binned: Vec<Stored> = found.into_iter().filter(is_there).collect();
    let paths: BTreeSet<&String> = binned.iter().map(|stored| &stored.record.track.path).collect();
    let query =
        Query::new(TRACKS).filter(Filter::one_of("path", paths.iter().copied())).project(&["path"]);
    let taken = database.query(&query.limit(1)).await?.rows.pop();
    let taken = taken.map(|row| row.record.into_reader().text()).transpose()?;
    let twice = (paths.len() < binned.len()).then(|| {
        let mut seen = BTreeSet::new();
        let again = binned.iter().find(|stored| !seen.insert(&stored.record.track.path));
        again.map(|stored| stored.record.track.path.clone())
    });
    if let Some(path) = taken.or(twice.flatten()) {
        return Err(LibraryError::PathTaken { path });
    }
    let mut plan = Plan::default();
    for before in binned {
        let id = before.record.track.id.clone();
        let kind = match before.merged_into() {
            // The user has said that they are two.
            Some(into) => {
                plan.apart.extend([id.clone(), into.clone()]);
                HistoryKind::Split
            }
            None => HistoryKind::Restored,
        };
        plan.note(ids, (kind, Reason::Restore), &id, (None, None))?;
        let event = Some(LibraryEvent::TrackRestored { track_id: id });
        plan.steps.push(step(before, Place::Library, event));
    }
    Ok(plan)
}

/// The user forgets tracks of the bin for good.
pub(super) async fn purge(
    database: &dyn DatabaseAdapter,
    ids: &IdGenerator,
    tracks: &[String],
) -> Result<Plan, LibraryError> {
    let mut plan = Plan::default();
    let mut removed = of(database, tracks).await?;
    // Copies are no tracks: they go with theirs.
    removed.retain(|stored| !stored.is_live() && stored.merged_into().is_none());
    let gone = removed.iter().map(|stored| stored.record.track.id.as_str());
    let copies = copies_of(database, gone).await?;
    removed.extend(load(database, copies.into_iter().collect()).await?.into_values());
    let all: Vec<String> = removed.iter().map(|stored| stored.record.track.id.clone()).collect();
    let edits: BTreeMap<String, Vec<EditRecord>> = load_edits(database, &all).await?;
    for before in removed {
        let id = before.record.track.id.clone();
        plan.note(ids, (HistoryKind::Purged, Reason::Edit), &id, (None, None))?;
        plan.reverted.extend(edits.get(&id).into_iter().flatten().map(EditRecord::key));
        let event = Some(LibraryEvent::TrackPurged { track_id: id.clone() });
        plan.steps.push(Step { id, before: Some(before), after: None, event });
    }
    Ok(plan)
}

/// These tracks wherever they are; those that are not anywhere are passed over.
async fn of(
    database: &dyn DatabaseAdapter,
    tracks: &[String],
) -> Result<Vec<Stored>, LibraryError> {
    let stored = load(database, tracks.iter().cloned().collect()).await?;
    Ok(stored.into_values().collect())
}

fn step(before: Stored, place: Place, event: Option<LibraryEvent>) -> Step {
    let (file, added_at) = (before.file(), before.record.track.added_at);
    let after = Some(Draft::new(place, file, added_at));
    Step { id: before.record.track.id.clone(), before: Some(before), after, event }
}
