//! Background jobs in SQLite.

use std::sync::Arc;

use bridge_conformance::background::BackgroundUnderTest;
use bridge_conformance::background_conformance;
use bridge_desktop::SqliteDatabase;
use bridge_traits::{
    BackgroundExecutor, BackgroundHost, DatabaseAdapter, DatabaseBackground, Schema,
};

background_conformance!(async {
    let directory = tempfile::tempdir().unwrap();
    BackgroundUnderTest::new(move |parts| {
        let database = SqliteDatabase::at(directory.path().join("library.db"));
        async move {
            database.open(Schema::new(vec![DatabaseBackground::schema()])).await.unwrap();
            let host = BackgroundHost {
                database: Arc::new(database),
                clock: parts.clock,
                network: Some(parts.network),
                device: Some(parts.device),
            };
            let executor = DatabaseBackground::start(host).await.unwrap();
            Arc::new(executor) as Arc<dyn BackgroundExecutor>
        }
    })
});
