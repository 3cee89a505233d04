//! Lines that are kept.

use bridge_memory::MemoryLogger;
use bridge_traits::{LogLevel, LoggerSink};

#[core_async::test]
async fn lines_are_kept_in_order() {
    let logger = MemoryLogger::new();
    logger.log(LogLevel::Info, "one");
    logger.log(LogLevel::Error, "two");
    assert!(logger.contains("tw"));
    let lines = [(LogLevel::Info, "one".to_owned()), (LogLevel::Error, "two".to_owned())];
    assert_eq!(logger.lines(), lines);
    assert_eq!(logger.take(), lines);
    assert!(logger.take().is_empty());
}
