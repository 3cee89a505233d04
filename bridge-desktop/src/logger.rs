//! Log lines on the standard error stream.

use std::io::{self, Write};

use bridge_traits::{LogLevel, LoggerSink};

/// Writes each line to the standard error stream, which leaves the standard output to results.
#[derive(Clone, Copy, Debug, Default)]
pub struct StderrLogger;

impl LoggerSink for StderrLogger {
    fn log(&self, _level: LogLevel, line: &str) {
        // One write under one lock keeps the lines of several threads whole. Nobody can be told
        // that the stream is closed, and `eprintln!` would panic.
        let mut whole = String::with_capacity(line.len() + 1);
        whole.push_str(line);
        whole.push('\n');
        io::stderr().lock().write_all(whole.as_bytes()).ok();
    }
}
