//! Which tracks the entries of a playlist file mean.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bridge_traits::{DatabaseAdapter, DatabaseExt, Filter, Query, Result, path};
use futures::TryStreamExt;
use unicode_normalization::UnicodeNormalization;

use super::file_entry::FileEntry;
use crate::paging::VALUES_AT_ONCE;
use crate::schema::TRACKS;
use crate::text::fold;

/// How far apart two durations of one recording may be, in milliseconds.
const TOLERANCE: u64 = 3_000;

/// A track that an entry may mean.
#[derive(Clone, Debug)]
struct Candidate {
    id: String,
    path: String,
    duration_ms: Option<u64>,
    title_key: String,
    artist_key: Option<String>,
}

/// The id of the track that each entry means, if any.
///
/// A path decides if there is a file there, however its accents are encoded. Otherwise the end of
/// the path does, because a library may have moved as a whole; two parts of it must agree, or one
/// and something else. Otherwise artist and title do.
pub(crate) async fn find(
    database: &Arc<dyn DatabaseAdapter>,
    entries: &[FileEntry],
) -> Result<Vec<Option<String>>> {
    let mut found = by_path(database, entries).await?;
    if found.iter().all(Option::is_some) {
        return Ok(found);
    }
    let missing = || entries.iter().zip(&found).filter(|(_, id)| id.is_none()).map(|(e, _)| e);
    let names: BTreeSet<String> = missing().map(|entry| name_key(&entry.location)).collect();
    let titles: BTreeSet<String> =
        missing().filter_map(|entry| entry.title.as_deref().map(fold)).collect();
    let (mut by_name, mut by_title) = (BTreeMap::<_, Vec<_>>::new(), BTreeMap::<_, Vec<_>>::new());
    let mut rows = database.scan(candidates().limit(Query::MAX_LIMIT));
    while let Some(row) = rows.try_next().await? {
        let candidate = read(row.record)?;
        if titles.contains(&candidate.title_key) {
            by_title.entry(candidate.title_key.clone()).or_default().push(candidate.clone());
        }
        let name = name_key(&candidate.path);
        if names.contains(&name) {
            by_name.entry(name).or_default().push(candidate);
        }
    }
    for (entry, id) in entries.iter().zip(&mut found).filter(|(_, id)| id.is_none()) {
        let same_name = by_name.get(&name_key(&entry.location)).map_or(&[][..], Vec::as_slice);
        let title = entry.title.as_deref().map(fold).unwrap_or_default();
        let same_title = by_title.get(&title).map_or(&[][..], Vec::as_slice);
        *id = by_end(entry, same_name).or_else(|| by_tags(entry, same_title));
    }
    Ok(found)
}

async fn by_path(
    database: &Arc<dyn DatabaseAdapter>,
    entries: &[FileEntry],
) -> Result<Vec<Option<String>>> {
    let spellings = |location: &str| -> BTreeSet<String> {
        [location.to_owned(), location.nfc().collect(), location.nfd().collect()].into()
    };
    let paths: BTreeSet<String> =
        entries.iter().flat_map(|entry| spellings(&entry.location)).collect();
    let paths: Vec<_> = paths.into_iter().collect();
    let mut ids = BTreeMap::new();
    for paths in paths.chunks(VALUES_AT_ONCE) {
        let query = candidates().filter(Filter::one_of("path", paths)).limit(Query::MAX_LIMIT);
        for row in database.query(&query).await?.rows {
            let candidate = read(row.record)?;
            ids.insert(candidate.path, candidate.id);
        }
    }
    let find = |entry: &FileEntry| {
        let exact = ids.get(&entry.location).cloned();
        exact.or_else(|| spellings(&entry.location).iter().find_map(|path| ids.get(path)).cloned())
    };
    Ok(entries.iter().map(find).collect())
}

/// The one whose path agrees in most parts, from the end on.
fn by_end(entry: &FileEntry, candidates: &[Candidate]) -> Option<String> {
    let wanted = parts(&entry.location);
    let agreement = |candidate: &Candidate| {
        let parts = parts(&candidate.path);
        wanted.iter().rev().zip(parts.iter().rev()).take_while(|(one, other)| one == other).count()
    };
    let best = candidates.iter().map(agreement).max()?;
    let best_ones = candidates.iter().filter(|candidate| {
        let agreement = agreement(candidate);
        agreement == best && (best > 1 || agrees(entry, candidate))
    });
    only(best_ones)
}

fn by_tags(entry: &FileEntry, candidates: &[Candidate]) -> Option<String> {
    let artist = fold(entry.artist.as_deref()?);
    let same = candidates.iter().filter(|c| c.artist_key.as_ref() == Some(&artist));
    let close: Vec<_> = same.clone().filter(|candidate| is_as_long(entry, candidate)).collect();
    if close.is_empty() { only(same) } else { only(close.into_iter()) }
}

/// Whether something besides the name speaks for a candidate.
fn agrees(entry: &FileEntry, candidate: &Candidate) -> bool {
    let title = entry.title.as_deref().map(fold);
    is_as_long(entry, candidate) || title.is_some_and(|title| title == candidate.title_key)
}

fn is_as_long(entry: &FileEntry, candidate: &Candidate) -> bool {
    let both = entry.duration_ms.zip(candidate.duration_ms);
    both.is_some_and(|(one, other)| one.abs_diff(other) <= TOLERANCE)
}

/// The only one there is: of several nobody can say which is meant.
fn only<'a>(mut candidates: impl Iterator<Item = &'a Candidate>) -> Option<String> {
    let first = candidates.next()?;
    candidates.next().is_none().then(|| first.id.clone())
}

fn parts(path: &str) -> Vec<String> {
    path.split('/')
        .filter(|part| !part.is_empty())
        .map(|part| part.nfc().collect::<String>().to_lowercase())
        .collect()
}

fn name_key(location: &str) -> String {
    path::file_name(location).nfc().collect::<String>().to_lowercase()
}

fn candidates() -> Query {
    Query::new(TRACKS).project(&["id", "path", "duration_ms", "title_key", "artist_key"])
}

fn read(record: bridge_traits::Record) -> Result<Candidate> {
    let mut fields = record.into_reader();
    Ok(Candidate {
        id: fields.text()?,
        path: fields.text()?,
        duration_ms: fields.optional_integer()?,
        title_key: fields.text()?,
        artist_key: fields.optional_text()?,
    })
}
