//! A progress bar on the terminal, fed by events.

use core_async::task::{self, AbortOnDropHandle};
use core_service::core_runtime::{Event, EventBus, LibraryEvent, RecvError, SyncEvent};
use indicatif::{ProgressBar, ProgressStyle};

/// Draws the progress of a scan until dropped.
pub(crate) struct ScanProgress {
    bar: ProgressBar,
    _task: AbortOnDropHandle<()>,
}

impl ScanProgress {
    pub(crate) fn draw(events: &EventBus) -> Self {
        let bar = ProgressBar::no_length();
        let style = ProgressStyle::with_template("{bar:30} {pos}/{len} files  {wide_msg}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        let (shown, mut events) = (bar.clone(), events.subscribe());
        let task = task::spawn(async move {
            loop {
                match events.recv().await {
                    Ok(Event::Library(LibraryEvent::ScanProgress { done, total, current })) => {
                        shown.set_length(total);
                        shown.set_position(done);
                        shown.set_message(current.unwrap_or_default());
                    }
                    Ok(_) | Err(RecvError::Lagged(_)) => {}
                    Err(_) => return,
                }
            }
        });
        Self { bar, _task: AbortOnDropHandle::new(task) }
    }
}

impl Drop for ScanProgress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// Draws the progress of a sync until dropped.
pub(crate) struct SyncProgress {
    bar: ProgressBar,
    _task: AbortOnDropHandle<()>,
}

impl SyncProgress {
    pub(crate) fn draw(events: &EventBus) -> Self {
        let bar = ProgressBar::no_length();
        let style = ProgressStyle::with_template("{spinner} {pos} of {len} items, {wide_msg}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
        let (shown, mut events) = (bar.clone(), events.subscribe());
        let task = task::spawn(async move {
            loop {
                match events.recv().await {
                    Ok(Event::Sync(SyncEvent::Progress { phase, done, total, .. })) => {
                        shown.set_length(total.unwrap_or(done));
                        shown.set_position(done);
                        shown.set_message(phase);
                    }
                    Ok(Event::Sync(SyncEvent::Waiting { reason, .. })) => {
                        shown.set_message(format!("waiting: {reason}"));
                    }
                    Ok(_) | Err(RecvError::Lagged(_)) => {}
                    Err(_) => return,
                }
            }
        });
        Self { bar, _task: AbortOnDropHandle::new(task) }
    }
}

impl Drop for SyncProgress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
