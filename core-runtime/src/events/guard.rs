//! An event for the case that nobody comes to send it.

use super::{Event, EventBus};

/// Sends an event when it is dropped; made by [`EventBus::emit_on_drop`].
#[derive(Debug)]
pub struct EventGuard<'a> {
    pub(super) bus: &'a EventBus,
    pub(super) event: Option<Event>,
}

impl EventGuard<'_> {
    /// Keeps the event from being sent.
    pub fn disarm(mut self) {
        self.event = None;
    }
}

impl Drop for EventGuard<'_> {
    fn drop(&mut self) {
        if let Some(event) = self.event.take() {
            self.bus.emit(event);
        }
    }
}
