//! The event bus.

use core_async::sync::broadcast;

use super::{Event, EventGuard};

/// Carries events from every domain to every subscriber.
///
/// Events of one publisher arrive in order. A subscriber that falls more than the capacity behind
/// is told how many events it missed and goes on with the oldest one still there. Clones are the
/// same bus.
///
/// # Examples
///
/// ```
/// # use core_runtime::{Event, EventBus, LibraryEvent};
/// # #[core_async::main]
/// # async fn main() {
/// let bus = EventBus::default();
/// let mut events = bus.subscribe();
/// bus.emit(LibraryEvent::TrackAdded { track_id: "t1".into() });
/// assert_eq!(events.recv().await.unwrap().to_string(), "track added");
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct EventBus {
    sender: broadcast::Sender<Event>,
}

/// Why no event came.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RecvError {
    /// This many events were missed. Receiving goes on; read again what you show.
    #[error("missed {0} events")]
    Lagged(u64),
    /// The bus is gone.
    #[error("the event bus is gone")]
    Closed,
}

/// Why there is no event right now.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum TryRecvError {
    /// None is waiting.
    #[error("no event is waiting")]
    Empty,
    /// This many events were missed. Receiving goes on; read again what you show.
    #[error("missed {0} events")]
    Lagged(u64),
    /// The bus is gone.
    #[error("the event bus is gone")]
    Closed,
}

impl EventBus {
    /// The capacity of [`EventBus::default`].
    pub const DEFAULT_CAPACITY: usize = 1024;

    /// A bus whose subscribers may fall `capacity` events behind (at least one).
    pub fn new(capacity: usize) -> Self {
        Self { sender: broadcast::Sender::new(capacity.max(1)) }
    }

    /// Tells every subscriber. Without subscribers nothing happens, which is not an error.
    pub fn emit(&self, event: impl Into<Event>) {
        self.sender.send(event.into()).ok();
    }

    /// Tells every subscriber once the guard is dropped, unless it is
    /// [disarmed](EventGuard::disarm). For work that is cancelled by dropping its future: whoever
    /// heard it begin hears it end.
    #[must_use = "dropping it sends the event"]
    pub fn emit_on_drop(&self, event: impl Into<Event>) -> EventGuard<'_> {
        EventGuard { bus: self, event: Some(event.into()) }
    }

    /// A subscriber to every event from now on.
    pub fn subscribe(&self) -> EventReceiver {
        EventReceiver { receiver: self.sender.subscribe(), filter: None }
    }

    /// A subscriber to the events that `filter` accepts.
    pub fn subscribe_to(&self, filter: fn(&Event) -> bool) -> EventReceiver {
        EventReceiver { receiver: self.sender.subscribe(), filter: Some(filter) }
    }

    /// How many subscribers there are.
    pub fn subscriber_count(&self) -> usize {
        self.sender.receiver_count()
    }
}

impl Default for EventBus {
    fn default() -> Self {
        Self::new(Self::DEFAULT_CAPACITY)
    }
}

/// Receives events.
#[derive(Debug)]
pub struct EventReceiver {
    receiver: broadcast::Receiver<Event>,
    filter: Option<fn(&Event) -> bool>,
}

impl EventReceiver {
    /// Waits for the next event.
    ///
    /// # Errors
    ///
    /// Fails with [`RecvError::Lagged`], after which receiving goes on, or [`RecvError::Closed`].
    ///
    /// # Cancellation
    ///
    /// Dropping the future loses no event.
    pub async fn recv(&mut self) -> Result<Event, RecvError> {
        loop {
            let event = self.receiver.recv().await.map_err(|error| match error {
                broadcast::error::RecvError::Lagged(missed) => RecvError::Lagged(missed),
                broadcast::error::RecvError::Closed => RecvError::Closed,
            })?;
            if self.accepts(&event) {
                return Ok(event);
            }
        }
    }

    /// The next event, if one is waiting.
    ///
    /// # Errors
    ///
    /// Fails with [`TryRecvError::Empty`], [`TryRecvError::Lagged`] or [`TryRecvError::Closed`].
    pub fn try_recv(&mut self) -> Result<Event, TryRecvError> {
        loop {
            let event = self.receiver.try_recv().map_err(|error| match error {
                broadcast::error::TryRecvError::Empty => TryRecvError::Empty,
                broadcast::error::TryRecvError::Lagged(missed) => TryRecvError::Lagged(missed),
                broadcast::error::TryRecvError::Closed => TryRecvError::Closed,
            })?;
            if self.accepts(&event) {
                return Ok(event);
            }
        }
    }

    fn accepts(&self, event: &Event) -> bool {
        self.filter.is_none_or(|filter| filter(event))
    }
}
