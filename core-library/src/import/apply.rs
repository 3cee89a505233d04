//! Turning changed files into one atomic batch.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bridge_traits::{Change, DatabaseAdapter, Filter, Precondition, Query, WriteBatch, path};
use core_runtime::{Event, LibraryEvent};

use super::album_book::{AlbumBook, identity};
use super::artist_book::ArtistBook;
use super::change::{FileChange, ScannedFile};
use crate::error::LibraryError;
use crate::ids::IdGenerator;
use crate::models::Track;
use crate::records::TrackRecord;
use crate::schema::TRACKS;
use crate::search;

/// How often an import starts again because another process changed the same records.
const ATTEMPTS: usize = 5;

/// Applies `changes` in one batch and returns what to tell subscribers.
pub(crate) async fn apply(
    database: &Arc<dyn DatabaseAdapter>,
    ids: &IdGenerator,
    mut changes: Vec<FileChange>,
) -> Result<Vec<Event>, LibraryError> {
    for attempt in 1.. {
        match apply_once(database, ids, &changes).await {
            Err(error) if error.is_conflict() && attempt < ATTEMPTS => {
                changes = adopt(database, changes).await?;
            }
            result => return result,
        }
    }
    unreachable!("the last attempt returns")
}

async fn apply_once(
    database: &Arc<dyn DatabaseAdapter>,
    ids: &IdGenerator,
    changes: &[FileChange],
) -> Result<Vec<Event>, LibraryError> {
    let known: Vec<String> = changes.iter().filter_map(FileChange::track_id).cloned().collect();
    let mut old = BTreeMap::new();
    for row in database.get_many(TRACKS, &known).await?.into_iter().flatten() {
        let record = TrackRecord::from_record(row.record)?;
        old.insert(record.track.id.clone(), (row.version, record));
    }
    let files = || changes.iter().filter_map(FileChange::file);

    let mut artists = ArtistBook::new(&**database, ids);
    artists.resolve(files().filter_map(credited).collect()).await?;
    let old_artists = old.values().filter_map(|(_, record)| record.track.artist_id.as_ref());
    artists.load_ids(old_artists.collect()).await?;
    let mut albums = AlbumBook::new(database, ids);
    let old_albums = old.values().filter_map(|(_, record)| record.track.album_id.as_ref());
    albums.load(files().filter_map(album_identity).collect(), old_albums.collect()).await?;

    let mut batch = WriteBatch::new();
    let mut writes = Vec::new();
    let mut events = Vec::new();
    for change in changes {
        let before = change.track_id().and_then(|id| old.get(id));
        if change.track_id().is_some() && before.is_none() {
            // Somebody else removed the track meanwhile; a file that is still there is added
            // again by the next scan.
            continue;
        }
        if let Some((_, record)) = before {
            artists.add_tracks(record.track.artist_id.as_ref(), -1);
            albums.remove_track(&record.track);
        }
        let version =
            before.map_or(Precondition::Absent, |(version, _)| Precondition::Version(*version));
        let Some(file) = change.file() else {
            let id = change.track_id().cloned().unwrap_or_default();
            batch.push(TRACKS, Change::Delete(id.clone()), version);
            events.push(LibraryEvent::TrackDeleted { track_id: id });
            continue;
        };
        let (id, added_at) = match before {
            Some((_, record)) => (record.track.id.clone(), record.track.added_at),
            None => (ids.next()?, ids.clock.unix_millis()),
        };
        let mut track = to_track(file, id.clone(), added_at);
        if let Some((_, record)) = before {
            track.keep_user_data(&record.track);
        }
        track.artist_id = credited(file).and_then(|name| artists.id(name));
        track.album_id = album_identity(file).and_then(|identity| albums.id(&identity));
        artists.add_tracks(track.artist_id.as_ref(), 1);
        albums.put_track(track.clone());
        events.push(match change {
            FileChange::Add(_) => LibraryEvent::TrackAdded { track_id: id },
            FileChange::Move { .. } => LibraryEvent::TrackMoved { track_id: id },
            _ => LibraryEvent::TrackUpdated { track_id: id },
        });
        let record = TrackRecord {
            track,
            modified_at: file.modified_millis,
            signature: file.signature.clone(),
        };
        if let (FileChange::Move { .. }, Some((_, before))) = (change, before) {
            // Moved files may take each other's places: all leave before any arrives.
            let mut leaving = before.clone();
            leaving.track.path = format!("\u{0}{}", leaving.track.id);
            batch.push(TRACKS, Change::Put(leaving.into_record()), version);
            writes.push((record, Precondition::None));
        } else {
            writes.push((record, version));
        }
    }
    for (record, precondition) in writes {
        batch.push(TRACKS, Change::Put(record.into_record()), precondition);
    }
    let created = albums.write(&mut artists, &mut batch).await?;
    artists.write(&mut batch);
    search::learn(&**database, &mut batch).await?;
    database.write(batch).await?;
    let created = created.into_iter().map(|album_id| LibraryEvent::AlbumAdded { album_id });
    Ok(events.into_iter().chain(created).map(Event::from).collect())
}

/// Turns additions of files that somebody else has added meanwhile into updates.
async fn adopt(
    database: &Arc<dyn DatabaseAdapter>,
    changes: Vec<FileChange>,
) -> Result<Vec<FileChange>, LibraryError> {
    let paths: BTreeSet<_> =
        changes.iter().filter_map(FileChange::file).map(|file| file.path.as_str()).collect();
    let query = Query::new(TRACKS)
        .filter(Filter::one_of("path", paths))
        .project(&["path", "id"])
        .limit(Query::MAX_LIMIT);
    let mut owners = BTreeMap::new();
    for row in database.query(&query).await?.rows {
        let mut fields = row.record.into_reader();
        owners.insert(fields.text()?, fields.text()?);
    }
    let adopted = changes.into_iter().map(|change| match change {
        FileChange::Add(file) => match owners.get(&file.path) {
            Some(track_id) => FileChange::Update { track_id: track_id.clone(), file },
            None => FileChange::Add(file),
        },
        other => other,
    });
    Ok(adopted.collect())
}

/// Whose track it is.
fn credited(file: &ScannedFile) -> Option<&str> {
    file.artist.as_deref().or(file.album_artist.as_deref())
}

fn album_identity(file: &ScannedFile) -> Option<String> {
    let album = file.album.as_deref()?;
    Some(identity(album, file.album_artist.as_deref(), &file.path))
}

fn to_track(file: &ScannedFile, id: String, added_at: u64) -> Track {
    let file = file.clone();
    Track {
        id,
        title: file.title.unwrap_or_else(|| path::file_stem(&file.path).to_owned()),
        artist: file.artist,
        artist_id: None,
        album_artist: file.album_artist,
        album: file.album,
        album_id: None,
        track_number: file.track_number,
        track_total: file.track_total,
        disc_number: file.disc_number,
        disc_total: file.disc_total,
        year: file.year,
        genre: file.genre,
        duration_ms: file.duration_ms,
        codec: file.codec,
        sample_rate: file.sample_rate,
        channels: file.channels,
        bits_per_sample: file.bits_per_sample,
        bitrate: file.bitrate,
        path: file.path,
        size: file.size,
        playable: file.playable,
        has_cover: file.has_cover,
        added_at,
        rating: None,
        favourite: false,
        play_count: 0,
        skip_count: 0,
        last_played_at: None,
    }
}
