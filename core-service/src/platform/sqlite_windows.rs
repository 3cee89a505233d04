//! Two programs with the same library open, on SQLite.

use std::path::Path;
use std::sync::Arc;

use bridge_desktop::SqliteDatabase;
use bridge_traits::DatabaseAdapter;

use super::two_windows::{go_on_without_the_other, lose_nothing};

fn windows(folder: &Path) -> [Arc<dyn DatabaseAdapter>; 2] {
    [0; 2].map(|_| -> Arc<dyn DatabaseAdapter> {
        Arc::new(SqliteDatabase::at(folder.join("library.db")))
    })
}

#[core_async::test]
async fn two_that_write_at_the_same_time_lose_nothing() {
    let folder = tempfile::tempdir().unwrap();
    lose_nothing(windows(folder.path())).await;
}

#[core_async::test]
async fn one_goes_on_when_the_other_is_closed_in_an_import() {
    let folder = tempfile::tempdir().unwrap();
    go_on_without_the_other(windows(folder.path())).await;
}
