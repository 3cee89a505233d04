//! The albums an import touches, and the tracks they then have.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bridge_traits::{
    Change, Collection, DatabaseAdapter, DatabaseExt, Filter, Precondition, Query, Result,
    WriteBatch, path,
};
use futures::TryStreamExt;

use super::artist_book::ArtistBook;
use crate::ids::IdGenerator;
use crate::models::{Album, Track};
use crate::records::{AlbumRecord, TrackRecord};
use crate::schema::{ALBUMS, TRACKS};
use crate::text::fold;

/// What an album is credited to when its tracks name different artists and no album artist.
const VARIOUS_ARTISTS: &str = "Various Artists";

struct Entry {
    id: String,
    stored: Option<(u64, AlbumRecord)>,
    tracks: BTreeMap<String, Track>,
}

/// Albums by identity, read or created as they are needed.
pub(super) struct AlbumBook<'a> {
    database: &'a Arc<dyn DatabaseAdapter>,
    ids: &'a IdGenerator,
    entries: BTreeMap<String, Entry>,
    identities: BTreeMap<String, String>,
}

impl<'a> AlbumBook<'a> {
    pub(super) fn new(database: &'a Arc<dyn DatabaseAdapter>, ids: &'a IdGenerator) -> Self {
        Self { database, ids, entries: BTreeMap::new(), identities: BTreeMap::new() }
    }

    /// Loads or creates the albums with these identities, and loads those with these ids.
    pub(super) async fn load(
        &mut self,
        identities: BTreeSet<String>,
        ids: BTreeSet<&String>,
    ) -> Result<()> {
        self.read(Filter::one_of("identity", &identities)).await?;
        self.read(Filter::one_of(Collection::KEY, ids)).await?;
        for identity in identities {
            if !self.entries.contains_key(&identity) {
                let id = self.ids.next()?;
                self.identities.insert(id.clone(), identity.clone());
                self.entries.insert(identity, Entry { id, stored: None, tracks: BTreeMap::new() });
            }
        }
        let stored = self.entries.values().filter(|entry| entry.stored.is_some());
        let filter = Filter::one_of("album_id", stored.map(|entry| &entry.id));
        let query = Query::new(TRACKS).filter(filter).limit(Query::MAX_LIMIT);
        let rows: Vec<_> = self.database.scan(query).try_collect().await?;
        for row in rows {
            self.put_track(TrackRecord::from_record(row.record)?.track);
        }
        Ok(())
    }

    async fn read(&mut self, filter: Filter) -> Result<()> {
        let query = Query::new(ALBUMS).filter(filter).limit(Query::MAX_LIMIT);
        for row in self.database.query(&query).await?.rows {
            let record = AlbumRecord::from_record(row.record)?;
            let (id, identity) = (record.album.id.clone(), record.identity.clone());
            self.identities.insert(id.clone(), identity.clone());
            let stored = Some((row.version, record));
            self.entries.insert(identity, Entry { id, stored, tracks: BTreeMap::new() });
        }
        Ok(())
    }

    /// The id of the album with this identity, which was loaded before.
    pub(super) fn id(&self, identity: &str) -> Option<String> {
        self.entries.get(identity).map(|entry| entry.id.clone())
    }

    /// Notes that a track is on its album now.
    pub(super) fn put_track(&mut self, track: Track) {
        let identity = track.album_id.as_ref().and_then(|id| self.identities.get(id));
        if let Some(entry) = identity.and_then(|identity| self.entries.get_mut(identity)) {
            entry.tracks.insert(track.id.clone(), track);
        }
    }

    /// Notes that a track is not on this album any more.
    pub(super) fn remove_track(&mut self, track: &Track) {
        let identity = track.album_id.as_ref().and_then(|id| self.identities.get(id));
        if let Some(entry) = identity.and_then(|identity| self.entries.get_mut(identity)) {
            entry.tracks.remove(&track.id);
        }
    }

    /// Writes what has changed and tells the artists; albums without tracks go. Returns the ids
    /// of new albums.
    pub(super) async fn write(
        self,
        artists: &mut ArtistBook<'_>,
        batch: &mut WriteBatch,
    ) -> Result<Vec<String>> {
        let credits: Vec<Option<String>> =
            self.entries.values().map(|entry| credit(&entry.tracks)).collect();
        artists.resolve(credits.iter().flatten().map(String::as_str).collect()).await?;
        let old_ids = self.entries.values().filter_map(|entry| {
            entry.stored.as_ref().and_then(|(_, record)| record.album.artist_id.as_ref())
        });
        artists.load_ids(old_ids.collect()).await?;
        let mut created = Vec::new();
        for ((identity, entry), credit) in self.entries.into_iter().zip(credits) {
            let precondition = match &entry.stored {
                Some((version, record)) => {
                    artists.add_albums(record.album.artist_id.as_ref(), -1);
                    Precondition::Version(*version)
                }
                None => Precondition::Absent,
            };
            if entry.tracks.is_empty() {
                if entry.stored.is_some() {
                    batch.push(ALBUMS, Change::Delete(entry.id), precondition);
                }
                continue;
            }
            let artist_id = credit.as_deref().and_then(|name| artists.id(name));
            artists.add_albums(artist_id.as_ref(), 1);
            let record = summarise(entry.id, identity, &entry.tracks, credit, artist_id);
            match &entry.stored {
                Some((_, old)) if *old == record => continue,
                Some(_) => {}
                None => created.push(record.album.id.clone()),
            }
            batch.push(ALBUMS, Change::Put(record.into_record()), precondition);
        }
        Ok(created)
    }
}

/// What makes a track belong to an album: the album artist and title, or without an album artist
/// the folder and title, so that a compilation is not torn apart by its artists. Folders that
/// only tell discs apart do not count.
pub(super) fn identity(album: &str, album_artist: Option<&str>, file: &str) -> String {
    let (kind, owner) = match album_artist {
        Some(artist) => ("artist", fold(artist)),
        None => {
            let mut folder = path::parent(file);
            let name = path::file_name(folder).to_lowercase();
            let rest = ["cd", "disc", "disk"].iter().find_map(|word| name.strip_prefix(word));
            let is_number =
                |rest: &str| rest.trim_start_matches([' ', '-', '_']).parse::<u32>().is_ok();
            if rest.is_some_and(is_number) {
                folder = path::parent(folder);
            }
            ("folder", folder.to_owned())
        }
    };
    format!("{kind}\u{1f}{owner}\u{1f}{}", fold(album))
}

/// Whom an album is credited to.
fn credit(tracks: &BTreeMap<String, Track>) -> Option<String> {
    if let Some(name) = in_order(tracks).iter().find_map(|track| track.album_artist.clone()) {
        return Some(name);
    }
    let mut names = tracks.values().map(|track| track.artist.as_deref());
    let first = names.next()??;
    let same = names.all(|name| name.is_some_and(|name| fold(name) == fold(first)));
    Some(if same { first } else { VARIOUS_ARTISTS }.to_owned())
}

fn summarise(
    id: String,
    identity: String,
    tracks: &BTreeMap<String, Track>,
    artist: Option<String>,
    artist_id: Option<String>,
) -> AlbumRecord {
    let ordered = in_order(tracks);
    let title = ordered.iter().find_map(|track| track.album.clone()).unwrap_or_default();
    let cover = ordered.iter().find(|track| track.has_cover).map(|track| track.id.clone());
    let genres: BTreeSet<_> =
        tracks.values().filter_map(|t| t.genre.as_deref().map(fold)).collect();
    let album = Album {
        id,
        title,
        artist,
        artist_id,
        year: tracks.values().filter_map(|track| track.year).min(),
        track_count: u32::try_from(tracks.len()).unwrap_or(u32::MAX),
        duration_ms: tracks.values().filter_map(|track| track.duration_ms).sum(),
        has_cover: cover.is_some(),
        cover_track_id: cover,
    };
    AlbumRecord {
        album,
        added_at: tracks.values().map(|track| track.added_at).min().unwrap_or_default(),
        identity,
        genre_keys: genres.into_iter().collect(),
    }
}

fn in_order(tracks: &BTreeMap<String, Track>) -> Vec<&Track> {
    let mut ordered: Vec<_> = tracks.values().collect();
    ordered.sort_by_key(|track| (track.disc_number, track.track_number, &track.path));
    ordered
}

#[cfg(test)]
mod tests {
    use super::identity;

    #[test]
    fn folders_of_discs_do_not_split_an_album() {
        let one = identity("Live", None, "music/Live/CD1/01.flac");
        assert_eq!(one, identity("LIVE", None, "music/Live/disc 2/01.flac"));
        assert_ne!(one, identity("Live", None, "music/Other/01.flac"));
        assert_ne!(one, identity("Live", Some("X"), "music/Live/CD1/01.flac"));
    }
}
