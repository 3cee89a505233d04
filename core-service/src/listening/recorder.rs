//! Follows the player and tells the library what was played.

use std::sync::{Mutex, PoisonError};

use core_async::select;
use core_async::sync::CancellationToken;
use core_async::task::{self, AbortOnDropHandle};
use core_library::{Library, LibraryError, PlayOutcome};
use core_runtime::{Event, EventBus, EventReceiver, PlaybackEvent, RecvError};

use super::heard::Heard;

/// Records plays for as long as it lives.
#[derive(Debug)]
pub(crate) struct Recorder {
    stop: CancellationToken,
    task: Mutex<Option<AbortOnDropHandle<()>>>,
}

/// The play under way.
#[derive(Debug)]
struct Current {
    play_id: String,
    heard: Heard,
    is_counted: bool,
}

impl Recorder {
    /// Begins to listen.
    pub(crate) fn begin(library: Library, events: &EventBus) -> Self {
        let stop = CancellationToken::new();
        let events = events.subscribe_to(|event| matches!(event, Event::Playback(_)));
        let follow = follow(library, events, stop.clone());
        let task = Mutex::new(Some(AbortOnDropHandle::new(task::spawn(follow))));
        Self { stop, task }
    }

    /// Records what has been heard until now, and ends.
    pub(crate) async fn finish(&self) {
        self.stop.cancel();
        let task = self.task.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(task) = task {
            task.await.ok();
        }
    }
}

async fn follow(library: Library, mut events: EventReceiver, stop: CancellationToken) {
    let mut current = None;
    loop {
        let event = select! {
            biased;
            event = events.recv() => event,
            () = stop.cancelled() => break,
        };
        match event {
            Ok(Event::Playback(event)) => {
                if let Err(error) = record(&library, &mut current, event).await {
                    tracing::warn!(%error, "a play could not be recorded");
                    current = None;
                }
            }
            // What was missed was reports of positions; the next one goes on from there.
            Ok(_) | Err(RecvError::Lagged(_)) => {}
            Err(_) => break,
        }
    }
    if let Err(error) = end(&library, &mut current).await {
        tracing::warn!(%error, "the last play could not be recorded");
    }
}

async fn record(
    library: &Library,
    current: &mut Option<Current>,
    event: PlaybackEvent,
) -> Result<(), LibraryError> {
    match event {
        PlaybackEvent::Started { track_id } => {
            end(library, current).await?;
            *current = match library.start_play(&track_id).await {
                Ok(play) => Some(Current {
                    play_id: play.id,
                    heard: Heard::from_start(),
                    is_counted: false,
                }),
                // A file that is not in the library has no history.
                Err(LibraryError::NotFound { .. }) => None,
                Err(error) => return Err(error),
            };
        }
        PlaybackEvent::PositionChanged { position_ms, duration_ms, .. } => {
            if let Some(current) = current {
                current.heard.reach(position_ms, duration_ms);
                if current.heard.counts() && !current.is_counted {
                    // At once, since a program may end at any time.
                    current.is_counted = true;
                    let outcome = PlayOutcome::Completed;
                    library.end_play(&current.play_id, outcome, position_ms).await?;
                }
            }
        }
        PlaybackEvent::Completed { .. } => {
            if let Some(current) = current {
                current.heard.complete();
            }
            end(library, current).await?;
        }
        PlaybackEvent::Stopped { .. } | PlaybackEvent::Error { .. } => {
            end(library, current).await?;
        }
        _ => {}
    }
    Ok(())
}

/// Says how the play under way went, if there is one.
async fn end(library: &Library, current: &mut Option<Current>) -> Result<(), LibraryError> {
    let Some(Current { play_id, heard, .. }) = current.take() else { return Ok(()) };
    let outcome = if heard.counts() { PlayOutcome::Completed } else { PlayOutcome::Skipped };
    library.end_play(&play_id, outcome, heard.position_ms()).await.map(drop)
}
