//! The network's errors in terms a caller can act on.

use std::error::Error;
use std::io;

use bridge_traits::{BridgeError, ErrorKind};

/// The failure of `operation` as the client reported it, without the address, which may carry a
/// token.
pub(super) fn bridge_error(operation: &'static str, error: reqwest::Error) -> BridgeError {
    BridgeError::new(kind(&error), operation).with_source(error.without_url())
}

/// The failure of `operation` to be done in time.
pub(super) fn timed_out(operation: &'static str) -> BridgeError {
    BridgeError::new(ErrorKind::TimedOut, operation)
}

fn kind(error: &reqwest::Error) -> ErrorKind {
    if error.is_timeout() {
        return ErrorKind::TimedOut;
    }
    if error.is_builder() {
        return ErrorKind::InvalidRequest;
    }
    // Without a name server there usually is no network.
    if error.is_dns() {
        return ErrorKind::Offline;
    }
    match io_kind(error) {
        Some(
            io::ErrorKind::NetworkUnreachable
            | io::ErrorKind::NetworkDown
            | io::ErrorKind::HostUnreachable,
        ) => ErrorKind::Offline,
        Some(io::ErrorKind::TimedOut) => ErrorKind::TimedOut,
        // What rustls says of a certificate it does not trust; trying again does not help.
        Some(io::ErrorKind::InvalidData) if error.is_connect() => ErrorKind::Other,
        _ => ErrorKind::Unavailable,
    }
}

/// What the operating system said, if it is behind the error.
fn io_kind(error: &reqwest::Error) -> Option<io::ErrorKind> {
    let mut cause = error.source();
    while let Some(error) = cause {
        if let Some(error) = error.downcast_ref::<io::Error>() {
            return Some(error.kind());
        }
        cause = error.source();
    }
    None
}
