//! Background jobs in SQLite.

use bridge_conformance::background::BackgroundUnderTest;
use bridge_conformance::background_conformance;
use bridge_desktop::SqliteDatabase;

background_conformance!(async {
    let directory = tempfile::tempdir().unwrap();
    BackgroundUnderTest::over_database(move || {
        SqliteDatabase::at(directory.path().join("library.db"))
    })
});
