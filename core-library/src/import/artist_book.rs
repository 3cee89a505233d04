//! The artists an import touches, and how their counts change.

use std::collections::{BTreeMap, BTreeSet};

use bridge_traits::{
    Change, Collection, DatabaseAdapter, Filter, Precondition, Query, Result, WriteBatch,
};

use crate::ids::IdGenerator;
use crate::models::Artist;
use crate::records::ArtistRecord;
use crate::schema::ARTISTS;
use crate::text::fold;

struct Entry {
    artist: Artist,
    version: Option<u64>,
    tracks: i64,
    albums: i64,
}

/// Artists by id, read or created as they are needed.
pub(super) struct ArtistBook<'a> {
    database: &'a dyn DatabaseAdapter,
    ids: &'a IdGenerator,
    entries: BTreeMap<String, Entry>,
    by_key: BTreeMap<String, String>,
}

impl<'a> ArtistBook<'a> {
    pub(super) fn new(database: &'a dyn DatabaseAdapter, ids: &'a IdGenerator) -> Self {
        Self { database, ids, entries: BTreeMap::new(), by_key: BTreeMap::new() }
    }

    /// Makes sure that every one of these names has an artist.
    pub(super) async fn resolve(&mut self, names: BTreeSet<&str>) -> Result<()> {
        let mut missing: BTreeMap<String, &str> = BTreeMap::new();
        for name in names {
            let key = fold(name);
            if !self.by_key.contains_key(&key) {
                missing.entry(key).or_insert(name);
            }
        }
        if missing.is_empty() {
            return Ok(());
        }
        self.load(Filter::one_of("name_key", missing.keys())).await?;
        for (key, name) in missing {
            if !self.by_key.contains_key(&key) {
                let id = self.ids.next()?;
                let artist = Artist {
                    id: id.clone(),
                    name: name.to_owned(),
                    album_count: 0,
                    track_count: 0,
                };
                self.entries
                    .insert(id.clone(), Entry { artist, version: None, tracks: 0, albums: 0 });
                self.by_key.insert(key, id);
            }
        }
        Ok(())
    }

    /// Makes sure that these ids, which records refer to, are loaded.
    pub(super) async fn load_ids(&mut self, ids: BTreeSet<&String>) -> Result<()> {
        let missing: Vec<_> =
            ids.into_iter().filter(|id| !self.entries.contains_key(*id)).collect();
        if missing.is_empty() {
            return Ok(());
        }
        self.load(Filter::one_of(Collection::KEY, missing)).await
    }

    /// The id of an artist that was resolved before.
    pub(super) fn id(&self, name: &str) -> Option<String> {
        self.by_key.get(&fold(name)).cloned()
    }

    /// Notes that an artist has more or fewer tracks.
    pub(super) fn add_tracks(&mut self, id: Option<&String>, difference: i64) {
        if let Some(entry) = id.and_then(|id| self.entries.get_mut(id)) {
            entry.tracks += difference;
        }
    }

    /// Notes that an artist has more or fewer albums.
    pub(super) fn add_albums(&mut self, id: Option<&String>, difference: i64) {
        if let Some(entry) = id.and_then(|id| self.entries.get_mut(id)) {
            entry.albums += difference;
        }
    }

    /// Writes what has changed; artists without tracks and albums go.
    pub(super) fn write(self, batch: &mut WriteBatch) {
        for (id, mut entry) in self.entries {
            if entry.tracks == 0 && entry.albums == 0 {
                continue;
            }
            entry.artist.track_count = changed(entry.artist.track_count, entry.tracks);
            entry.artist.album_count = changed(entry.artist.album_count, entry.albums);
            let precondition = entry.version.map_or(Precondition::Absent, Precondition::Version);
            let change = if entry.artist.track_count == 0 && entry.artist.album_count == 0 {
                Change::Delete(id)
            } else {
                Change::Put(ArtistRecord { artist: entry.artist }.into_record())
            };
            batch.push(ARTISTS, change, precondition);
        }
    }

    async fn load(&mut self, filter: Filter) -> Result<()> {
        let query = Query::new(ARTISTS).filter(filter).limit(Query::MAX_LIMIT);
        for row in self.database.query(&query).await?.rows {
            let ArtistRecord { artist } = ArtistRecord::from_record(row.record)?;
            self.by_key.insert(fold(&artist.name), artist.id.clone());
            let id = artist.id.clone();
            let entry = Entry { artist, version: Some(row.version), tracks: 0, albums: 0 };
            self.entries.insert(id, entry);
        }
        Ok(())
    }
}

fn changed(count: u32, difference: i64) -> u32 {
    let count = i64::from(count).saturating_add(difference).max(0);
    u32::try_from(count).unwrap_or(u32::MAX)
}
