//! The albums a change touches: which track is on which, and what they are then.

use std::collections::{BTreeMap, BTreeSet};

use bridge_traits::{
    Change, Collection, DatabaseAdapter, Direction, Filter, Precondition, Query, Result, WriteBatch,
};

use super::album_summary::{AlbumCredit, Summary};
use super::artist_book::ArtistBook;
use super::count_book::GenreBook;
use super::credits::{Named, VARIOUS_ARTISTS};
use crate::ids::IdGenerator;
use crate::models::{Album, Track, TrackTags};
use crate::records::{AlbumRecord, TrackRecord, album_identity, credit_ids, decode, encode};
use crate::schema::{ALBUMS, TRACK_DETAILS, TRACKS};

struct Entry {
    stored: Option<(u64, AlbumRecord)>,
    album: Album,
    group: String,
    summary: Summary,
    /// The tracks that came, changed or went; those that are on it now with what they say.
    touched: BTreeMap<String, Option<(Track, TrackTags)>>,
}

/// Albums by id, read or created as they are needed. A `MusicBrainz` release makes an album;
/// without one its group does. Tracks without release id join the album of their group.
pub(super) struct AlbumBook<'a> {
    database: &'a dyn DatabaseAdapter,
    ids: &'a IdGenerator,
    entries: BTreeMap<String, Entry>,
    by_identity: BTreeMap<String, String>,
    by_group: BTreeMap<String, BTreeSet<String>>,
}

impl<'a> AlbumBook<'a> {
    pub(super) fn new(database: &'a dyn DatabaseAdapter, ids: &'a IdGenerator) -> Self {
        Self {
            database,
            ids,
            entries: BTreeMap::new(),
            by_identity: BTreeMap::new(),
            by_group: BTreeMap::new(),
        }
    }

    /// Reads the albums of these releases, groups and ids.
    pub(super) async fn load(
        &mut self,
        releases: BTreeSet<String>,
        groups: BTreeSet<String>,
        ids: BTreeSet<String>,
    ) -> Result<()> {
        let identities = releases.iter().map(|id| album_identity(Some(id), "")).collect();
        self.read("identity", identities).await?;
        self.read("group_key", groups).await?;
        self.read(Collection::KEY, ids).await
    }

    async fn read(&mut self, field: &str, values: BTreeSet<String>) -> Result<()> {
        if values.is_empty() {
            return Ok(());
        }
        let mut query =
            Query::new(ALBUMS).filter(Filter::one_of(field, values)).limit(Query::MAX_LIMIT);
        loop {
            let page = self.database.query(&query).await?;
            for row in page.rows {
                let record = AlbumRecord::from_record(row.record)?;
                if !self.entries.contains_key(&record.album.id) {
                    let (album, group) = (record.album.clone(), record.group.clone());
                    let summary = decode(&record.tallies)?;
                    self.enter(album, group, summary, Some((row.version, record)));
                }
            }
            match page.next {
                Some(next) => query.after = Some(next),
                None => return Ok(()),
            }
        }
    }

    fn enter(
        &mut self,
        album: Album,
        group: String,
        summary: Summary,
        stored: Option<(u64, AlbumRecord)>,
    ) {
        let id = album.id.clone();
        self.by_identity.insert(album_identity(album.mb_album_id.as_deref(), &group), id.clone());
        self.by_group.entry(group.clone()).or_default().insert(id.clone());
        let touched = BTreeMap::new();
        self.entries.insert(id, Entry { stored, album, group, summary, touched });
    }

    /// The album of a track that says this. `before` is the album it was on: it stays where it
    /// can.
    pub(super) fn resolve(
        &mut self,
        release: Option<&str>,
        group: &str,
        before: Option<&String>,
    ) -> Result<String> {
        let before_entry = before.and_then(|id| self.entries.get(id));
        if let (Some(id), Some(entry)) = (before, before_entry) {
            let stays = match release {
                Some(_) => entry.album.mb_album_id.as_deref() == release,
                None => entry.group == group,
            };
            if stays {
                return Ok(id.clone());
            }
        }
        if let Some(id) = self.by_identity.get(&album_identity(release, group)) {
            return Ok(id.clone());
        }
        let mut of_group = self.by_group.get(group).into_iter().flatten();
        if release.is_none() {
            if let Some(id) = of_group.next() {
                return Ok(id.clone());
            }
        } else if let Some(id) = self.by_identity.get(group).cloned() {
            // The release that the album without one turns out to be.
            if let Some(entry) = self.entries.get_mut(&id) {
                entry.album.mb_album_id = release.map(str::to_owned);
            }
            self.by_identity.remove(group);
            self.by_identity.insert(album_identity(release, group), id.clone());
            return Ok(id);
        }
        // A track that comes back brings its album back under the same id.
        let id = match before.filter(|id| !self.entries.contains_key(*id)) {
            Some(id) => id.clone(),
            None => self.ids.next()?,
        };
        let mb_album_id = release.map(str::to_owned);
        let album = Album { id: id.clone(), mb_album_id, ..Album::default() };
        self.enter(album, group.to_owned(), Summary::default(), None);
        Ok(id)
    }

    /// Notes that a track is on its album now.
    pub(super) fn add_track(&mut self, track: &Track, tags: &TrackTags) {
        if let Some(entry) = track.album_id.as_ref().and_then(|id| self.entries.get_mut(id)) {
            entry.summary.add(track, tags);
            entry.touched.insert(track.id.clone(), Some((track.clone(), tags.clone())));
        }
    }

    /// Notes that a track is not on its album any more.
    pub(super) fn remove_track(&mut self, track: &Track, tags: &TrackTags) {
        if let Some(entry) = track.album_id.as_ref().and_then(|id| self.entries.get_mut(id)) {
            entry.summary.remove(track, tags);
            entry.touched.insert(track.id.clone(), None);
        }
    }

    /// Writes what has changed and tells artists and genres; albums without tracks go. Returns
    /// the ids of new albums.
    pub(super) async fn write(
        mut self,
        artists: &mut ArtistBook<'_>,
        genres: &mut GenreBook,
        batch: &mut WriteBatch,
    ) -> Result<Vec<String>> {
        self.entries.retain(|_, entry| !entry.touched.is_empty());
        for (id, entry) in &mut self.entries {
            if entry.summary.is_lost() {
                entry.summary = recount(self.database, id, &entry.touched).await?;
            }
        }
        // Whom an album is credited to now may be by tracks that nobody touched.
        let mut credited = BTreeSet::new();
        for entry in self.entries.values() {
            if let Some((_, record)) = &entry.stored {
                credited.extend(credit_ids(&record.album.artists));
            }
            if let AlbumCredit::To(_, credits) = entry.summary.credit() {
                credited.extend(credit_ids(&credits));
            }
        }
        let various = Named { name: VARIOUS_ARTISTS, mb_id: None };
        artists.load([various], credited).await?;
        let covers = self.covers().await?;
        let mut created = Vec::new();
        for (id, entry) in self.entries {
            if let Some((_, record)) = &entry.stored {
                artists.add_albums(&credit_ids(&record.album.artists), -1);
                genres.add_albums(&record.album.genres, -1);
            }
            if entry.summary.is_empty() {
                if let Some((version, _)) = entry.stored {
                    batch.push(ALBUMS, Change::Delete(id), Precondition::Version(version));
                }
                continue;
            }
            let mut album = entry.album;
            entry.summary.describe(&mut album);
            let (artist, credits) = match entry.summary.credit() {
                AlbumCredit::Nobody => (None, Vec::new()),
                AlbumCredit::To(name, credits) => (Some(name), credits),
                AlbumCredit::Various => {
                    let credits = artists.resolve(&[various], &[], None)?;
                    (Some(VARIOUS_ARTISTS.to_owned()), credits)
                }
            };
            album.artist = artist;
            album.artist_id = credits.first().map(|credit| credit.id.clone());
            album.artists = credits;
            album.cover_track_id = covers.get(&id).cloned();
            album.has_cover = album.cover_track_id.is_some();
            let came = entry.touched.values().flatten().map(|(track, _)| track.added_at).min();
            album.added_at = match &entry.stored {
                Some(_) => came.map_or(album.added_at, |came| came.min(album.added_at)),
                None => came.unwrap_or_default(),
            };
            artists.add_albums(&credit_ids(&album.artists), 1);
            genres.add_albums(&album.genres, 1);
            let precondition = match &entry.stored {
                Some((version, _)) => Precondition::Version(*version),
                None => {
                    created.push(id);
                    Precondition::Absent
                }
            };
            let record = AlbumRecord {
                album,
                sort: entry.summary.sort().cloned(),
                artist_sort: entry.summary.artist_sort().cloned(),
                group: entry.group,
                tallies: encode(&entry.summary)?,
            };
            let is_same = entry.stored.is_some_and(|(_, old)| {
                (&old.album, &old.tallies) == (&record.album, &record.tallies)
            });
            if !is_same {
                batch.push(ALBUMS, Change::Put(record.into_record()?), precondition);
            }
        }
        Ok(created)
    }

    /// The first track with a cover of every album that has one, by album.
    async fn covers(&self) -> Result<BTreeMap<String, String>> {
        let with_cover: Vec<_> =
            self.entries.iter().filter(|(_, entry)| entry.summary.has_cover()).collect();
        // Of the tracks that did not change, the first is the one the album named, if it is
        // among them; its place is read with the others'.
        let named = with_cover.iter().filter_map(|(_, entry)| entry.untouched_cover());
        let named: Vec<String> = named.cloned().collect();
        let mut places = BTreeMap::new();
        for row in self.database.get_many(TRACKS, &named).await?.into_iter().flatten() {
            let track = TrackRecord::from_record(row.record)?.track;
            places.insert(track.id.clone(), place(&track));
        }
        let mut covers = BTreeMap::new();
        for (id, entry) in with_cover {
            let came = entry.touched.values().flatten().map(|(track, _)| track);
            let came = came.filter(|track| track.has_cover).map(place).min();
            let stayed = match entry.untouched_cover() {
                Some(cover) => places.get(cover).cloned(),
                None if entry.stored.as_ref().is_some_and(|(_, old)| old.album.has_cover) => {
                    first_untouched(self.database, id, entry).await?
                }
                None => None,
            };
            if let Some((.., track_id)) = came.into_iter().chain(stayed).min() {
                covers.insert(id.clone(), track_id);
            }
        }
        Ok(covers)
    }
}

impl Entry {
    /// The track whose cover it had, if that did not change.
    fn untouched_cover(&self) -> Option<&String> {
        let (_, old) = self.stored.as_ref()?;
        old.album.cover_track_id.as_ref().filter(|id| !self.touched.contains_key(*id))
    }
}

/// Where a track comes on its album.
type Place = (Option<u32>, Option<u32>, String, String);

fn place(track: &Track) -> Place {
    (track.disc_number, track.track_number, track.path.clone(), track.id.clone())
}

/// The first track with a cover among those of an album that did not change.
async fn first_untouched(
    database: &dyn DatabaseAdapter,
    album: &str,
    entry: &Entry,
) -> Result<Option<Place>> {
    let filter = Filter::equals("album_id", album).and(Filter::equals("has_cover", true));
    let fields = ["disc_number", "track_number", "path"];
    let sorted = fields.iter().fold(Query::new(TRACKS).filter(filter), |query, field| {
        query.sort(field, Direction::Ascending)
    });
    let mut query = sorted.limit((entry.touched.len() + 1).min(1000));
    loop {
        let page = database.query(&query).await?;
        for row in page.rows {
            let track = TrackRecord::from_record(row.record)?.track;
            if !entry.touched.contains_key(&track.id) {
                return Ok(Some(place(&track)));
            }
        }
        match page.next {
            Some(next) => query.after = Some(next),
            None => return Ok(None),
        }
    }
}

/// Sums up an album from all of its tracks, for values that were too many to tell apart.
async fn recount(
    database: &dyn DatabaseAdapter,
    album: &str,
    touched: &BTreeMap<String, Option<(Track, TrackTags)>>,
) -> Result<Summary> {
    let mut summary = Summary::default();
    for (track, tags) in touched.values().flatten() {
        summary.add(track, tags);
    }
    let filter = Filter::equals("album_id", album);
    let mut query = Query::new(TRACKS).filter(filter).limit(1000);
    loop {
        let page = database.query(&query).await?;
        let ids: Vec<String> = page.rows.iter().map(|row| row.record.key().to_owned()).collect();
        let details = database.get_many(TRACK_DETAILS, &ids).await?;
        for (row, details) in page.rows.into_iter().zip(details) {
            let track = TrackRecord::from_record(row.record)?.track;
            if !touched.contains_key(&track.id) {
                let details = details.map(|row| TrackTags::from_record(row.record)).transpose()?;
                summary.add(&track, &details.unwrap_or_default());
            }
        }
        match page.next {
            Some(next) => query.after = Some(next),
            None => return Ok(summary),
        }
    }
}
