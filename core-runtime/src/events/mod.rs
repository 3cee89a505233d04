//! Typed events: facts in the past tense, sent after the fact, carrying ids rather than rows.

mod bus;
mod event;
mod guard;
mod kinds;

pub use bus::{EventBus, EventReceiver, RecvError, TryRecvError};
pub use event::{Event, Severity};
pub use guard::EventGuard;
pub use kinds::{AuthEvent, LibraryEvent, MetadataEvent, PlaybackEvent, SyncEvent, SystemEvent};
