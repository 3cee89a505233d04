//! SQLite's errors in terms a caller can act on.

use std::error::Error;

use bridge_traits::{BridgeError, ErrorKind};

/// Result codes of SQLite (the low byte of an extended code).
mod code {
    pub(super) const PERM: i32 = 3;
    pub(super) const BUSY: i32 = 5;
    pub(super) const LOCKED: i32 = 6;
    pub(super) const NOMEM: i32 = 7;
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

/// An error of one of SQLite's drivers.
pub(super) trait DriverError: Error + Send + Sync + 'static {
    /// What it means.
    fn kind(&self) -> ErrorKind;
}

/// The failure of `operation`, as SQLite or a driver reported it.
pub(super) fn bridge_error(operation: &'static str, error: impl DriverError) -> BridgeError {
    BridgeError::new(error.kind(), operation).with_source(error)
}

/// Whether somebody else holds the file at this moment.
pub(super) fn is_busy(error: &sqlx::Error) -> bool {
    matches!(result_code(error), Some(code::BUSY | code::LOCKED))
}

impl DriverError for sqlx::Error {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Database(_) => result_code(self).map_or(ErrorKind::Other, kind_of),
            // A column whose content is not of its type was not written by us.
            Self::ColumnDecode { .. } | Self::Decode(_) => ErrorKind::Corrupt,
            Self::Io(error) => crate::files::error_kind(error),
            Self::WorkerCrashed => ErrorKind::Unavailable,
            _ => ErrorKind::Other,
        }
    }
}

impl DriverError for rusqlite::Error {
    fn kind(&self) -> ErrorKind {
        match self.sqlite_error() {
            Some(error) => kind_of(error.extended_code & 0xff),
            None => match self {
                Self::InvalidColumnType(..)
                | Self::FromSqlConversionFailure(..)
                | Self::IntegralValueOutOfRange(..)
                | Self::Utf8Error(..) => ErrorKind::Corrupt,
                _ => ErrorKind::Other,
            },
        }
    }
}

/// What a result code means.
pub(super) fn kind_of(code: i32) -> ErrorKind {
    match code {
        code::PERM | code::READONLY | code::AUTH | code::CANTOPEN => ErrorKind::PermissionDenied,
        // A disk that fails may be one that was unplugged.
        code::BUSY | code::LOCKED | code::NOMEM | code::INTERRUPT | code::IOERR => {
            ErrorKind::Unavailable
        }
        code::CORRUPT | code::NOTADB => ErrorKind::Corrupt,
        code::FULL => ErrorKind::QuotaExceeded,
        code::NOTFOUND => ErrorKind::NotFound,
        code::TOOBIG => ErrorKind::InvalidRequest,
        code::CONSTRAINT => ErrorKind::Conflict,
        _ => ErrorKind::Other,
    }
}

fn result_code(error: &sqlx::Error) -> Option<i32> {
    let code: i32 = error.as_database_error()?.code()?.parse().ok()?;
    Some(code & 0xff)
}
