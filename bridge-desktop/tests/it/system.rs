//! Clock, randomness, pictures, log lines and settings.

use std::io::{self, BufWriter, Write};
use std::process::Command;
use std::sync::{Arc, Mutex};

use bridge_conformance::logger::LoggerUnderTest;
use bridge_conformance::{
    Place, clock_conformance, image_resizer_conformance, logger_conformance,
    randomness_conformance, settings_conformance,
};
use bridge_desktop::{
    DesktopImageResizer, OsRandomness, SqliteDatabase, StreamLogger, SystemClock,
};
use bridge_traits::{
    Clock, DatabaseAdapter, DatabaseSettings, ImageResizer, LogLevel, LoggerSink, Randomness,
    Schema, SettingsStore,
};

clock_conformance!(running: async { Arc::new(SystemClock::new()) as Arc<dyn Clock> });

randomness_conformance!(async { Arc::new(OsRandomness) as Arc<dyn Randomness> });

image_resizer_conformance!(formats: async {
    Arc::new(DesktopImageResizer) as Arc<dyn ImageResizer>
});

settings_conformance!(durable: async {
    let directory = Arc::new(tempfile::tempdir().unwrap());
    Place::durable(move || {
        let database = SqliteDatabase::at(directory.path().join("library.db"));
        async move {
            database.open(Schema::new(vec![DatabaseSettings::schema()])).await.unwrap();
            Arc::new(DatabaseSettings::new(Arc::new(database))) as Arc<dyn SettingsStore>
        }
    })
});

/// A stream in memory, which like a file shows nothing of what a buffer in front of it holds back.
#[derive(Clone, Debug, Default)]
struct Shared(Arc<Mutex<Vec<u8>>>);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn logger(level: LogLevel) -> LoggerUnderTest {
    let written = Shared::default();
    let sink = StreamLogger::new(BufWriter::new(written.clone())).with_level(level);
    LoggerUnderTest::new(Arc::new(sink), move || {
        String::from_utf8_lossy(&written.0.lock().unwrap()).into_owned()
    })
}

logger_conformance!(async { logger(LogLevel::Trace) });

mod with_level {
    use super::*;

    logger_conformance!(async { logger(LogLevel::Warn) });
}

/// What the child process of the next test does.
#[test]
fn logging_process() {
    if std::env::var_os("MPC_TEST_LOG").is_some() {
        for number in 0..100 {
            StreamLogger::stderr().log(LogLevel::Info, &format!("line {number}: ümlaut"));
        }
    }
}

#[test]
fn lines_arrive_whole_and_in_order_on_standard_error() {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "system::logging_process", "--nocapture"])
        .env("MPC_TEST_LOG", "1")
        .output()
        .unwrap();
    let expected: String = (0..100).map(|number| format!("line {number}: ümlaut\n")).collect();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), expected);
}
