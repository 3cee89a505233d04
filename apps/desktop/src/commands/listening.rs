//! `rate`, `favourite`, `history`, `storage`

use core_service::CoreService;
use core_service::core_library::PlayHistoryQuery;
use serde::Serialize;

use super::list::lines;
use super::playlists::tracks_of;
use crate::cli::PageArgs;
use crate::error::CommandError;
use crate::output::{self, Output};

/// The tracks a command has changed.
#[derive(Serialize)]
struct Changed {
    track_ids: Vec<String>,
}

pub(super) async fn rate(
    core: &CoreService,
    rating: Option<u32>,
    tracks: &[String],
    output: &Output,
) -> Result<(), CommandError> {
    let track_ids = tracks_of(core, tracks).await?;
    core.library().rate_tracks(&track_ids, rating).await?;
    say(output, track_ids, "rated");
    Ok(())
}

pub(super) async fn favourite(
    core: &CoreService,
    is_over: bool,
    tracks: &[String],
    output: &Output,
) -> Result<(), CommandError> {
    let track_ids = tracks_of(core, tracks).await?;
    if is_over {
        core.library().remove_favourites(&track_ids).await?;
    } else {
        core.library().add_favourites(&track_ids).await?;
    }
    say(output, track_ids, "changed");
    Ok(())
}

pub(super) async fn history(
    core: &CoreService,
    PageArgs { limit, after }: PageArgs,
    output: &Output,
) -> Result<(), CommandError> {
    let query = PlayHistoryQuery { limit: Some(limit), after, ..Default::default() };
    output.print(&core.library().play_history(&query).await?, output::plays);
    Ok(())
}

pub(super) async fn storage(core: &CoreService, output: &Output) -> Result<(), CommandError> {
    output.print(&core.storage_health().await?, lines);
    Ok(())
}

fn say(output: &Output, track_ids: Vec<String>, what: &str) {
    output.print(&Changed { track_ids }, |changed| {
        format!("{} tracks {what}", changed.track_ids.len())
    });
}
