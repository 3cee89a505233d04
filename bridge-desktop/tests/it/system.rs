//! Clock, randomness, log lines and settings.

use std::process::Command;
use std::sync::Arc;

use bridge_conformance::{Place, clock_conformance, randomness_conformance, settings_conformance};
use bridge_desktop::{OsRandomness, SqliteDatabase, StderrLogger, SystemClock};
use bridge_traits::{
    Clock, DatabaseAdapter, DatabaseSettings, LogLevel, LoggerSink, Randomness, Schema,
    SettingsStore,
};

clock_conformance!(running: async { Arc::new(SystemClock::new()) as Arc<dyn Clock> });

randomness_conformance!(async { Arc::new(OsRandomness) as Arc<dyn Randomness> });

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

/// What the child process of the next test does.
#[test]
fn logging_process() {
    if std::env::var_os("MPC_TEST_LOG").is_some() {
        for number in 0..100 {
            StderrLogger.log(LogLevel::Info, &format!("line {number}: ümlaut"));
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
