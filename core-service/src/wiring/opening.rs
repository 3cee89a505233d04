//! Opening the database, with a copy of it first where it is about to change.

use std::sync::Arc;

use bridge_traits::{DatabaseAdapter, FileSystemAccess, Schema};
use core_library::snapshot_before_migration;

use crate::error::BootstrapError;

/// Brings the database to `schema`. If it has to be migrated and there is a folder for copies, it is
/// copied there first; where that fails it stays as it is.
pub(crate) async fn open_database(
    database: &Arc<dyn DatabaseAdapter>,
    schema: Schema,
    snapshots: Option<(&Arc<dyn FileSystemAccess>, &str)>,
    now: u64,
) -> Result<(), BootstrapError> {
    if let Some(place) = snapshots {
        // That it does not open has nothing to do with the copy.
        database.open(Schema::default()).await?;
        if let Some(path) = snapshot_before_migration(database, &schema, place, now).await? {
            tracing::info!(path, "the database was copied before its migration");
        }
    }
    Ok(database.open(schema).await?)
}
