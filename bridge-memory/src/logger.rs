//! Log lines kept for a test to look at.

use std::sync::{Mutex, MutexGuard, PoisonError};

use bridge_traits::{LogLevel, LoggerSink};

/// A [`LoggerSink`] that keeps what it is told.
#[derive(Debug)]
pub struct MemoryLogger {
    lines: Mutex<Vec<(LogLevel, String)>>,
    level: LogLevel,
}

impl MemoryLogger {
    /// A logger without lines.
    pub fn new() -> Self {
        Self { lines: Mutex::default(), level: LogLevel::Trace }
    }

    /// Leaves out what is less important than `level`.
    #[must_use]
    pub fn with_level(mut self, level: LogLevel) -> Self {
        self.level = level;
        self
    }

    /// Every line so far.
    pub fn lines(&self) -> Vec<(LogLevel, String)> {
        self.state().clone()
    }

    /// Every line so far, which are then forgotten.
    pub fn take(&self) -> Vec<(LogLevel, String)> {
        std::mem::take(&mut *self.state())
    }

    /// Whether a line contains `text`.
    pub fn contains(&self, text: &str) -> bool {
        self.state().iter().any(|(_, line)| line.contains(text))
    }

    fn state(&self) -> MutexGuard<'_, Vec<(LogLevel, String)>> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for MemoryLogger {
    fn default() -> Self {
        Self::new()
    }
}

impl LoggerSink for MemoryLogger {
    fn log(&self, level: LogLevel, line: &str) {
        if level >= self.level {
            self.state().push((level, line.to_owned()));
        }
    }

    fn level(&self) -> LogLevel {
        self.level
    }
}
