//! The artists a change touches: who is who, and how their counts change.

use std::collections::{BTreeMap, BTreeSet};

use bridge_traits::{
    Change, Collection, DatabaseAdapter, Filter, Precondition, Query, Result, WriteBatch,
};

use super::credits::Named;
use crate::ids::IdGenerator;
use crate::models::{Artist, ArtistCredit};
use crate::records::artist_identity;
use crate::schema::ARTISTS;
use crate::text::fold;

struct Entry {
    stored: Option<(u64, Artist)>,
    artist: Artist,
    tracks: i64,
    albums: i64,
}

/// Artists by id, read or created as they are needed.
///
/// A `MusicBrainz` id makes an artist; without one the folded name does. A name without id is the
/// artist of that name: the one without id, or else the one that is known longest. A name with an
/// id that is new takes over the artist of that name without one.
pub(super) struct ArtistBook<'a> {
    database: &'a dyn DatabaseAdapter,
    ids: &'a IdGenerator,
    entries: BTreeMap<String, Entry>,
    by_mb_id: BTreeMap<String, String>,
    by_name: BTreeMap<String, BTreeSet<String>>,
}

impl<'a> ArtistBook<'a> {
    pub(super) fn new(database: &'a dyn DatabaseAdapter, ids: &'a IdGenerator) -> Self {
        Self {
            database,
            ids,
            entries: BTreeMap::new(),
            by_mb_id: BTreeMap::new(),
            by_name: BTreeMap::new(),
        }
    }

    /// Reads the artists that these names may stand for, and those with these ids.
    pub(super) async fn load(
        &mut self,
        named: impl IntoIterator<Item = Named<'_>>,
        ids: BTreeSet<String>,
    ) -> Result<()> {
        let (mut names, mut identities) = (BTreeSet::new(), BTreeSet::new());
        for Named { name, mb_id } in named {
            names.insert(fold(name));
            identities.extend(mb_id.map(|id| artist_identity(Some(id), "")));
        }
        self.read("name_key", names).await?;
        self.read("identity", identities).await?;
        self.read(Collection::KEY, ids).await
    }

    async fn read(&mut self, field: &str, values: BTreeSet<String>) -> Result<()> {
        if values.is_empty() {
            return Ok(());
        }
        let mut query =
            Query::new(ARTISTS).filter(Filter::one_of(field, values)).limit(Query::MAX_LIMIT);
        loop {
            let page = self.database.query(&query).await?;
            for row in page.rows {
                let artist = Artist::from_record(row.record)?;
                if !self.entries.contains_key(&artist.id) {
                    self.enter(artist.clone(), Some((row.version, artist)));
                }
            }
            match page.next {
                Some(next) => query.after = Some(next),
                None => return Ok(()),
            }
        }
    }

    fn enter(&mut self, artist: Artist, stored: Option<(u64, Artist)>) {
        let id = artist.id.clone();
        if let Some(mb_id) = &artist.mb_artist_id {
            self.by_mb_id.insert(mb_id.clone(), id.clone());
        }
        self.by_name.entry(fold(&artist.name)).or_default().insert(id.clone());
        self.entries.insert(id, Entry { stored, artist, tracks: 0, albums: 0 });
    }

    /// The artists these names stand for, in their order. `before` is what they stood for in the
    /// same place until now: it goes on where it can, and follows a name that is spelt anew.
    pub(super) fn resolve(
        &mut self,
        named: &[Named<'_>],
        before: &[ArtistCredit],
        sort: Option<&str>,
    ) -> Result<Vec<ArtistCredit>> {
        let mut credits = Vec::with_capacity(named.len());
        for named in named {
            let id = self.find(*named, before)?;
            if let Some(entry) = self.entries.get_mut(&id) {
                let spelling = before.iter().find(|credit| credit.id == id);
                if spelling.is_some_and(|before| before.name == entry.artist.name) {
                    named.name.clone_into(&mut entry.artist.name);
                }
            }
            let credit = ArtistCredit { id, name: named.name.to_owned() };
            if !credits.contains(&credit) {
                credits.push(credit);
            }
        }
        // What a credit to several is sorted as says nothing about each.
        if let ([credit], Some(sort)) = (&*credits, sort)
            && let Some(entry) = self.entries.get_mut(&credit.id)
        {
            entry.artist.sort_name = Some(sort.to_owned()).filter(|sort| *sort != credit.name);
        }
        Ok(credits)
    }

    fn find(&mut self, named: Named<'_>, before: &[ArtistCredit]) -> Result<String> {
        let key = fold(named.name);
        let stays = before.iter().find(|credit| {
            self.entries.get(&credit.id).is_some_and(|entry| match named.mb_id {
                Some(_) => entry.artist.mb_artist_id.as_deref() == named.mb_id,
                None => fold(&entry.artist.name) == key,
            })
        });
        if let Some(credit) = stays {
            return Ok(credit.id.clone());
        }
        let of_name = || self.by_name.get(&key).into_iter().flatten();
        let has_mb_id = |id: &&String| {
            self.entries.get(*id).is_some_and(|entry| entry.artist.mb_artist_id.is_some())
        };
        let nameless = of_name().find(|id| !has_mb_id(id)).cloned();
        if let Some(mb_id) = named.mb_id {
            if let Some(id) = self.by_mb_id.get(mb_id) {
                return Ok(id.clone());
            }
            if let Some(id) = nameless {
                if let Some(entry) = self.entries.get_mut(&id) {
                    entry.artist.mb_artist_id = Some(mb_id.to_owned());
                }
                self.by_mb_id.insert(mb_id.to_owned(), id.clone());
                return Ok(id);
            }
        } else if let Some(id) = nameless.or_else(|| of_name().next().cloned()) {
            return Ok(id);
        }
        // A track that comes back brings its artist back under the same id.
        let gone = before
            .iter()
            .find(|credit| fold(&credit.name) == key && !self.entries.contains_key(&credit.id));
        let id = match gone {
            Some(credit) => credit.id.clone(),
            None => self.ids.next()?,
        };
        let artist = Artist {
            id: id.clone(),
            name: named.name.to_owned(),
            mb_artist_id: named.mb_id.map(str::to_owned),
            ..Artist::default()
        };
        self.enter(artist, None);
        Ok(id)
    }

    /// Notes that artists have more or fewer tracks.
    pub(super) fn add_tracks(&mut self, ids: &[String], difference: i64) {
        for id in ids {
            if let Some(entry) = self.entries.get_mut(id) {
                entry.tracks += difference;
            }
        }
    }

    /// Notes that artists have more or fewer albums.
    pub(super) fn add_albums(&mut self, ids: &[String], difference: i64) {
        for id in ids {
            if let Some(entry) = self.entries.get_mut(id) {
                entry.albums += difference;
            }
        }
    }

    /// Writes what has changed; artists without tracks and albums go.
    pub(super) fn write(self, batch: &mut WriteBatch) {
        for (id, entry) in self.entries {
            let Entry { stored, mut artist, tracks, albums } = entry;
            artist.track_count = changed(artist.track_count, tracks);
            artist.album_count = changed(artist.album_count, albums);
            let is_gone = artist.track_count == 0 && artist.album_count == 0;
            let precondition = match &stored {
                Some((_, stored)) if *stored == artist => continue,
                Some((version, _)) => Precondition::Version(*version),
                None if is_gone => continue,
                None => Precondition::Absent,
            };
            let change =
                if is_gone { Change::Delete(id) } else { Change::Put(artist.into_record()) };
            batch.push(ARTISTS, change, precondition);
        }
    }
}

/// A count and how it changes.
pub(super) fn changed(count: u32, difference: i64) -> u32 {
    let count = i64::from(count).saturating_add(difference).max(0);
    u32::try_from(count).unwrap_or(u32::MAX)
}
