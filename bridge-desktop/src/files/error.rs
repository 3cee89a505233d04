//! The operating system's errors in terms a caller can act on.

use std::io;

use bridge_traits::{BridgeError, ErrorKind};

/// The failure of `operation` as the operating system reported it.
pub(crate) fn bridge_error(operation: &'static str, error: io::Error) -> BridgeError {
    BridgeError::new(error_kind(&error), operation).with_source(error)
}

/// What a caller can do about an error of the operating system.
pub(crate) fn error_kind(error: &io::Error) -> ErrorKind {
    use io::ErrorKind as Io;
    match error.kind() {
        // A path through a file leads nowhere.
        Io::NotFound | Io::NotADirectory => ErrorKind::NotFound,
        Io::PermissionDenied | Io::ReadOnlyFilesystem => ErrorKind::PermissionDenied,
        Io::StorageFull | Io::QuotaExceeded | Io::FileTooLarge => ErrorKind::QuotaExceeded,
        Io::AlreadyExists | Io::DirectoryNotEmpty => ErrorKind::Conflict,
        Io::IsADirectory | Io::InvalidInput | Io::InvalidFilename => ErrorKind::InvalidRequest,
        Io::TimedOut => ErrorKind::TimedOut,
        Io::ResourceBusy | Io::WouldBlock | Io::Interrupted | Io::ExecutableFileBusy => {
            ErrorKind::Unavailable
        }
        Io::Unsupported => ErrorKind::Unsupported,
        _ => ErrorKind::Other,
    }
}
