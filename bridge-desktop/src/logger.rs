//! Log lines on a stream: the standard error stream, or a file.

use std::fmt;
use std::io::{self, Write};
use std::sync::{Mutex, PoisonError};

use bridge_traits::{LogLevel, LoggerSink};

/// Writes each line to a stream.
///
/// Nobody can be told that the stream is closed or the disk full: lines are lost then, and nothing
/// else happens.
pub struct StreamLogger {
    stream: Mutex<Box<dyn Write + Send>>,
    level: LogLevel,
}

impl StreamLogger {
    /// Lines on the standard error stream, which leaves the standard output to results.
    pub fn stderr() -> Self {
        Self::new(io::stderr())
    }

    /// Lines on `stream`, for example a file, buffered or not.
    pub fn new(stream: impl Write + Send + 'static) -> Self {
        Self { stream: Mutex::new(Box::new(stream)), level: LogLevel::Trace }
    }

    /// Leaves out what is less important than `level`.
    #[must_use]
    pub fn with_level(mut self, level: LogLevel) -> Self {
        self.level = level;
        self
    }
}

impl LoggerSink for StreamLogger {
    fn log(&self, level: LogLevel, line: &str) {
        if level < self.level {
            return;
        }
        // One write under one lock keeps the lines of several threads whole, and those of several
        // processes on one stream. `eprintln!` would panic where the stream is closed.
        let mut whole = String::with_capacity(line.len() + 1);
        whole.push_str(line);
        whole.push('\n');
        self.stream().write_all(whole.as_bytes()).ok();
    }

    fn level(&self) -> LogLevel {
        self.level
    }

    fn flush(&self) {
        self.stream().flush().ok();
    }
}

impl StreamLogger {
    fn stream(&self) -> std::sync::MutexGuard<'_, Box<dyn Write + Send>> {
        // A line that was half written when a thread panicked is no reason to write no more.
        self.stream.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for StreamLogger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StreamLogger").field("level", &self.level).finish_non_exhaustive()
    }
}
