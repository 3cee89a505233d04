//! What a desktop tells of its library.

use std::sync::{Arc, OnceLock};

use bridge_desktop::SqliteDatabase;
use core_runtime::SystemEvent;

use super::DATABASE;
use crate::storage::{SetAside, StorageDamage};
use crate::wiring::DatabaseReport;

/// How the library in SQLite is.
#[derive(Debug)]
pub(super) struct SqliteReport {
    pub(super) database: Arc<SqliteDatabase>,
    /// What was set aside at this start.
    pub(super) set_aside: OnceLock<SetAside>,
}

#[core_async::async_trait]
impl DatabaseReport for SqliteReport {
    fn damage(&self) -> Vec<StorageDamage> {
        let found = self.database.watch_damage().current().map(while_open);
        self.set_aside
            .get()
            .map(|aside| damage(aside.to_string()))
            .into_iter()
            .chain(found)
            .collect()
    }

    async fn damaged(&self) -> StorageDamage {
        let mut news = self.database.watch_damage();
        let mut found = news.current();
        loop {
            match found {
                Some(reason) => return while_open(reason),
                None => found = news.next().await,
            }
        }
    }

    /// Files are not taken away.
    async fn end(&self) -> SystemEvent {
        std::future::pending().await
    }
}

fn while_open(reason: String) -> StorageDamage {
    damage(format!(
        "{reason}; end every program that uses the library and start again: it is checked then, and \
         set aside if it is damaged"
    ))
}

fn damage(reason: String) -> StorageDamage {
    StorageDamage { part: DATABASE.to_owned(), reason, records: None }
}
