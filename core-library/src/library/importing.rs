//! Files that came, changed, moved or went.

use bridge_traits::{DatabaseExt, Direction, Filter, Query, Record, Result as BridgeResult};
use futures::TryStreamExt;

use super::{Library, Result};
use crate::import::{self, FileChange, KnownFile};
use crate::schema::TRACKS;

impl Library {
    /// Every file at or below `root`, in the order of paths.
    ///
    /// # Errors
    ///
    /// As the database does.
    pub async fn known_files(&self, root: &str) -> Result<Vec<KnownFile>> {
        let below = if root.is_empty() || root.ends_with('/') {
            root.to_owned()
        } else {
            format!("{root}/")
        };
        let read = |query: Query| async {
            let fields = ["path", "size", "modified_at", "signature", "id"];
            let query =
                query.sort("path", Direction::Ascending).project(&fields).limit(Query::MAX_LIMIT);
            let rows: Vec<_> = self.database.scan(query).try_collect().await?;
            rows.into_iter().map(|row| known_file(row.record)).collect::<BridgeResult<Vec<_>>>()
        };
        let mut files = read(Query::new(TRACKS).filter(Filter::equals("path", root))).await?;
        files.extend(read(Query::new(TRACKS).filter(Filter::starts_with("path", below))).await?);
        Ok(files)
    }

    /// Applies differences between files and library: all of them, or none. Counts of albums and
    /// artists follow in the same commit; events are sent after it.
    ///
    /// # Errors
    ///
    /// As the database does.
    ///
    /// # Cancellation
    ///
    /// Dropping the future leaves the changes applied or not, never in part.
    pub async fn apply(&self, changes: Vec<FileChange>) -> Result<()> {
        if changes.is_empty() {
            return Ok(());
        }
        let _importing = self.importing.lock().await;
        for event in import::apply(&self.database, &self.ids, changes).await? {
            self.events.emit(event);
        }
        Ok(())
    }
}

fn known_file(record: Record) -> BridgeResult<KnownFile> {
    let mut fields = record.into_reader();
    Ok(KnownFile {
        path: fields.text()?,
        size: fields.integer()?,
        modified_millis: fields.optional_integer()?,
        signature: fields.text()?,
        track_id: fields.text()?,
    })
}
