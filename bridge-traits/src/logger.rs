//! Where finished log lines go.

use std::fmt;

/// How important a log line is.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum LogLevel {
    /// Very fine detail.
    Trace,
    /// Detail for developers.
    Debug,
    /// Normal progress.
    Info,
    /// Something unexpected that was handled.
    Warn,
    /// Something failed.
    Error,
}

/// Receives every log line of the core, already formatted and redacted.
///
/// Logging is a process-wide matter, so a sink is shared by threads wherever there are any.
///
/// # Contract
///
/// * A call never blocks on the network and never panics.
/// * Lines of one thread arrive in order; `line` has no trailing newline.
pub trait LoggerSink: fmt::Debug + Send + Sync {
    /// Takes one line.
    fn log(&self, level: LogLevel, line: &str);
}
