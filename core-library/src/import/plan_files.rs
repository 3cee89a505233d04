//! What follows from files that came, changed, moved or went.

use std::collections::{BTreeMap, BTreeSet};

use bridge_traits::{DatabaseAdapter, Filter, Query};
use core_runtime::LibraryEvent;

use super::credits::{normalise, tidy};
use super::kin::{copies_at, copies_of, families, has_copies, is_same_content};
use super::matches::Matches;
use super::plan::{Draft, Plan, Step};
use super::stored::{Place, Stored, load, load_edits};
use super::{FileChange, ScannedFile};
use crate::edits::overlay;
use crate::error::LibraryError;
use crate::ids::IdGenerator;
use crate::models::{HistoryKind, Reason};
use crate::records::{EditRecord, RemovedBy};
use crate::schema::TRACKS;

/// What `changes` come down to.
pub(super) async fn plan(
    database: &dyn DatabaseAdapter,
    ids: &IdGenerator,
    changes: &[FileChange],
    reason: Reason,
) -> Result<Plan, LibraryError> {
    let has_copies = has_copies(database).await?;
    let mut owners = owners(database, changes).await?;
    if has_copies {
        let added = changes.iter().filter_map(added).filter(|path| !owners.contains_key(*path));
        let mut copies = copies_at(database, added.collect::<Vec<_>>()).await?;
        copies.retain(|_, id| changes.iter().all(|change| change.track_id() != Some(id)));
        owners.extend(copies);
    }
    let matches = Matches::find(database, changes, &owners).await?;
    let known = changes.iter().filter_map(FileChange::track_id).chain(owners.values());
    let mut stored = load(database, known.cloned().chain(matches.ids()).collect()).await?;
    if has_copies {
        let tracks: BTreeSet<String> =
            stored.iter().map(|(id, one)| one.merged_into().unwrap_or(id).clone()).collect();
        let copies = copies_of(database, tracks.iter().map(String::as_str)).await?;
        let mut others: BTreeSet<String> = tracks.into_iter().chain(copies).collect();
        others.retain(|id| !stored.contains_key(id));
        stored.extend(load(database, others).await?);
    }
    let families = families(stored.values());
    let edits = load_edits(database, stored.keys()).await?;
    let mut planner = Planner { ids, reason, edits, plan: Plan::default() };
    for change in changes {
        match change {
            FileChange::Add(file) => {
                // A file that is known already, or whose track waits in the bin, is that track.
                let owner = owners.get(&file.path).or_else(|| matches.id(&file.path));
                let before = owner.and_then(|id| stored.remove(id));
                match before {
                    Some(before) => planner.change(before, file, None)?,
                    None => planner.add(file)?,
                }
            }
            FileChange::Update { track_id, file } => {
                if let Some(before) = stored.remove(track_id) {
                    planner.change(before, file, None)?;
                }
            }
            FileChange::Move { track_id, file } => {
                if let Some(before) = stored.remove(track_id) {
                    planner.change(before, file, Some(HistoryKind::Moved))?;
                }
            }
            FileChange::Remove { track_id } => {
                if let Some(before) = stored.remove(track_id) {
                    planner.remove(before)?;
                }
            }
        }
    }
    planner.settle(families, &mut stored)?;
    Ok(planner.plan)
}

fn added(change: &FileChange) -> Option<&str> {
    match change {
        FileChange::Add(file) => Some(&file.path),
        _ => None,
    }
}

/// The tracks that live in the files that are said to be new, by path: somebody else may have
/// added them meanwhile. A track that goes elsewhere in the same batch leaves its file.
async fn owners(
    database: &dyn DatabaseAdapter,
    changes: &[FileChange],
) -> Result<BTreeMap<String, String>, LibraryError> {
    let added = changes.iter().filter_map(added);
    let leaving: BTreeSet<&String> = changes.iter().filter_map(FileChange::track_id).collect();
    let mut query = Query::new(TRACKS)
        .filter(Filter::one_of("path", added))
        .project(&["id", "path"])
        .limit(Query::MAX_LIMIT);
    let mut owners = BTreeMap::new();
    loop {
        let page = database.query(&query).await?;
        for row in page.rows {
            let mut fields = row.record.into_reader();
            let (id, path) = (fields.text()?, fields.text()?);
            if !leaving.contains(&id) {
                owners.insert(path, id);
            }
        }
        match page.next {
            Some(next) => query.after = Some(next),
            None => return Ok(owners),
        }
    }
}

/// A plan in the making.
pub(super) struct Planner<'a> {
    pub(super) ids: &'a IdGenerator,
    pub(super) reason: Reason,
    pub(super) edits: BTreeMap<String, Vec<EditRecord>>,
    pub(super) plan: Plan,
}

impl Planner<'_> {
    fn add(&mut self, file: &ScannedFile) -> Result<(), LibraryError> {
        let id = self.ids.next()?;
        let file = normalise(file.clone());
        let draft = Draft::new(Place::Library, file, self.ids.clock.unix_millis());
        let event = Some(LibraryEvent::TrackAdded { track_id: id.clone() });
        self.plan.steps.push(Step { id, before: None, after: Some(draft), event });
        Ok(())
    }

    /// A known track in a file that says this now.
    fn change(
        &mut self,
        before: Stored,
        file: &ScannedFile,
        kind: Option<HistoryKind>,
    ) -> Result<(), LibraryError> {
        let id = before.record.track.id.clone();
        let file = self.effective(&id, file)?;
        let was = before.file();
        let is_same = is_same_content(&before, &file);
        let (place, kind, event) = match &before.place {
            Place::Library if kind == Some(HistoryKind::Moved) => {
                let event = LibraryEvent::TrackMoved { track_id: id.clone() };
                (Place::Library, HistoryKind::Moved, Some(event))
            }
            Place::Library => {
                let event = LibraryEvent::TrackUpdated { track_id: id.clone() };
                (Place::Library, HistoryKind::Changed, Some(event))
            }
            Place::Bin { removed_by: RemovedBy::Scan, .. } => {
                let event = LibraryEvent::TrackRestored { track_id: id.clone() };
                (Place::Library, HistoryKind::Restored, Some(event))
            }
            // A copy that holds something else is none any more.
            Place::Bin { removed_by: RemovedBy::Merge(_), .. } if !is_same => {
                let event = LibraryEvent::TrackRestored { track_id: id.clone() };
                (Place::Library, HistoryKind::Split, Some(event))
            }
            Place::Bin { removed_by, deleted_at, .. } => {
                // What the user removed or merged stays so, wherever its file goes.
                let (removed_by, deleted_at) = (removed_by.clone(), *deleted_at);
                let place = Place::Bin { removed_by, deleted_at, present: true };
                (place, HistoryKind::Changed, None)
            }
        };
        let reason = match kind {
            HistoryKind::Restored => Reason::Restore,
            _ => self.reason,
        };
        self.plan.note(self.ids, (kind, reason), &id, (Some(&was), Some(&file)))?;
        let after = Some(Draft::new(place, file, before.record.track.added_at));
        self.plan.steps.push(Step { id, before: Some(before), after, event });
        Ok(())
    }

    fn remove(&mut self, before: Stored) -> Result<(), LibraryError> {
        let id = before.record.track.id.clone();
        let (place, event) = match &before.place {
            Place::Library => {
                let deleted_at = self.ids.clock.unix_millis();
                let place = Place::Bin { removed_by: RemovedBy::Scan, deleted_at, present: false };
                self.plan.note(self.ids, (HistoryKind::Removed, self.reason), &id, (None, None))?;
                (place, Some(LibraryEvent::TrackDeleted { track_id: id.clone() }))
            }
            Place::Bin { removed_by, deleted_at, .. } => {
                let (removed_by, deleted_at) = (removed_by.clone(), *deleted_at);
                (Place::Bin { removed_by, deleted_at, present: false }, None)
            }
        };
        let (file, added_at) = (before.file(), before.record.track.added_at);
        let after = Some(Draft::new(place, file, added_at));
        self.plan.steps.push(Step { id, before: Some(before), after, event });
        Ok(())
    }

    /// What a file says, under what the user and services say.
    pub(super) fn effective(
        &mut self,
        id: &str,
        file: &ScannedFile,
    ) -> Result<ScannedFile, LibraryError> {
        let file = normalise(file.clone());
        let Some(rows) = self.edits.get_mut(id) else { return Ok(file) };
        let before = rows.clone();
        let effective = tidy(overlay(file, rows)?);
        let changed = rows.iter().zip(&before).filter(|(row, before)| row != before);
        self.plan.edits.extend(changed.map(|(row, _)| row.clone()));
        Ok(effective)
    }
}
