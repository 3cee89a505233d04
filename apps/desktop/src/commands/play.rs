//! `play`

use core_async::sync::CancellationToken;
use core_service::CoreService;
use core_service::bridge_traits::path;
use core_service::core_playback::{FormatHint, PlayRequest};
use core_service::core_runtime::{Event, PlaybackEvent, RecvError};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use super::audio_path;
use crate::error::CommandError;
use crate::output::{Output, length};

#[derive(Serialize)]
struct Played {
    path: String,
    completed: bool,
    position_ms: u64,
}

pub(super) async fn play(
    core: &CoreService,
    id_or_path: &str,
    output: &Output,
    cancel: &CancellationToken,
) -> Result<(), CommandError> {
    let path = audio_path(core, id_or_path).await?;
    let source = core.open_track_file(&path).await?;
    let mut events = core.events().subscribe_to(|event| matches!(event, Event::Playback(_)));
    // A file of the library goes into its history.
    let known = core.library().find_track_at(&path).await?;
    let request = PlayRequest {
        track_id: known.map_or_else(|| path.clone(), |track| track.id),
        source,
        hint: FormatHint::from_path(&path),
        duration_ms: None,
        start_seconds: 0.0,
    };
    let started = core.player().play(request).await;
    started.map_err(|source| CommandError::Audio { path: path.clone(), source: source.into() })?;
    let bar = output.shows_progress().then(|| bar(path::file_name(&path)));
    let mut played_ms = 0;
    let completed = loop {
        let event = core_async::select! {
            () = cancel.cancelled() => break false,
            event = events.recv() => event,
        };
        match event {
            Ok(Event::Playback(PlaybackEvent::PositionChanged {
                position_ms,
                duration_ms,
                ..
            })) => {
                played_ms = position_ms;
                if let Some(bar) = &bar {
                    bar.set_length(duration_ms.unwrap_or_default());
                    bar.set_position(position_ms);
                    bar.set_prefix(length(Some(position_ms)));
                }
            }
            Ok(Event::Playback(PlaybackEvent::Completed { .. })) => break true,
            Ok(Event::Playback(PlaybackEvent::Error { message, .. })) => {
                return Err(CommandError::Playback(message));
            }
            Ok(_) | Err(RecvError::Lagged(_)) => {}
            Err(_) => break false,
        }
    };
    if let Some(bar) = bar {
        bar.finish_and_clear();
    }
    output.print(&Played { path, completed, position_ms: played_ms }, |played| {
        let how = if played.completed { "played" } else { "stopped" };
        format!("{how} {}", played.path)
    });
    Ok(())
}

fn bar(title: &str) -> ProgressBar {
    let bar = ProgressBar::no_length();
    let style = ProgressStyle::with_template("{prefix} {bar:30} {wide_msg}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.set_message(title.to_owned());
    bar
}
