//! Putting a file in the place of what the library holds.

use std::sync::Arc;

use bridge_traits::{Collection, DatabaseAdapter, Query, Schema, WriteBatch};

use super::error::BackupError;
use super::others::Others;
use super::reader::BackupFile;
use crate::schema::FACTS;

/// How many records one batch has.
const BATCH: usize = 500;

/// How often it is begun again because others write as well.
const ATTEMPTS: usize = 3;

/// Removes every record of `schema`'s collections and writes those of `file`. In batches, because a
/// library may be larger than what fits into memory twice: who calls this keeps a marker meanwhile.
/// What others write between two of them was thought out for a library that is no more, so then it
/// is begun again.
pub(crate) async fn replace(
    database: &Arc<dyn DatabaseAdapter>,
    schema: &Schema,
    file: &BackupFile,
) -> Result<(), BackupError> {
    let mut collections = schema.compile()?.collections;
    collections.retain(|collection| collection.name != FACTS);
    for _ in 0..ATTEMPTS {
        let others = Others::watch(database, &collections).await?;
        let mut replacement = Replacement { database, others };
        let outcome = replacement.carry_out(&collections, file).await;
        // What others have written may also be what stood in the way.
        if !replacement.others.have_written().await? {
            return outcome;
        }
    }
    Err(BackupError::Busy)
}

/// One attempt.
struct Replacement<'a> {
    database: &'a Arc<dyn DatabaseAdapter>,
    others: Others,
}

impl Replacement<'_> {
    async fn carry_out(
        &mut self,
        collections: &[Collection],
        file: &BackupFile,
    ) -> Result<(), BackupError> {
        for collection in collections {
            self.empty(collection).await?;
        }
        let mut batch = WriteBatch::new();
        let mut entries = file.entries();
        while let Some(entry) = entries.next().await? {
            batch.put(&entry.collection, entry.record);
            if batch.operations.len() >= BATCH {
                self.write(std::mem::take(&mut batch)).await?;
                if self.others.are_heard() {
                    return Ok(());
                }
            }
        }
        self.write(batch).await
    }

    async fn empty(&mut self, collection: &Collection) -> Result<(), BackupError> {
        let query = Query::new(&collection.name).project(&[Collection::KEY]).limit(BATCH);
        loop {
            let rows = self.database.query(&query).await?.rows;
            if rows.is_empty() {
                return Ok(());
            }
            let mut batch = WriteBatch::new();
            for row in rows {
                batch.delete(&collection.name, row.record.key());
            }
            self.write(batch).await?;
        }
    }

    async fn write(&mut self, batch: WriteBatch) -> Result<(), BackupError> {
        // An empty batch is no commit, and has the number of somebody else's.
        if !batch.is_empty() {
            let commit = self.database.write(batch).await?;
            self.others.except(&commit);
        }
        Ok(())
    }
}
