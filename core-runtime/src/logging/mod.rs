//! One logging set-up for the whole core, on every platform.

mod clock;
mod compact;
mod config;
mod init;
mod redact;
mod writer;

pub use config::{LogFormat, LoggingConfig};
pub use init::{LoggingError, LoggingHandle, init_logging};
pub use redact::redact;
