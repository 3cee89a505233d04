//! What can be asked of the tracks, and how it is carried out whoever else writes meanwhile.

use std::sync::Arc;

use bridge_traits::{BoxFuture, DatabaseAdapter};
use core_async::task;
use core_runtime::Event;

use super::commit::commit;
use super::plan::Plan;
use super::plan_merge::Merge;
use super::{FileChange, plan_bin, plan_edits, plan_files, plan_merge};
use crate::edits::{TrackEdit, TrackField};
use crate::error::LibraryError;
use crate::ids::IdGenerator;
use crate::models::Reason;
use crate::records::EditRecord;

/// How often a change starts again because somebody else changed the same records.
const ATTEMPTS: usize = 20;

/// A change of tracks.
#[derive(Debug)]
pub(crate) enum Request {
    /// Files came, changed, moved or went.
    Files(Vec<FileChange>, Reason),
    /// The user set fields.
    Edit(Vec<String>, TrackEdit),
    /// The user takes edits back; of every field if none is named.
    Revert(Vec<String>, Vec<TrackField>),
    /// A service knows fields.
    Service { tracks: Vec<String>, name: String, values: TrackEdit },
    /// What was set elsewhere holds for tracks of the library where nobody has set the same here.
    Adopt(Vec<EditRecord>),
    /// To the bin.
    Remove(Vec<String>),
    /// Back from the bin.
    Restore(Vec<String>),
    /// Out of the bin for good.
    Purge(Vec<String>),
    /// Tracks become copies of others.
    Merge(Vec<Merge>, Reason),
    /// The user does not take tracks for duplicates.
    KeepApart(Vec<String>),
}

/// Carries out `request` in one batch and returns what to tell subscribers and how many tracks it
/// was about.
///
/// In a box, because the code of an `async fn` is compiled once more for every crate that awaits
/// it, and there is much of it here.
pub(crate) fn carry_out<'a>(
    database: &'a Arc<dyn DatabaseAdapter>,
    ids: &'a IdGenerator,
    request: &'a Request,
) -> BoxFuture<'a, Result<(Vec<Event>, usize), LibraryError>> {
    Box::pin(async move {
        let mut attempt = 1;
        loop {
            match carry_out_once(&**database, ids, request).await {
                Err(error) if error.is_conflict() && attempt < ATTEMPTS => attempt += 1,
                result => return result,
            }
            task::yield_now().await;
        }
    })
}

async fn carry_out_once(
    database: &dyn DatabaseAdapter,
    ids: &IdGenerator,
    request: &Request,
) -> Result<(Vec<Event>, usize), LibraryError> {
    let plan = match request {
        Request::Files(changes, reason) => {
            plan_files::plan(database, ids, changes, *reason).await?
        }
        Request::Edit(tracks, edit) => plan_edits::edit(database, ids, tracks, edit).await?,
        Request::Revert(tracks, fields) => {
            plan_edits::revert(database, ids, tracks, fields).await?
        }
        Request::Service { tracks, name, values } => {
            plan_edits::service(database, ids, tracks, (name, values)).await?
        }
        Request::Adopt(edits) => plan_edits::adopt(database, ids, edits).await?,
        Request::Remove(tracks) => plan_bin::remove(database, ids, tracks).await?,
        Request::Restore(tracks) => plan_bin::restore(database, ids, tracks).await?,
        Request::Purge(tracks) => plan_bin::purge(database, ids, tracks).await?,
        Request::Merge(merges, reason) => plan_merge::merge(database, ids, merges, *reason).await?,
        Request::KeepApart(tracks) => plan_merge::keep_apart(database, tracks).await?,
    };
    // Of a merge, those that were merged.
    let count = if plan.heirs.is_empty() { plan.steps.len() } else { plan.heirs.len() };
    if plan.is_empty() {
        return Ok((Vec::new(), 0));
    }
    Ok((commit(database, ids, plan).await?, count))
}

impl Plan {
    fn is_empty(&self) -> bool {
        self.steps.is_empty()
            && self.edits.is_empty()
            && self.reverted.is_empty()
            && self.apart.is_empty()
    }
}
