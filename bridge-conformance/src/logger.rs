//! The contract of [`LoggerSink`].

use std::fmt;
use std::sync::Arc;

use bridge_traits::{LogLevel, LoggerSink};

/// Proves that a [`LoggerSink`] keeps its contract; takes a future that yields a [`LoggerUnderTest`].
#[macro_export]
macro_rules! logger_conformance {
    ($make:expr $(,)?) => {
        $crate::conformance_tests! {
            logger: $crate::logger::LoggerUnderTest = $make, logger:
            lines_arrive_in_order
            odd_lines_arrive
            a_line_of_a_megabyte_does_no_harm
        }
    };
}

/// A sink, and how to read what arrived.
pub struct LoggerUnderTest {
    sink: Arc<dyn LoggerSink>,
    read: Box<dyn Fn() -> String>,
}

impl LoggerUnderTest {
    /// `read` gives everything that arrived so far, in any form that holds each line's text.
    pub fn new(sink: Arc<dyn LoggerSink>, read: impl Fn() -> String + 'static) -> Self {
        Self { sink, read: Box::new(read) }
    }
}

impl fmt::Debug for LoggerUnderTest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoggerUnderTest").field("sink", &self.sink).finish_non_exhaustive()
    }
}

const LEVELS: [LogLevel; 5] =
    [LogLevel::Trace, LogLevel::Debug, LogLevel::Info, LogLevel::Warn, LogLevel::Error];

/// Every line of every level arrives, each behind the one before it.
pub async fn lines_arrive_in_order(subject: &LoggerUnderTest) {
    for number in 0..100 {
        subject.sink.log(LEVELS[number % LEVELS.len()], &format!("<line {number}>"));
    }
    let text = (subject.read)();
    let mut from = 0;
    for number in 0..100 {
        let line = format!("<line {number}>");
        let at = text[from..].find(&line).unwrap_or_else(|| panic!("{line} is missing or early"));
        from += at + line.len();
    }
}

/// Nothing in a line is a command to the sink.
pub async fn odd_lines_arrive(subject: &LoggerUnderTest) {
    let lines = ["", "%s %d %c", "{} {:?}", "日本語 🎵", "\"quoted\"", "a\tb", "<b>", "C:\\n"];
    for line in lines {
        subject.sink.log(LogLevel::Info, line);
    }
    let text = (subject.read)();
    for line in lines {
        assert!(text.contains(line), "{line:?}");
    }
    for line in ["\0", "two\nlines", "\u{1b}[31m"] {
        subject.sink.log(LogLevel::Warn, line);
    }
    subject.sink.log(LogLevel::Info, "the last one");
    assert!((subject.read)().contains("the last one"));
}

/// A sink may cut a line short, but not fail.
pub async fn a_line_of_a_megabyte_does_no_harm(subject: &LoggerUnderTest) {
    subject.sink.log(LogLevel::Error, &"x".repeat(1 << 20));
    subject.sink.log(LogLevel::Info, "the next one");
    assert!((subject.read)().contains("the next one"));
}
