//! What every domain of Music Platform Core shares: events and logging.

mod events;
mod logging;

pub use events::{
    AuthEvent, Event, EventBus, EventGuard, EventReceiver, LibraryEvent, MetadataEvent,
    PlaybackEvent, RecvError, Severity, SyncEvent, SystemEvent, TryRecvError,
};
pub use logging::{LogFormat, LoggingConfig, LoggingError, LoggingHandle, init_logging, redact};
