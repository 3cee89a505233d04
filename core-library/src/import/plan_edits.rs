//! What follows from users editing and services knowing.

use std::collections::{BTreeMap, BTreeSet};

use bridge_traits::DatabaseAdapter;
use core_runtime::LibraryEvent;
use serde_json::Value as Json;

use super::credits::tidy;
use super::plan::{Draft, Plan, Step};
use super::stored::{Place, Stored, load, load_edits};
use crate::edits::{TrackEdit, TrackField, can_hold, overlay, underlay};
use crate::error::LibraryError;
use crate::ids::IdGenerator;
use crate::models::{HistoryKind, Reason};
use crate::records::EditRecord;

/// The user sets fields of tracks.
pub(super) async fn edit(
    database: &dyn DatabaseAdapter,
    ids: &IdGenerator,
    tracks: &[String],
    edit: &TrackEdit,
) -> Result<Plan, LibraryError> {
    let at = ids.clock.unix_millis();
    let values = edit.to_values();
    change(database, ids, (tracks, Reason::Edit), |id, rows| {
        for (field, value) in &values {
            let row = row_of(rows, id, field);
            row.user = Some(value.clone());
            row.at = at;
        }
    })
    .await
}

/// The user takes back edits of fields; of all if none is named.
pub(super) async fn revert(
    database: &dyn DatabaseAdapter,
    ids: &IdGenerator,
    tracks: &[String],
    fields: &[TrackField],
) -> Result<Plan, LibraryError> {
    let dependents = fields.iter().flat_map(|field| field.dependents());
    let names: BTreeSet<_> = fields.iter().chain(dependents).map(|field| field.name()).collect();
    change(database, ids, (tracks, Reason::Restore), |_, rows| {
        for row in rows.values_mut() {
            if names.is_empty() || names.contains(&*row.field) {
                row.user = None;
            }
        }
    })
    .await
}

/// A service knows fields of tracks. They hold where the file says nothing.
pub(super) async fn service(
    database: &dyn DatabaseAdapter,
    ids: &IdGenerator,
    tracks: &[String],
    (name, known): (&str, &TrackEdit),
) -> Result<Plan, LibraryError> {
    let at = ids.clock.unix_millis();
    let values = known.to_values();
    let said: BTreeSet<_> = known.fields().map(TrackField::name).collect();
    change(database, ids, (tracks, Reason::Import), |id, rows| {
        for (field, value) in values.iter().filter(|(field, _)| said.contains(*field)) {
            let row = row_of(rows, id, field);
            row.service = Some(value.clone()).filter(|value| !value.is_null());
            row.service_name = row.service.as_ref().map(|_| name.to_owned());
            row.at = if row.user.is_some() { row.at } else { at };
        }
    })
    .await
}

/// What was set elsewhere, by users and by services, holds where nobody has set the same here.
/// Tracks that are not in the library and values that no field can hold are passed over.
pub(super) async fn adopt(
    database: &dyn DatabaseAdapter,
    ids: &IdGenerator,
    edits: &[EditRecord],
) -> Result<Plan, LibraryError> {
    let mut theirs: BTreeMap<&str, Vec<&EditRecord>> = BTreeMap::new();
    for edit in edits {
        theirs.entry(&edit.track_id).or_default().push(edit);
    }
    let tracks = load(database, theirs.keys().map(|&id| id.to_owned()).collect()).await?;
    let live = tracks.into_iter().filter(|(_, stored)| stored.is_live());
    let tracks: Vec<String> = live.map(|(id, _)| id).collect();
    let mut plan = change(database, ids, (&tracks, Reason::Import), |id, rows| {
        for edit in theirs.get(id).into_iter().flatten() {
            take_over(rows, id, edit);
        }
    })
    .await?;
    let edited: BTreeSet<String> = plan.edits.iter().map(|edit| edit.track_id.clone()).collect();
    plan.steps.retain(|step| edited.contains(&step.id));
    Ok(plan)
}

pub(super) type Rows = BTreeMap<String, EditRecord>;

/// What was set for another track holds for the one with this id where nobody has set the same.
pub(super) fn take_over(rows: &mut Rows, id: &str, edit: &EditRecord) {
    let holds = |value: &&Json| can_hold(&edit.field, value);
    let user = edit.user.as_ref().filter(holds);
    let service = edit.service.as_ref().filter(holds);
    let ours = rows.get(&edit.field);
    let user = user.filter(|_| ours.is_none_or(|row| row.user.is_none()));
    let service = service.filter(|_| ours.is_none_or(|row| row.service.is_none()));
    if user.is_none() && service.is_none() {
        return;
    }
    let row = row_of(rows, id, &edit.field);
    row.at = row.at.max(edit.at);
    if let Some(user) = user {
        row.user = Some(user.clone());
    }
    if let Some(service) = service {
        row.service = Some(service.clone());
        row.service_name.clone_from(&edit.service_name);
    }
}

fn row_of<'a>(rows: &'a mut Rows, id: &str, field: &str) -> &'a mut EditRecord {
    rows.entry(field.to_owned()).or_insert_with(|| EditRecord {
        track_id: id.to_owned(),
        field: field.to_owned(),
        user: None,
        service: None,
        service_name: None,
        tag: Json::Null,
        at: 0,
    })
}

/// Changes what is known of tracks beside their files.
async fn change(
    database: &dyn DatabaseAdapter,
    ids: &IdGenerator,
    (tracks, reason): (&[String], Reason),
    change: impl Fn(&str, &mut Rows),
) -> Result<Plan, LibraryError> {
    let wanted: BTreeSet<String> = tracks.iter().cloned().collect();
    let mut stored = load(database, wanted.clone()).await?;
    let mut edits = load_edits(database, &wanted).await?;
    let mut plan = Plan::default();
    for id in wanted {
        let found = stored.remove(&id).filter(Stored::is_live);
        let Some(before) = found else {
            return Err(LibraryError::NotFound { what: "track", id });
        };
        let old = edits.remove(&id).unwrap_or_default();
        let was = before.file();
        let tags = underlay(was.clone(), &old)?;
        let mut rows: Rows = old.iter().map(|row| (row.field.clone(), row.clone())).collect();
        change(&id, &mut rows);
        let mut rows: Vec<EditRecord> = rows.into_values().collect();
        let file = tidy(overlay(tags, &mut rows)?);
        let unchanged: BTreeMap<_, _> = old.iter().map(|row| (&*row.field, row)).collect();
        for row in rows {
            if row.user.is_none() && row.service.is_none() {
                plan.reverted.extend(unchanged.get(&*row.field).map(|row| row.key()));
            } else if unchanged.get(&*row.field) != Some(&&row) {
                plan.edits.push(row);
            }
        }
        plan.note(ids, (HistoryKind::Changed, reason), &id, (Some(&was), Some(&file)))?;
        let event = (file != was).then(|| LibraryEvent::TrackUpdated { track_id: id.clone() });
        let added_at = before.record.track.added_at;
        let after = Some(Draft::new(Place::Library, file, added_at));
        plan.steps.push(Step { id, before: Some(before), after, event });
    }
    Ok(plan)
}
