//! Files that a track and its copies have exchanged.

use std::collections::BTreeMap;

use bridge_traits::{BoxFuture, DatabaseAdapter, Filter, Query, Result};

use super::kin::{copies, has_copies};
use crate::paging::{VALUES_AT_ONCE, every_row};
use crate::schema::{BIN, TRACKS};

/// A copy's id, and the track it is a copy of.
type CopyOf = (String, String);

/// Whose each file is now, given its path and whose it was. Those that nobody has exchanged are
/// whose they were, also where others have their places by now.
///
/// In a box, because its code would be compiled once more for every crate that awaits it.
pub(crate) fn owners<'a>(
    database: &'a dyn DatabaseAdapter,
    files: &'a [(String, String)],
) -> BoxFuture<'a, Result<Vec<String>>> {
    Box::pin(async move {
        let mut owners: Vec<String> = files.iter().map(|(_, track)| track.clone()).collect();
        if !has_copies(database).await? {
            return Ok(owners);
        }
        for (files, owners) in files.chunks(VALUES_AT_ONCE).zip(owners.chunks_mut(VALUES_AT_ONCE)) {
            let paths = || files.iter().map(|(path, _)| path);
            let mut in_use = BTreeMap::new();
            let query = Query::new(TRACKS).filter(Filter::one_of("path", paths()));
            for row in every_row(database, query.project(&["id", "path"])).await? {
                let mut fields = row.record.into_reader();
                let id = fields.text()?;
                in_use.insert(fields.text()?, id);
            }
            let by_path = copies_with(database, "path", paths()).await?;
            let by_id = copies_with(database, "id", files.iter().map(|(_, track)| track)).await?;
            for ((path, track), owner) in files.iter().zip(owners) {
                let family = match by_id.get(track).and_then(|copies| copies.first()) {
                    Some((_, of)) => of,
                    None => track,
                };
                let here = in_use.get(path).filter(|id| *id == family);
                let copies = by_path.get(path).map_or(&[][..], Vec::as_slice);
                let mut copies = copies.iter().filter(|(_, of)| of == family);
                let is_copy = copies.clone().any(|(id, _)| id == track);
                if let Some(id) = here {
                    owner.clone_from(id);
                } else if let Some((id, _)) = copies.next().filter(|_| !is_copy) {
                    owner.clone_from(id);
                }
            }
        }
        Ok(owners)
    })
}

/// The copies with one of these values in a field, by the value.
async fn copies_with<'a>(
    database: &dyn DatabaseAdapter,
    field: &str,
    values: impl Iterator<Item = &'a String>,
) -> Result<BTreeMap<String, Vec<CopyOf>>> {
    let filter = Filter::one_of(field, values).and(copies());
    let query = Query::new(BIN).filter(filter).project(&[field, "id", "merged_into"]);
    let mut found: BTreeMap<String, Vec<CopyOf>> = BTreeMap::new();
    for row in every_row(database, query).await? {
        let mut fields = row.record.into_reader();
        let value = fields.text()?;
        found.entry(value).or_default().push((fields.text()?, fields.text()?));
    }
    Ok(found)
}
