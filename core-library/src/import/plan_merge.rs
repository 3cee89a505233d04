//! What follows from merging tracks that are the same recording.

use std::collections::{BTreeMap, BTreeSet};

use bridge_traits::DatabaseAdapter;
use core_runtime::LibraryEvent;

use super::credits::tidy;
use super::kin::copies_of;
use super::plan::{Draft, Plan, Step};
use super::plan_edits::{Rows, take_over};
use super::stored::{Place, Stored, load, load_edits};
use crate::edits::{overlay, underlay};
use crate::error::LibraryError;
use crate::ids::IdGenerator;
use crate::models::{HistoryKind, Reason};
use crate::records::{EditRecord, RemovedBy, UserData, encode};

/// A track, and others that become copies of it.
#[derive(Clone, Debug)]
pub(crate) struct Merge {
    pub(crate) keep: String,
    pub(crate) others: Vec<String>,
    /// Whether they are merged for their content, which is looked at again.
    pub(crate) for_content: bool,
}

/// Merges tracks: what belongs to the others is the kept track's from now on, and they wait in the
/// bin as copies of it. Those that are copies of it already are passed over.
pub(super) async fn merge(
    database: &dyn DatabaseAdapter,
    ids: &IdGenerator,
    merges: &[Merge],
    reason: Reason,
) -> Result<Plan, LibraryError> {
    let named = merges.iter().flat_map(|merge| merge.others.iter().chain([&merge.keep]));
    let named: BTreeSet<String> = named.cloned().collect();
    let edits = load_edits(database, &named).await?;
    let stored = load(database, named).await?;
    let mut merging = Merging { ids, reason, edits, stored, plan: Plan::default() };
    for merge in merges {
        merging.merge(merge)?;
    }
    let Merging { mut plan, .. } = merging;
    // Copies of copies are copies of the kept track.
    let merged = plan.heirs.keys().map(String::as_str).collect::<Vec<_>>();
    let copies = copies_of(database, merged).await?;
    for (id, before) in load(database, copies.into_iter().collect()).await? {
        let Place::Bin { removed_by: RemovedBy::Merge(into), deleted_at, present } = &before.place
        else {
            continue;
        };
        let Some(heir) = plan.heirs.get(into) else { continue };
        let removed_by = RemovedBy::Merge(heir.clone());
        let place = Place::Bin { removed_by, deleted_at: *deleted_at, present: *present };
        let after = Some(Draft::new(place, before.file(), before.record.track.added_at));
        plan.steps.push(Step { id, before: Some(before), after, event: None });
    }
    Ok(plan)
}

struct Merging<'a> {
    ids: &'a IdGenerator,
    reason: Reason,
    edits: BTreeMap<String, Vec<EditRecord>>,
    stored: BTreeMap<String, Stored>,
    plan: Plan,
}

impl Merging<'_> {
    fn merge(&mut self, merge: &Merge) -> Result<(), LibraryError> {
        let Merge { keep, others, for_content } = merge;
        let kept = self.take(keep)?;
        let content = |stored: &Stored| (stored.record.track.size, stored.record.signature.clone());
        let mut merged = Vec::new();
        for id in others.iter().collect::<BTreeSet<_>>() {
            let is_done = |stored: &Stored| stored.merged_into().is_some_and(|into| into == keep);
            if id != keep && !self.stored.get(id).is_some_and(is_done) {
                let other = self.take(id)?;
                if *for_content && content(&other) != content(&kept) {
                    return Err(LibraryError::NotFound { what: "copy", id: id.clone() });
                }
                merged.push(other);
            }
        }
        if merged.is_empty() {
            return Ok(());
        }
        let file = self.inherit(keep, &kept, &merged_now(others, &merged))?;
        let mut user_data = Vec::new();
        let mut added_at = kept.record.track.added_at;
        for other in &merged {
            user_data.push(UserData::of(&other.record.track));
            added_at = added_at.min(other.record.track.added_at);
            let what = encode(&serde_json::json!({ "path": other.record.track.path }))?;
            let happened = (HistoryKind::Merged, self.reason);
            self.plan.tell(self.ids, happened, keep, (None, Some(what)))?;
        }
        let united = UserData::of(&kept.record.track).united(&user_data);
        let draft = Draft::new(Place::Library, file, added_at);
        self.plan.steps.push(Step {
            id: keep.to_owned(),
            before: Some(kept),
            after: Some(Draft { user_data: Some(united), ..draft }),
            event: Some(LibraryEvent::TrackUpdated { track_id: keep.to_owned() }),
        });
        for (other, data) in merged.into_iter().zip(user_data) {
            self.become_copy(other, data, keep)?;
        }
        Ok(())
    }

    /// A track of the library that is in no other merge.
    fn take(&mut self, id: &str) -> Result<Stored, LibraryError> {
        let found = self.stored.remove(id).filter(Stored::is_live);
        found.ok_or_else(|| LibraryError::NotFound { what: "track", id: id.to_owned() })
    }

    /// The kept track's file with what was set for it, or else for the others in their order.
    fn inherit(
        &mut self,
        keep: &str,
        kept: &Stored,
        others: &[String],
    ) -> Result<super::ScannedFile, LibraryError> {
        let old = self.edits.get(keep).cloned().unwrap_or_default();
        let was = kept.file();
        let tags = underlay(was.clone(), &old)?;
        let mut rows: Rows = old.iter().map(|row| (row.field.clone(), row.clone())).collect();
        for edit in others.iter().filter_map(|other| self.edits.get(other)).flatten() {
            take_over(&mut rows, keep, edit);
        }
        let mut rows: Vec<EditRecord> = rows.into_values().collect();
        let file = tidy(overlay(tags, &mut rows)?);
        self.plan.edits.extend(rows.into_iter().filter(|row| !old.contains(row)));
        let happened = (HistoryKind::Changed, self.reason);
        self.plan.note(self.ids, happened, keep, (Some(&was), Some(&file)))?;
        Ok(file)
    }

    fn become_copy(
        &mut self,
        other: Stored,
        data: UserData,
        keep: &str,
    ) -> Result<(), LibraryError> {
        let id = other.record.track.id.clone();
        let what = encode(&serde_json::json!({ "merged_into": keep }))?;
        self.plan.tell(self.ids, (HistoryKind::Merged, self.reason), &id, (None, Some(what)))?;
        let deleted_at = self.ids.clock.unix_millis();
        let removed_by = RemovedBy::Merge(keep.to_owned());
        let place = Place::Bin { removed_by, deleted_at, present: true };
        let draft = Draft::new(place, other.file(), other.record.track.added_at);
        let after = Some(Draft { user_data: Some(data.bereft()), ..draft });
        let (track_id, into) = (id.clone(), keep.to_owned());
        let event = Some(LibraryEvent::TrackMerged { track_id, into });
        self.plan.heirs.insert(id.clone(), keep.to_owned());
        self.plan.steps.push(Step { id, before: Some(other), after, event });
        Ok(())
    }
}

/// Those of `others` that were no copies before, in their order.
fn merged_now(others: &[String], merged: &[Stored]) -> Vec<String> {
    let is_new = |id: &&String| merged.iter().any(|stored| stored.record.track.id == **id);
    others.iter().filter(is_new).cloned().collect()
}

/// The user does not take these tracks of the library for duplicates.
pub(super) async fn keep_apart(
    database: &dyn DatabaseAdapter,
    tracks: &[String],
) -> Result<Plan, LibraryError> {
    let stored = load(database, tracks.iter().cloned().collect()).await?;
    for id in tracks {
        if !stored.get(id).is_some_and(Stored::is_live) {
            return Err(LibraryError::NotFound { what: "track", id: id.clone() });
        }
    }
    Ok(Plan { apart: stored.into_keys().collect(), ..Plan::default() })
}
