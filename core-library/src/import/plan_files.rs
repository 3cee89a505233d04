//! What follows from files that came, changed, moved or went.

use std::collections::{BTreeMap, BTreeSet};

use bridge_traits::{DatabaseAdapter, Filter, Query};
use core_runtime::LibraryEvent;

use super::credits::{normalise, tidy};
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
    let owners = owners(database, changes).await?;
    let matches = Matches::find(database, changes, &owners).await?;
    let known = changes.iter().filter_map(FileChange::track_id).chain(owners.values());
    let mut stored = load(database, known.cloned().chain(matches.ids()).collect()).await?;
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
    Ok(planner.plan)
}

/// The tracks that live in the files that are said to be new, by path: somebody else may have
/// added them meanwhile. A track that goes elsewhere in the same batch leaves its file.
async fn owners(
    database: &dyn DatabaseAdapter,
    changes: &[FileChange],
) -> Result<BTreeMap<String, String>, LibraryError> {
    let added = changes.iter().filter_map(|change| match change {
        FileChange::Add(file) => Some(file.path.as_str()),
        _ => None,
    });
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

struct Planner<'a> {
    ids: &'a IdGenerator,
    reason: Reason,
    edits: BTreeMap<String, Vec<EditRecord>>,
    plan: Plan,
}

impl Planner<'_> {
    fn add(&mut self, file: &ScannedFile) -> Result<(), LibraryError> {
        let id = self.ids.next()?;
        let draft = Draft {
            place: Place::Library,
            file: normalise(file.clone()),
            added_at: self.ids.clock.unix_millis(),
        };
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
        let (place, kind, event) = match before.place {
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
            Place::Bin { removed_by, deleted_at, .. } => {
                // What the user removed stays removed, wherever its file goes.
                let place = Place::Bin { removed_by, deleted_at, present: true };
                (place, HistoryKind::Changed, None)
            }
        };
        let reason = match kind {
            HistoryKind::Restored => Reason::Restore,
            _ => self.reason,
        };
        self.plan.note(self.ids, (kind, reason), &id, (Some(&was), Some(&file)))?;
        let after = Some(Draft { place, file, added_at: before.record.track.added_at });
        self.plan.steps.push(Step { id, before: Some(before), after, event });
        Ok(())
    }

    fn remove(&mut self, before: Stored) -> Result<(), LibraryError> {
        let id = before.record.track.id.clone();
        let (place, event) = match before.place {
            Place::Library => {
                let deleted_at = self.ids.clock.unix_millis();
                let place = Place::Bin { removed_by: RemovedBy::Scan, deleted_at, present: false };
                self.plan.note(self.ids, (HistoryKind::Removed, self.reason), &id, (None, None))?;
                (place, Some(LibraryEvent::TrackDeleted { track_id: id.clone() }))
            }
            Place::Bin { removed_by, deleted_at, .. } => {
                (Place::Bin { removed_by, deleted_at, present: false }, None)
            }
        };
        let (file, added_at) = (before.file(), before.record.track.added_at);
        let after = Some(Draft { place, file, added_at });
        self.plan.steps.push(Step { id, before: Some(before), after, event });
        Ok(())
    }

    /// What a file says, under what the user and services say.
    fn effective(&mut self, id: &str, file: &ScannedFile) -> Result<ScannedFile, LibraryError> {
        let file = normalise(file.clone());
        let Some(mut rows) = self.edits.remove(id) else { return Ok(file) };
        let before = rows.clone();
        let effective = tidy(overlay(file, &mut rows)?);
        let changed = rows.into_iter().zip(&before).filter(|(row, before)| row != *before);
        self.plan.edits.extend(changed.map(|(row, _)| row));
        Ok(effective)
    }
}
