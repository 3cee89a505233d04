//! Putting a file in the place of what the library holds.

use std::sync::Arc;

use bridge_traits::{Collection, DatabaseAdapter, Query, Schema, WriteBatch};

use super::error::BackupError;
use super::reader::BackupFile;
use crate::schema::FACTS;

/// How many records one batch has.
const BATCH: usize = 500;

/// Removes every record of `schema`'s collections and writes those of `file`. In batches, because a
/// library may be larger than what fits into memory twice: who calls this keeps a marker meanwhile.
pub(crate) async fn replace(
    database: &Arc<dyn DatabaseAdapter>,
    schema: &Schema,
    file: &BackupFile,
) -> Result<(), BackupError> {
    for collection in schema.compile()?.collections {
        if collection.name != FACTS {
            empty(database, &collection).await?;
        }
    }
    let mut batch = WriteBatch::new();
    let mut entries = file.entries();
    while let Some(entry) = entries.next().await? {
        batch.put(&entry.collection, entry.record);
        if batch.operations.len() >= BATCH {
            database.write(std::mem::take(&mut batch)).await?;
        }
    }
    database.write(batch).await?;
    Ok(())
}

async fn empty(
    database: &Arc<dyn DatabaseAdapter>,
    collection: &Collection,
) -> Result<(), BackupError> {
    let query = Query::new(&collection.name).project(&[Collection::KEY]).limit(BATCH);
    loop {
        let rows = database.query(&query).await?.rows;
        if rows.is_empty() {
            return Ok(());
        }
        let mut batch = WriteBatch::new();
        for row in rows {
            batch.delete(&collection.name, row.record.key());
        }
        database.write(batch).await?;
    }
}
