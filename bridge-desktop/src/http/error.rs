//! The network's errors in terms a caller can act on.

use std::error::Error;
use std::io;

use bridge_traits::{BridgeError, ErrorKind, HTTP_CONNECT};

use super::reach::NotPublic;

/// The failure of `operation` as the client reported it, without the address, which may carry a
/// token.
pub(super) fn bridge_error(operation: &'static str, error: reqwest::Error) -> BridgeError {
    BridgeError::new(kind(&error), operation).with_source(error.without_url())
}

/// The failure to send a request, told apart from the failure to connect.
pub(super) fn send_error(error: reqwest::Error) -> BridgeError {
    let operation = if error.is_connect() { HTTP_CONNECT } else { "http.send" };
    bridge_error(operation, error)
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
    if cause::<NotPublic>(error).is_some() {
        return ErrorKind::PermissionDenied;
    }
    // Without a name server there usually is no network.
    if error.is_dns() {
        return ErrorKind::Offline;
    }
    match cause::<io::Error>(error).map(io::Error::kind) {
        Some(
            io::ErrorKind::NetworkUnreachable
            | io::ErrorKind::NetworkDown
            | io::ErrorKind::HostUnreachable,
        ) => ErrorKind::Offline,
        Some(io::ErrorKind::TimedOut) => ErrorKind::TimedOut,
        _ if is_untrusted(error) => ErrorKind::Other,
        _ => ErrorKind::Unavailable,
    }
}

/// Whether the server's certificate is not trusted: trying again does not help.
fn is_untrusted(error: &reqwest::Error) -> bool {
    let mut cause = cause::<io::Error>(error);
    // Errors within errors of input and output are no causes, yet that is where it is.
    while let Some(inner) = cause.and_then(io::Error::get_ref) {
        if let Some(rustls::Error::InvalidCertificate(_)) = inner.downcast_ref() {
            return true;
        }
        cause = inner.downcast_ref();
    }
    false
}

/// The first cause of this type behind the error.
fn cause<T: Error + 'static>(error: &reqwest::Error) -> Option<&T> {
    let mut cause = error.source();
    while let Some(error) = cause {
        if let Some(found) = error.downcast_ref::<T>() {
            return Some(found);
        }
        cause = error.source();
    }
    None
}
