//! `details`, `edit`, `revert`, `remove`, `restore`, `bin`

use core_service::CoreService;
use core_service::core_library::{TrackEdit, TrackField, TrackQuery};
use serde::Serialize;

use super::list::lines;
use super::playlists::tracks_of;
use crate::cli::PageArgs;
use crate::error::CommandError;
use crate::output::{self, Output};

/// The tracks a command has changed, and how many of them were not so before.
#[derive(Serialize)]
struct Changed {
    track_ids: Vec<String>,
    changed: usize,
}

pub(super) async fn details(
    core: &CoreService,
    id: String,
    output: &Output,
) -> Result<(), CommandError> {
    let ids = tracks_of(core, &[id]).await?;
    for id in ids {
        let details = core.library().track_details(&id).await?;
        output.print(&details, |details| lines(&details.track) + &lines(&details.tags));
    }
    Ok(())
}

pub(super) async fn edit(
    core: &CoreService,
    set: &str,
    tracks: &[String],
    output: &Output,
) -> Result<(), CommandError> {
    let edit: TrackEdit = serde_json::from_str(set).map_err(CommandError::Fields)?;
    let track_ids = tracks_of(core, tracks).await?;
    core.library().edit_tracks(&track_ids, &edit).await?;
    say(output, track_ids.len(), track_ids, "edited");
    Ok(())
}

pub(super) async fn revert(
    core: &CoreService,
    fields: &[String],
    tracks: &[String],
    output: &Output,
) -> Result<(), CommandError> {
    let named = fields.iter().map(|field| serde_json::from_value(field.as_str().into()));
    let fields: Vec<TrackField> = named.collect::<Result<_, _>>().map_err(CommandError::Fields)?;
    let track_ids = tracks_of(core, tracks).await?;
    core.library().revert_tracks(&track_ids, &fields).await?;
    say(output, track_ids.len(), track_ids, "reverted");
    Ok(())
}

pub(super) async fn remove(
    core: &CoreService,
    tracks: &[String],
    output: &Output,
) -> Result<(), CommandError> {
    let track_ids = tracks_of(core, tracks).await?;
    let removed = core.library().remove_tracks(&track_ids).await?;
    say(output, removed, track_ids, "put into the bin");
    Ok(())
}

pub(super) async fn restore(
    core: &CoreService,
    ids: &[String],
    output: &Output,
) -> Result<(), CommandError> {
    let restored = core.library().restore_tracks(ids).await?;
    say(output, restored, ids.to_vec(), "restored");
    Ok(())
}

pub(super) async fn bin(
    core: &CoreService,
    PageArgs { limit, after }: PageArgs,
    output: &Output,
) -> Result<(), CommandError> {
    let query = TrackQuery { limit: Some(limit), after, deleted: true, ..Default::default() };
    output.print(&core.library().tracks(&query).await?, output::tracks);
    Ok(())
}

fn say(output: &Output, changed: usize, track_ids: Vec<String>, what: &str) {
    output.print(&Changed { track_ids, changed }, |all| format!("{} tracks {what}", all.changed));
}
