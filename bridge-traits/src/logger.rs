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
/// * Lines below [`level`](Self::level) are left out, whoever hands them over.
/// * When `flush` returns, every line taken before is where this sink brings its lines.
pub trait LoggerSink: fmt::Debug + Send + Sync {
    /// Takes one line.
    fn log(&self, level: LogLevel, line: &str);

    /// The least important level that this sink takes. It does not change, so that nobody need
    /// write lines that nobody reads.
    fn level(&self) -> LogLevel {
        LogLevel::Trace
    }

    /// Brings out what is held back: before the program ends, or when it is put to sleep. A sink
    /// that holds nothing back has nothing to do.
    fn flush(&self) {}
}
