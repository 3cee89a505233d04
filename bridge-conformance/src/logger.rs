//! The contract of [`LoggerSink`].

use std::fmt;
use std::sync::Arc;

use bridge_traits::{LogLevel, LoggerSink};

use crate::skip::skip;

/// Proves that a [`LoggerSink`] keeps its contract; takes a future that yields a [`LoggerUnderTest`].
///
/// Whether less important lines are left out shows only in a sink with a level above
/// [`Trace`](LogLevel::Trace): test one of those too, in a module of its own.
#[macro_export]
macro_rules! logger_conformance {
    ($make:expr $(,)?) => {
        $crate::conformance_tests! {
            logger: $crate::logger::LoggerUnderTest = $make, logger:
            lines_arrive_in_order
            odd_lines_arrive
            a_line_of_a_megabyte_does_no_harm
            a_flush_brings_out_every_line
            less_important_lines_are_left_out
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

    /// What arrived, with nothing held back.
    fn text(&self) -> String {
        self.sink.flush();
        (self.read)()
    }

    /// The levels that the sink takes.
    fn levels(&self) -> Vec<LogLevel> {
        LEVELS.into_iter().filter(|level| *level >= self.sink.level()).collect()
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
    let levels = subject.levels();
    for number in 0..100 {
        subject.sink.log(levels[number % levels.len()], &format!("<line {number}>"));
    }
    let text = subject.text();
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
        subject.sink.log(LogLevel::Error, line);
    }
    let text = subject.text();
    for line in lines {
        assert!(text.contains(line), "{line:?}");
    }
    for line in ["\0", "two\nlines", "\u{1b}[31m"] {
        subject.sink.log(LogLevel::Error, line);
    }
    subject.sink.log(LogLevel::Error, "the last one");
    assert!(subject.text().contains("the last one"));
}

/// A sink may cut a line short, but not fail.
pub async fn a_line_of_a_megabyte_does_no_harm(subject: &LoggerUnderTest) {
    subject.sink.log(LogLevel::Error, &"x".repeat(1 << 20));
    subject.sink.log(LogLevel::Error, "the next one");
    assert!(subject.text().contains("the next one"));
}

/// Nothing is held back after a flush, and flushing is no end.
pub async fn a_flush_brings_out_every_line(subject: &LoggerUnderTest) {
    subject.sink.flush();
    for number in 0..20 {
        subject.sink.log(LogLevel::Error, &format!("<flushed {number}>"));
        subject.sink.flush();
        subject.sink.flush();
        let text = (subject.read)();
        assert!(text.contains(&format!("<flushed {number}>")), "{number}");
    }
}

/// A sink with a level takes what is as important or more.
pub async fn less_important_lines_are_left_out(subject: &LoggerUnderTest) {
    let least = subject.sink.level();
    if least == LogLevel::Trace {
        return skip("level");
    }
    for level in LEVELS {
        subject.sink.log(level, &format!("<at {level:?}>"));
    }
    let text = subject.text();
    for level in LEVELS {
        assert_eq!(text.contains(&format!("<at {level:?}>")), level >= least, "{level:?}");
    }
    assert_eq!(subject.sink.level(), least);
}
