//! What is left of a task that has no output.

use std::any::Any;
use std::fmt;

/// Why a task ended without an output.
pub struct JoinError {
    reason: Reason,
}

enum Reason {
    Cancelled,
    Panic(Box<dyn Any + Send>),
}

impl JoinError {
    pub(super) fn cancelled() -> Self {
        Self { reason: Reason::Cancelled }
    }

    pub(super) fn panicked(payload: Box<dyn Any + Send>) -> Self {
        Self { reason: Reason::Panic(payload) }
    }

    /// Returns true if the task was aborted.
    pub fn is_cancelled(&self) -> bool {
        matches!(self.reason, Reason::Cancelled)
    }

    /// Returns true if the task panicked.
    pub fn is_panic(&self) -> bool {
        matches!(self.reason, Reason::Panic(_))
    }

    /// Returns what the task panicked with.
    ///
    /// # Panics
    ///
    /// Panics if the task was cancelled; [`try_into_panic`](Self::try_into_panic) does not.
    #[track_caller]
    pub fn into_panic(self) -> Box<dyn Any + Send> {
        match self.try_into_panic() {
            Ok(payload) => payload,
            Err(_) => panic!("`into_panic` on a task that did not panic"),
        }
    }

    /// Returns what the task panicked with, or the error itself if the task did not panic.
    ///
    /// # Errors
    ///
    /// Gives the error back if the task was cancelled.
    pub fn try_into_panic(self) -> Result<Box<dyn Any + Send>, Self> {
        match self.reason {
            Reason::Panic(payload) => Ok(payload),
            Reason::Cancelled => Err(self),
        }
    }

    fn panic_message(&self) -> Option<&str> {
        match &self.reason {
            Reason::Cancelled => None,
            Reason::Panic(payload) => payload
                .downcast_ref::<&str>()
                .copied()
                .or_else(|| payload.downcast_ref::<String>().map(String::as_str)),
        }
    }
}

impl fmt::Display for JoinError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.reason, self.panic_message()) {
            (Reason::Cancelled, _) => f.write_str("task was cancelled"),
            (Reason::Panic(_), Some(message)) => write!(f, "task panicked with {message:?}"),
            (Reason::Panic(_), None) => f.write_str("task panicked"),
        }
    }
}

impl fmt::Debug for JoinError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.reason, self.panic_message()) {
            (Reason::Cancelled, _) => f.write_str("JoinError::Cancelled"),
            (Reason::Panic(_), message) => write!(f, "JoinError::Panic({message:?})"),
        }
    }
}

impl std::error::Error for JoinError {}
