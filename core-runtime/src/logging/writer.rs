//! Hands formatted lines to the host's sink.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bridge_traits::{LogLevel, LoggerSink};
use tracing::{Level, Metadata};
use tracing_subscriber::fmt::MakeWriter;

use super::redact::redact;

/// The longest line that reaches a sink, in bytes; the rest is cut off.
const LONGEST_LINE: usize = 16 * 1024;

/// Makes a writer per log record.
#[derive(Clone, Debug)]
pub(super) struct SinkWriter {
    pub(super) sink: Arc<dyn LoggerSink>,
    pub(super) redact_pii: Arc<AtomicBool>,
}

/// Collects one record and passes it on when dropped.
pub(super) struct LineWriter {
    writer: SinkWriter,
    level: LogLevel,
    line: Vec<u8>,
}

impl<'a> MakeWriter<'a> for SinkWriter {
    type Writer = LineWriter;

    fn make_writer(&'a self) -> LineWriter {
        LineWriter { writer: self.clone(), level: LogLevel::Info, line: Vec::new() }
    }

    fn make_writer_for(&'a self, metadata: &Metadata<'_>) -> LineWriter {
        let level = match *metadata.level() {
            Level::TRACE => LogLevel::Trace,
            Level::DEBUG => LogLevel::Debug,
            Level::INFO => LogLevel::Info,
            Level::WARN => LogLevel::Warn,
            Level::ERROR => LogLevel::Error,
        };
        LineWriter { writer: self.clone(), level, line: Vec::new() }
    }
}

impl io::Write for LineWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let room = LONGEST_LINE.saturating_sub(self.line.len());
        self.line.extend_from_slice(&bytes[..bytes.len().min(room)]);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for LineWriter {
    fn drop(&mut self) {
        let text = String::from_utf8_lossy(&self.line);
        let text = text.trim_end_matches('\n');
        if text.is_empty() || self.level < self.writer.sink.level() {
            return;
        }
        if self.writer.redact_pii.load(Ordering::Relaxed) {
            self.writer.sink.log(self.level, &redact(text));
        } else {
            self.writer.sink.log(self.level, text);
        }
    }
}

impl fmt::Debug for LineWriter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LineWriter").field("level", &self.level).finish_non_exhaustive()
    }
}
