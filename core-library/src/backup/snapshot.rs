//! A copy of everything before a migration changes it.

use std::sync::Arc;

use bridge_traits::{DatabaseAdapter, ErrorKind, FileSystemAccess, Schema, SchemaComponent, path};

use super::error::BackupError;
use super::export::write_file;

/// How many snapshots are kept.
const KEPT: usize = 3;

/// What the names of snapshots end with.
const EXTENSION: &str = ".mpclib";

/// Writes what the database holds to a file in `folder`, if opening it with `schema` would migrate
/// it. Returns the file, or `None` if there is nothing to migrate. Only the newest three files are
/// kept. Afterwards the database is open with the schema it has; open it with `schema` next.
///
/// # Errors
///
/// Fails as the database or the files do. Then do not migrate: the library is as it was.
pub async fn snapshot_before_migration(
    database: &Arc<dyn DatabaseAdapter>,
    schema: &Schema,
    (files, folder): (&Arc<dyn FileSystemAccess>, &str),
    now: u64,
) -> Result<Option<String>, BackupError> {
    database.open(Schema::default()).await?;
    let versions = database.versions().await?;
    let stored = |component: &SchemaComponent| versions.get(&component.name).copied().unwrap_or(0);
    let behind =
        |component: &&SchemaComponent| (1..component.version()).contains(&stored(component));
    let Some(first) = schema.components.iter().find(behind) else { return Ok(None) };
    let name = format!("{now:013}-{}-{}{EXTENSION}", first.name, stored(first));
    let before = schema.components.iter().filter(|component| stored(component) > 0).map(|c| {
        let mut before = c.clone();
        before.migrations.retain(|migration| migration.number <= stored(c));
        before
    });
    let before = Schema::new(before.collect());
    database.open(before.clone()).await?;
    let path = path::join(folder, &name);
    write_file(database, &before, now, (files, &path)).await?;
    remove_old(files, folder).await?;
    Ok(Some(path))
}

/// Names begin with the time, so the oldest come first.
async fn remove_old(files: &Arc<dyn FileSystemAccess>, folder: &str) -> Result<(), BackupError> {
    let entries = files.list(folder).await?;
    let snapshots: Vec<_> =
        entries.iter().filter(|entry| entry.name.ends_with(EXTENSION)).collect();
    let surplus = snapshots.len().saturating_sub(KEPT);
    for entry in &snapshots[..surplus] {
        match files.remove_file(&path::join(folder, &entry.name)).await {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
    }
    Ok(())
}
