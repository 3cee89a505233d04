//! A track and its other copies: which of their files is the track's when files come, change and
//! go.

use std::collections::BTreeMap;
use std::ops::Bound;

use bridge_traits::{DatabaseAdapter, Filter, Query, Result};
use core_runtime::LibraryEvent;

use super::ScannedFile;
use super::matches::is_same_music;
use super::plan::{Draft, Step};
use super::plan_files::Planner;
use super::stored::{Place, Stored};
use crate::edits::underlay;
use crate::error::LibraryError;
use crate::library::REMOTE;
use crate::models::{HistoryKind, Reason};
use crate::paging::{every_row, groups};
use crate::records::RemovedBy;
use crate::schema::BIN;

/// Every copy there is of anything.
pub(super) fn copies() -> Filter {
    Filter::range("merged_into", Bound::Excluded("".into()), Bound::Unbounded)
}

/// Whether there are any copies. Most libraries have none, and nothing to pay for them.
pub(super) async fn has_copies(database: &dyn DatabaseAdapter) -> Result<bool> {
    let query = Query::new(BIN).filter(copies()).project(&["id"]).limit(1);
    Ok(!database.query(&query).await?.rows.is_empty())
}

/// The ids of the copies of these tracks.
pub(super) async fn copies_of<'a>(
    database: &dyn DatabaseAdapter,
    tracks: impl IntoIterator<Item = &'a str>,
) -> Result<Vec<String>> {
    let mut ids = Vec::new();
    for tracks in groups(&tracks.into_iter().collect()) {
        let copies = Query::new(BIN).filter(Filter::one_of("merged_into", tracks));
        let rows = every_row(database, copies.project(&["id"])).await?;
        ids.extend(rows.into_iter().map(|row| row.record.key().to_owned()));
    }
    Ok(ids)
}

/// The copies that are in the files at these paths, by path.
pub(crate) async fn copies_at<'a>(
    database: &dyn DatabaseAdapter,
    paths: impl IntoIterator<Item = &'a str>,
) -> Result<BTreeMap<String, String>> {
    let mut found = BTreeMap::new();
    for paths in groups(&paths.into_iter().collect()) {
        let there = Filter::equals("present", true).and(copies());
        let there = Query::new(BIN).filter(Filter::one_of("path", paths).and(there));
        for row in every_row(database, there.project(&["id", "path"])).await? {
            let mut fields = row.record.into_reader();
            let id = fields.text()?;
            found.insert(fields.text()?, id);
        }
    }
    Ok(found)
}

/// Those that belong together, by the track they are copies of.
pub(super) fn families<'a>(
    stored: impl IntoIterator<Item = &'a Stored>,
) -> BTreeMap<String, Vec<String>> {
    let mut families: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for one in stored {
        if let Some(into) = one.merged_into() {
            families.entry(into.clone()).or_default().push(one.record.track.id.clone());
        }
    }
    families
}

/// One of a family as it will be.
struct Member {
    /// Its step in the plan, if it has one.
    step: Option<usize>,
    before: Stored,
    place: Place,
    /// Its file with the values that hold.
    file: ScannedFile,
}

impl Member {
    /// Whether it is a copy whose file is there.
    fn can_stand_in(&self) -> bool {
        matches!(&self.place, Place::Bin { removed_by: RemovedBy::Merge(_), present: true, .. })
    }

    /// Which of several copies is best: one of the host before one on a drive, the newest first.
    fn rank(&self) -> (bool, std::cmp::Reverse<Option<u64>>) {
        (self.file.path.starts_with(REMOTE), std::cmp::Reverse(self.file.modified_millis))
    }
}

impl Planner<'_> {
    /// Gives tracks whose file went that of a copy, and makes copies that are none any more tracks
    /// of their own.
    pub(super) fn settle(
        &mut self,
        families: BTreeMap<String, Vec<String>>,
        resting: &mut BTreeMap<String, Stored>,
    ) -> Result<(), LibraryError> {
        if families.is_empty() {
            return Ok(());
        }
        let steps: Vec<String> = self.plan.steps.iter().map(|step| step.id.clone()).collect();
        let steps: BTreeMap<String, usize> = steps.into_iter().zip(0..).collect();
        for (id, copies) in families {
            let mut members = Vec::new();
            for copy in copies {
                members.extend(self.member(&copy, &steps, resting));
            }
            let Some(track) = self.member(&id, &steps, resting) else {
                // Whom it was a copy of was forgotten: it is nobody's any more.
                for copy in members.into_iter().filter(|copy| copy.step.is_some()) {
                    self.release(copy)?;
                }
                continue;
            };
            let is_other_content = track.step.is_some()
                && track.before.is_live()
                && !is_same_content(&track.before, &track.file);
            if is_other_content && track.place == Place::Library {
                // By what the files say: what the user has set is not in them.
                let own = self.raw(&id, track.file.clone())?;
                for copy in members {
                    let other = self.raw(&copy.before.record.track.id, copy.file.clone())?;
                    if copy.place.merged_into().is_some() && !is_same_music(&other, &own) {
                        self.release(copy)?;
                    }
                }
            } else if let Place::Bin { removed_by: RemovedBy::Scan, .. } = track.place {
                // Not from a place where the track was: somebody else has seen it go, too.
                let own = &track.before.record.track.path;
                members.retain(|copy| copy.can_stand_in() && copy.file.path != *own);
                if let Some(copy) = members.into_iter().min_by_key(Member::rank) {
                    self.exchange(track, copy)?;
                }
            }
        }
        Ok(())
    }

    fn member(
        &self,
        id: &str,
        steps: &BTreeMap<String, usize>,
        resting: &mut BTreeMap<String, Stored>,
    ) -> Option<Member> {
        let Some(&at) = steps.get(id) else {
            let before = resting.remove(id)?;
            let (place, file) = (before.place.clone(), before.file());
            return Some(Member { step: None, before, place, file });
        };
        let step = self.plan.steps.get(at)?;
        let (before, draft) = (step.before.clone()?, step.after.as_ref()?);
        let (place, file) = (draft.place.clone(), draft.file.clone());
        Some(Member { step: Some(at), before, place, file })
    }

    /// Makes a copy a track of its own.
    fn release(&mut self, copy: Member) -> Result<(), LibraryError> {
        let id = copy.before.record.track.id.clone();
        let Place::Bin { present, deleted_at, .. } = copy.place else { return Ok(()) };
        let place = match present {
            true => Place::Library,
            // It will be one when its file is back.
            false => Place::Bin { removed_by: RemovedBy::Scan, deleted_at, present },
        };
        self.plan.note(self.ids, (HistoryKind::Split, self.reason), &id, (None, None))?;
        let event = present.then_some(LibraryEvent::TrackRestored { track_id: id });
        self.put(copy.step, copy.before, (place, copy.file), event);
        Ok(())
    }

    /// Gives a track the file of its copy, and the copy what is left of the track's: should that
    /// come back, it is the copy.
    fn exchange(&mut self, track: Member, copy: Member) -> Result<(), LibraryError> {
        let id = track.before.record.track.id.clone();
        let was = track.before.file();
        let (own, other) = (self.raw(&id, was.clone())?, copy.file);
        let copy_id = copy.before.record.track.id.clone();
        let other = self.raw(&copy_id, other)?;
        let file = self.effective(&id, &other)?;
        let left = self.effective(&copy_id, &own)?;
        let is_gone = |entry: &crate::models::HistoryEntry| {
            entry.track_id == id && entry.kind == HistoryKind::Removed
        };
        self.plan.history.retain(|entry| !is_gone(entry));
        let (kind, reason, event) = match track.before.is_live() {
            true => {
                let event = LibraryEvent::TrackMoved { track_id: id.clone() };
                (HistoryKind::Moved, self.reason, event)
            }
            false => {
                let event = LibraryEvent::TrackRestored { track_id: id.clone() };
                (HistoryKind::Restored, Reason::Restore, event)
            }
        };
        self.plan.note(self.ids, (kind, reason), &id, (Some(&was), Some(&file)))?;
        self.put(track.step, track.before, (Place::Library, file), Some(event));
        let deleted_at = self.ids.clock.unix_millis();
        let place = Place::Bin { removed_by: RemovedBy::Merge(id), deleted_at, present: false };
        self.put(copy.step, copy.before, (place, left), None);
        Ok(())
    }

    /// What a file says by itself.
    fn raw(&self, id: &str, file: ScannedFile) -> Result<ScannedFile, LibraryError> {
        underlay(file, self.edits.get(id).map_or(&[], Vec::as_slice))
    }

    fn put(
        &mut self,
        at: Option<usize>,
        before: Stored,
        (place, file): (Place, ScannedFile),
        event: Option<LibraryEvent>,
    ) {
        let id = before.record.track.id.clone();
        let after = Some(Draft::new(place, file, before.record.track.added_at));
        let step = Step { id, before: Some(before), after, event };
        match at.and_then(|at| self.plan.steps.get_mut(at)) {
            Some(old) => *old = step,
            None => self.plan.steps.push(step),
        }
    }
}

/// Whether a file holds what it held before, as far as can be said: a drive's hash of a file and
/// the signature that it gets when it is read cannot be compared.
pub(super) fn is_same_content(before: &Stored, file: &ScannedFile) -> bool {
    fn kind(signature: &str) -> Option<&str> {
        signature.split_once(':').map(|(kind, _)| kind)
    }
    let was = &before.record.signature;
    let is_other = kind(was) == kind(&file.signature) && *was != file.signature;
    before.record.track.size == file.size && !is_other
}
