//! Carrying out a plan in one batch, with every count that follows from it.

use std::collections::{BTreeMap, BTreeSet};

use bridge_traits::{
    Change, Collection, DatabaseAdapter, Direction, Filter, Precondition, Query, Record, Result,
    WriteBatch,
};
use core_runtime::{Event, LibraryEvent};

use super::album_book::AlbumBook;
use super::artist_book::ArtistBook;
use super::convert::{to_tags, to_track};
use super::count_book::{FolderBook, GenreBook};
use super::credits::{album_artists, album_group, artists};
use super::heirs::inherit;
use super::plan::{Draft, Plan, Step};
use super::stored::{Place, Stored, write_details};
use crate::ids::IdGenerator;
use crate::models::{HistoryEntry, Track, TrackTags};
use crate::paging::{every_row, groups};
use crate::playlists::{Moved, follow};
use crate::records::{BinRecord, TrackOrders, TrackRecord, UserData, credit_ids};
use crate::schema::{BIN, CHANGES, EDITS, FINGERPRINTS, KEPT_APART, PLAYS, TRACKS};
use crate::search;

/// How many entries the history keeps.
pub(crate) const HISTORY_LENGTH: u64 = 10_000;

/// Writes `plan` and returns what to tell subscribers.
pub(super) async fn commit(
    database: &dyn DatabaseAdapter,
    ids: &IdGenerator,
    plan: Plan,
) -> Result<Vec<Event>> {
    let Plan { steps, edits, reverted, history, heirs, apart } = plan;
    let mut books = Books::load(database, ids, &steps).await?;
    let mut batch = WriteBatch::new();
    let mut events = Vec::new();
    let mut moves: Vec<(Option<Track>, Option<Track>)> = Vec::new();
    let mut merged: Vec<Track> = Vec::new();
    // Files may take each other's places: whoever leaves one leaves before anybody arrives.
    let mut arrivals = WriteBatch::new();
    let forgotten: Vec<String> =
        steps.iter().filter(|step| step.after.is_none()).map(|step| step.id.clone()).collect();
    let targets: BTreeMap<&str, &str> = steps.iter().filter_map(target).collect();
    let wanted: BTreeSet<String> = steps
        .iter()
        .filter_map(|step| step.before.as_ref().filter(|before| before.is_live()))
        .map(|before| &before.record.track)
        .filter(|track| targets.get(&*track.path).is_some_and(|id| *id != track.id))
        .map(|track| track.path.clone())
        .collect();
    for step in &steps {
        if let Some(before) = step.before.as_ref().filter(|before| before.is_live()) {
            books.leave(before);
        }
    }
    for step in steps {
        let Step { id, before, after, event } = step;
        let (home, mut expected) =
            before.as_ref().map_or((TRACKS, Precondition::Absent), Stored::address);
        let Some(draft) = after else {
            batch.push(home, Change::Delete(id.clone()), expected);
            batch.delete(KEPT_APART, &id);
            batch.delete(FINGERPRINTS, &id);
            let tags = before.as_ref().map(|before| &before.tags);
            write_details(&mut batch, &id, tags, (TrackTags::default(), None))?;
            events.extend(event);
            moves.push((before.map(|before| before.record.track), None));
            continue;
        };
        let place = draft.place.clone();
        let target = if place == Place::Library { TRACKS } else { BIN };
        let before_tags = before.as_ref().map(|before| before.tags.clone());
        if let Some(before) = before.as_ref() {
            if home != target {
                batch.push(home, Change::Delete(id.clone()), expected);
                expected = Precondition::Absent;
            } else if before.is_live() && wanted.contains(&before.record.track.path) {
                let mut leaving = before.record.clone();
                leaving.track.path = format!("\u{0}{id}");
                let leaving = leaving.into_record()?;
                batch.push(TRACKS, Change::Put(leaving), expected);
                expected = Precondition::None;
            }
        }
        let (record, tags) = books.arrive(&id, before.as_ref(), draft)?;
        let track = tags.lyrics.is_some().then(|| record.track.clone());
        let before = before.map(|before| before.record.track);
        if place == Place::Library {
            moves.push((before, Some(record.track.clone())));
        } else if heirs.contains_key(&id) {
            merged.extend(before);
        }
        let record = match place {
            Place::Library => record.into_record()?,
            Place::Bin { removed_by, deleted_at, present } => {
                BinRecord { record, removed_by, deleted_at, present }.into_record()?
            }
        };
        arrivals.push(target, Change::Put(record), expected);
        write_details(&mut arrivals, &id, before_tags.as_ref(), (tags, track.as_ref()))?;
        events.extend(event);
    }
    let arrived = moves.iter().filter_map(|(_, after)| after.as_ref());
    let arrived: BTreeMap<&str, &Track> = arrived.map(|track| (&*track.id, track)).collect();
    let heir = |track: &Track| heirs.get(&track.id).and_then(|id| arrived.get(&**id).copied());
    let merged: Vec<_> = merged.into_iter().map(|track| (heir(&track).cloned(), track)).collect();
    moves.extend(merged.into_iter().map(|(heir, track)| (Some(track), heir)));
    batch.operations.append(&mut arrivals.operations);
    let created = books.write(database, &mut batch).await?;
    let moves = moves
        .iter()
        .map(|(before, after)| Moved { before: before.as_ref(), after: after.as_ref() });
    follow(database, &mut batch, &moves.collect::<Vec<_>>()).await?;
    forget_plays(database, &mut batch, &forgotten).await?;
    inherit(database, &mut batch, &heirs).await?;
    for id in apart {
        batch.put(KEPT_APART, Record::new(id).with(ids.clock.unix_millis()));
    }
    for edit in edits {
        batch.put(EDITS, edit.into_record()?);
    }
    for key in reverted {
        batch.delete(EDITS, key);
    }
    write_history(database, history, &mut batch).await?;
    search::learn(database, &mut batch).await?;
    database.write(batch).await?;
    let created = created.into_iter().map(|album_id| LibraryEvent::AlbumAdded { album_id });
    Ok(events.into_iter().chain(created).map(Event::from).collect())
}

/// Removes the play history of tracks that are forgotten for good.
async fn forget_plays(
    database: &dyn DatabaseAdapter,
    batch: &mut WriteBatch,
    forgotten: &[String],
) -> Result<()> {
    for ids in groups(&forgotten.iter().map(String::as_str).collect()) {
        let plays = Query::new(PLAYS).filter(Filter::one_of("track_id", ids));
        for row in every_row(database, plays.project(&[Collection::KEY])).await? {
            batch.delete(PLAYS, row.record.key());
        }
    }
    Ok(())
}

/// The path a step puts a track at, and the track.
fn target(step: &Step) -> Option<(&str, &str)> {
    let draft = step.after.as_ref().filter(|draft| draft.place == Place::Library)?;
    Some((&draft.file.path, &step.id))
}

/// Adds `history` and drops what is older than the newest entries.
async fn write_history(
    database: &dyn DatabaseAdapter,
    mut history: Vec<HistoryEntry>,
    batch: &mut WriteBatch,
) -> Result<()> {
    if history.is_empty() {
        return Ok(());
    }
    // Ids of one moment come in any order; the entries are in theirs.
    let mut ids: Vec<String> = history.iter().map(|entry| entry.id.clone()).collect();
    ids.sort_unstable();
    for (entry, id) in history.iter_mut().zip(ids) {
        entry.id = id;
    }
    let length = database.count(CHANGES, &Filter::Everything).await? + history.len() as u64;
    let surplus = usize::try_from(length.saturating_sub(HISTORY_LENGTH)).unwrap_or(usize::MAX);
    if surplus > 0 {
        let oldest = Query::new(CHANGES)
            .sort("id", Direction::Ascending)
            .project(&["id"])
            .limit(surplus.min(Query::MAX_LIMIT));
        for row in database.query(&oldest).await?.rows {
            batch.delete(CHANGES, row.record.key());
        }
    }
    for entry in history {
        batch.put(CHANGES, entry.into_record()?);
    }
    Ok(())
}

/// Everything that is counted.
struct Books<'a> {
    artists: ArtistBook<'a>,
    albums: AlbumBook<'a>,
    genres: GenreBook,
    folders: FolderBook,
}

impl<'a> Books<'a> {
    /// Reads every artist and album the steps may touch.
    async fn load(
        database: &'a dyn DatabaseAdapter,
        ids: &'a IdGenerator,
        steps: &[Step],
    ) -> Result<Self> {
        let tracks = || steps.iter().filter_map(|step| step.before.as_ref());
        let files = || {
            let drafts = steps.iter().filter_map(|step| step.after.as_ref());
            drafts.filter(|draft| draft.place == Place::Library).map(|draft| &draft.file)
        };
        let mut artist_book = ArtistBook::new(database, ids);
        let old_artists = tracks().flat_map(|stored| {
            let track = &stored.record.track;
            credit_ids(track.artists.iter().chain(&track.album_artists))
        });
        let named: BTreeSet<_> =
            files().flat_map(|file| artists(file).into_iter().chain(album_artists(file))).collect();
        artist_book.load(named, old_artists.collect()).await?;
        let mut albums = AlbumBook::new(database, ids);
        let releases = files().filter(|file| file.album.is_some());
        let releases = releases.filter_map(|file| file.mb_album_id.clone()).collect();
        let old_albums = tracks().filter_map(|stored| stored.record.track.album_id.clone());
        albums
            .load(releases, files().filter_map(album_group).collect(), old_albums.collect())
            .await?;
        Ok(Self {
            artists: artist_book,
            albums,
            genres: GenreBook::default(),
            folders: FolderBook::default(),
        })
    }

    /// Takes a track of the library out of every count.
    fn leave(&mut self, stored: &Stored) {
        self.albums.remove_track(&stored.record.track, &stored.tags);
        self.count(&stored.record.track, -1);
    }

    /// The record of a track to be, counted if it is in the library.
    fn arrive(
        &mut self,
        id: &str,
        before: Option<&Stored>,
        draft: Draft,
    ) -> Result<(TrackRecord, TrackTags)> {
        let Draft { place, file, added_at, user_data } = draft;
        let (mut track, tags) = (to_track(&file, id.to_owned(), added_at), to_tags(&file));
        let before = before.map(|before| &before.record.track);
        if let Some(user_data) = user_data.or_else(|| before.map(UserData::of)) {
            user_data.give(&mut track);
        }
        if place == Place::Library {
            let credits = before.map_or(&[][..], |before| &before.artists);
            let sort = file.artist_sort.as_deref();
            track.artists = self.artists.resolve(&artists(&file), credits, sort)?;
            let credits = before.map_or(&[][..], |before| &before.album_artists);
            let sort = file.album_artist_sort.as_deref();
            track.album_artists = self.artists.resolve(&album_artists(&file), credits, sort)?;
            if let Some(group) = album_group(&file) {
                let before = before.and_then(|before| before.album_id.as_ref());
                let album = self.albums.resolve(file.mb_album_id.as_deref(), &group, before)?;
                track.album_id = Some(album);
            }
            self.albums.add_track(&track, &tags);
            self.count(&track, 1);
        } else if let Some(before) = before {
            // Whom it brings back with it.
            track.artists.clone_from(&before.artists);
            track.album_artists.clone_from(&before.album_artists);
            track.album_id.clone_from(&before.album_id);
        }
        track.artist_id = track.artists.first().map(|credit| credit.id.clone());
        let (modified_at, signature) = (file.modified_millis, file.signature);
        let orders = TrackOrders::new(&track, &tags);
        Ok((TrackRecord { track, modified_at, signature, orders }, tags))
    }

    fn count(&mut self, track: &Track, difference: i64) {
        let ids = credit_ids(track.artists.iter().chain(&track.album_artists));
        self.artists.add_tracks(&ids, difference);
        self.genres.add_tracks(&track.genres, difference);
        self.folders.add_track(&track.path, track.duration_ms, difference);
    }

    /// Writes what has changed and returns the ids of new albums.
    async fn write(
        mut self,
        database: &dyn DatabaseAdapter,
        batch: &mut WriteBatch,
    ) -> Result<Vec<String>> {
        let created = self.albums.write(&mut self.artists, &mut self.genres, batch).await?;
        self.artists.write(batch);
        self.genres.write(database, batch).await?;
        self.folders.write(database, batch).await?;
        Ok(created)
    }
}
