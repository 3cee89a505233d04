//! What can go wrong with time.

use std::{fmt, io};

/// The deadline passed before the future was ready.
#[derive(Debug, Eq, PartialEq)]
pub struct Elapsed(());

impl Elapsed {
    pub(super) fn new() -> Self {
        Self(())
    }
}

impl fmt::Display for Elapsed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("deadline has elapsed")
    }
}

impl std::error::Error for Elapsed {}

impl From<Elapsed> for io::Error {
    fn from(elapsed: Elapsed) -> Self {
        Self::new(io::ErrorKind::TimedOut, elapsed)
    }
}

/// Why a timer could not be set.
///
/// No function of core-async returns it; it is here for programs that name it.
#[derive(Clone, Copy, Debug)]
pub struct Error(Reason);

#[derive(Clone, Copy, Debug)]
enum Reason {
    Shutdown,
    AtCapacity,
    Invalid,
}

impl Error {
    /// Creates the error of a runtime that is gone.
    pub fn shutdown() -> Self {
        Self(Reason::Shutdown)
    }

    /// Returns true if the runtime is gone.
    pub fn is_shutdown(&self) -> bool {
        matches!(self.0, Reason::Shutdown)
    }

    /// Creates the error of a runtime that has too many timers.
    pub fn at_capacity() -> Self {
        Self(Reason::AtCapacity)
    }

    /// Returns true if the runtime has too many timers.
    pub fn is_at_capacity(&self) -> bool {
        matches!(self.0, Reason::AtCapacity)
    }

    /// Creates the error of a delay that no timer can keep.
    pub fn invalid() -> Self {
        Self(Reason::Invalid)
    }

    /// Returns true if no timer can keep the delay.
    pub fn is_invalid(&self) -> bool {
        matches!(self.0, Reason::Invalid)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Reason::Shutdown => "the runtime of the timer is gone",
            Reason::AtCapacity => "there are too many timers",
            Reason::Invalid => "the delay is too long",
        })
    }
}

impl std::error::Error for Error {}
