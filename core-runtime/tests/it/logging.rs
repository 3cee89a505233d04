//! Every logging option changes the output. One test, because a process has one subscriber.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use bridge_memory::ManualClock;
use bridge_traits::{Clock, LogLevel, LoggerSink};
use core_runtime::{LogFormat, LoggingConfig, LoggingError, init_logging};

#[derive(Debug, Default)]
struct Lines(Mutex<Vec<(LogLevel, String)>>, AtomicUsize);

impl LoggerSink for Lines {
    fn log(&self, level: LogLevel, line: &str) {
        self.0.lock().unwrap().push((level, line.to_owned()));
    }

    fn level(&self) -> LogLevel {
        LogLevel::Debug
    }

    fn flush(&self) {
        self.1.fetch_add(1, Ordering::SeqCst);
    }
}

impl Lines {
    fn take(&self) -> Vec<(LogLevel, String)> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }

    fn last(&self) -> String {
        self.take().pop().expect("a line was logged").1
    }
}

#[core_async::test]
async fn the_configuration_is_obeyed_and_can_change() {
    let lines = Arc::new(Lines::default());
    let clock: Arc<dyn Clock> = Arc::new(ManualClock::default());
    let config = LoggingConfig::default();
    let handle = init_logging(&config, lines.clone(), clock.clone()).unwrap();
    let second = init_logging(&config, lines.clone(), clock.clone());
    assert!(matches!(second, Err(LoggingError::AlreadySetUp)));

    tracing::info!("hello");
    tracing::debug!("too fine");
    let (level, line) = lines.take().remove(0);
    assert_eq!(level, LogLevel::Info);
    assert!(line.ends_with(" INFO it::logging: hello"), "{line}");
    assert!(line.contains('T') && line.contains('Z'), "{line}");

    handle.reconfigure(&LoggingConfig { level: LogLevel::Debug, ..config.clone() }).unwrap();
    tracing::debug!("fine now");
    assert!(lines.last().contains("fine now"));

    let filter = Some("it=warn,info".to_owned());
    handle.reconfigure(&LoggingConfig { filter, ..config.clone() }).unwrap();
    tracing::info!("filtered");
    tracing::info!(target: "other", "passes");
    assert!(lines.last().contains("passes"));

    let bad = LoggingConfig { filter: Some("=/=".into()), ..config.clone() };
    assert!(matches!(handle.reconfigure(&bad), Err(LoggingError::InvalidFilter { .. })));

    handle.reconfigure(&LoggingConfig { target: false, ..config.clone() }).unwrap();
    tracing::info!("bare");
    assert!(!lines.last().contains("it::logging"));

    handle.reconfigure(&config).unwrap();
    tracing::info_span!("scan", root = "music").in_scope(|| tracing::info!("inside"));
    assert!(lines.last().contains("scan{root=\"music\"}: inside"));
    handle.reconfigure(&LoggingConfig { spans: false, ..config.clone() }).unwrap();
    tracing::info_span!("scan").in_scope(|| tracing::info!("inside"));
    assert!(!lines.last().contains("scan"));

    let json = LoggingConfig { format: LogFormat::Json, ..config.clone() };
    handle.reconfigure(&json).unwrap();
    tracing::info!(count = 3, "as json");
    let value: serde_json::Value = serde_json::from_str(&lines.last()).unwrap();
    assert_eq!(value["fields"]["count"], 3);
    handle.reconfigure(&LoggingConfig { format: LogFormat::Pretty, ..config.clone() }).unwrap();
    tracing::info!("pretty");
    assert!(lines.last().contains('\n'));

    handle.reconfigure(&config).unwrap();
    tracing::info!("Authorization: Bearer CANARY-abc.def for a.b@example.org in /home/eve/x");
    let line = lines.last();
    for secret in ["CANARY", "example.org", "eve"] {
        assert!(!line.contains(secret), "{line}");
    }
    handle.reconfigure(&LoggingConfig { redact_pii: false, ..config.clone() }).unwrap();
    tracing::info!("for a.b@example.org");
    assert!(lines.last().contains("a.b@example.org"));

    handle.reconfigure(&LoggingConfig { thread: true, ..config.clone() }).unwrap();
    tracing::info!("threaded");
    assert!(lines.last().contains('['));

    handle.reconfigure(&LoggingConfig { level: LogLevel::Trace, ..config.clone() }).unwrap();
    tracing::trace!("finer than the sink wants");
    assert!(lines.take().is_empty());
    assert_eq!(lines.1.load(Ordering::SeqCst), 0);
    handle.flush();
    assert_eq!(lines.1.load(Ordering::SeqCst), 1);

    handle.reconfigure(&config).unwrap();
    tracing::info!("title\nFORGED \u{1b}[31m");
    let taken = lines.take();
    assert_eq!(taken.len(), 1);
    assert!(taken[0].1.contains("FORGED") && !taken[0].1.contains(['\n', '\u{1b}']));
}
