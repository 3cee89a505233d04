//! SQLite's errors in terms a caller can act on.

use bridge_traits::{BridgeError, ErrorKind};

/// Result codes of SQLite (the low byte of an extended code).
mod code {
    pub(super) const PERM: i32 = 3;
    pub(super) const BUSY: i32 = 5;
    pub(super) const LOCKED: i32 = 6;
    pub(super) const READONLY: i32 = 8;
    pub(super) const INTERRUPT: i32 = 9;
    pub(super) const IOERR: i32 = 10;
    pub(super) const CORRUPT: i32 = 11;
    pub(super) const NOTFOUND: i32 = 12;
    pub(super) const FULL: i32 = 13;
    pub(super) const CANTOPEN: i32 = 14;
    pub(super) const TOOBIG: i32 = 18;
    pub(super) const CONSTRAINT: i32 = 19;
    pub(super) const AUTH: i32 = 23;
    pub(super) const NOTADB: i32 = 26;
}

/// The failure of `operation`, as SQLite or its driver reported it.
pub(super) fn bridge_error(operation: &'static str, error: sqlx::Error) -> BridgeError {
    BridgeError::new(kind(&error), operation).with_source(error)
}

/// Whether somebody else holds the file at this moment.
pub(super) fn is_busy(error: &sqlx::Error) -> bool {
    matches!(result_code(error), Some(code::BUSY | code::LOCKED))
}

fn kind(error: &sqlx::Error) -> ErrorKind {
    match error {
        sqlx::Error::Database(_) => match result_code(error) {
            Some(code::PERM | code::READONLY | code::AUTH | code::CANTOPEN) => {
                ErrorKind::PermissionDenied
            }
            // A disk that fails may be one that was unplugged.
            Some(code::BUSY | code::LOCKED | code::INTERRUPT | code::IOERR) => {
                ErrorKind::Unavailable
            }
            Some(code::CORRUPT | code::NOTADB) => ErrorKind::Corrupt,
            Some(code::FULL) => ErrorKind::QuotaExceeded,
            Some(code::NOTFOUND) => ErrorKind::NotFound,
            Some(code::TOOBIG) => ErrorKind::InvalidRequest,
            Some(code::CONSTRAINT) => ErrorKind::Conflict,
            _ => ErrorKind::Other,
        },
        // A column whose content is not of its type was not written by us.
        sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => ErrorKind::Corrupt,
        sqlx::Error::Io(error) => crate::files::error_kind(error),
        sqlx::Error::WorkerCrashed => ErrorKind::Unavailable,
        _ => ErrorKind::Other,
    }
}

fn result_code(error: &sqlx::Error) -> Option<i32> {
    let code: i32 = error.as_database_error()?.code()?.parse().ok()?;
    Some(code & 0xff)
}
