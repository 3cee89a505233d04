//! SQLite as a [`DatabaseAdapter`].

use std::sync::Arc;

use bridge_conformance::{database::DatabaseUnderTest, database_conformance};
use bridge_desktop::SqliteDatabase;
use bridge_traits::DatabaseAdapter;

mod in_file {
    use super::*;

    database_conformance!(async {
        let directory = Arc::new(tempfile::tempdir().unwrap());
        DatabaseUnderTest::durable(move || {
            let path = directory.path().join("music").join("library.db");
            std::future::ready(Arc::new(SqliteDatabase::at(path)) as Arc<dyn DatabaseAdapter>)
        })
    });
}

mod in_memory {
    use super::*;

    database_conformance!(async {
        Arc::new(SqliteDatabase::in_memory()) as Arc<dyn DatabaseAdapter>
    });
}
