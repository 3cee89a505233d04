//! A progress bar on the terminal, fed by events.

use core_async::task::{self, AbortOnDropHandle};
use core_service::core_runtime::{Event, EventBus, LibraryEvent, RecvError, SyncEvent};
use indicatif::{ProgressBar, ProgressStyle};

/// Draws the progress of long work until dropped.
pub(crate) struct Progress {
    bar: ProgressBar,
    _task: AbortOnDropHandle<()>,
}

impl Progress {
    /// Of a scan.
    pub(crate) fn of_scan(events: &EventBus) -> Self {
        Self::draw(events, "{bar:30} {pos}/{len} files  {wide_msg}", |bar, event| {
            if let Event::Library(LibraryEvent::ScanProgress { done, total, current }) = event {
                bar.set_length(total);
                bar.set_position(done);
                bar.set_message(current.unwrap_or_default());
            }
        })
    }

    /// Of a sync.
    pub(crate) fn of_sync(events: &EventBus) -> Self {
        Self::draw(events, "{spinner} {pos} of {len} items, {wide_msg}", |bar, event| match event {
            Event::Sync(SyncEvent::Progress { phase, done, total, .. }) => {
                bar.set_length(total.unwrap_or(done));
                bar.set_position(done);
                bar.set_message(phase);
            }
            Event::Sync(SyncEvent::Waiting { reason, .. }) => {
                bar.set_message(format!("waiting: {reason}"));
            }
            _ => {}
        })
    }

    /// Of a sound check.
    pub(crate) fn of_sound_check(events: &EventBus) -> Self {
        Self::draw(events, "{bar:30} {pos}/{len} groups of duplicates", |bar, event| {
            if let Event::Library(LibraryEvent::SoundCheckProgress { done, total }) = event {
                bar.set_length(total);
                bar.set_position(done);
            }
        })
    }

    fn draw(
        events: &EventBus,
        template: &str,
        show: impl Fn(&ProgressBar, Event) + Send + 'static,
    ) -> Self {
        let bar = ProgressBar::no_length();
        let style = ProgressStyle::with_template(template);
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        let (shown, mut events) = (bar.clone(), events.subscribe());
        let task = task::spawn(async move {
            loop {
                match events.recv().await {
                    Ok(event) => show(&shown, event),
                    Err(RecvError::Lagged(_)) => {}
                    Err(_) => return,
                }
            }
        });
        Self { bar, _task: AbortOnDropHandle::new(task) }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
