//! Two windows on one stored library: one imports, the other edits what comes in, at the same time.
//!
//! Bounded by what they do, not by the time it takes.

use std::sync::Arc;

use bridge_memory::{ManualClock, SeededRandomness};
use bridge_traits::{DatabaseAdapter, Schema, WriteBatch};
use core_library::{
    Album, AlbumQuery, FileChange, Library, NewPlaylist, Place, ScannedFile, Track, TrackQuery,
};
use core_runtime::EventBus;
use futures::TryStreamExt;

/// How many files come in at once.
const BATCH: u32 = 20;

/// How often each window writes.
const ROUNDS: u32 = 40;

async fn window(database: &Arc<dyn DatabaseAdapter>, seed: u64) -> Library {
    database.open(Schema::new(vec![Library::schema()])).await.unwrap();
    let (clock, randomness) = (Arc::new(ManualClock::default()), SeededRandomness::new(seed));
    Library::new(Arc::clone(database), clock, Arc::new(randomness), EventBus::default())
}

/// Batch `round` of the files in a folder; the albums of all folders are the same.
fn files(folder: &str, round: u32) -> Vec<FileChange> {
    let file = |number: u32| ScannedFile {
        path: format!("{folder}/{number:05}.flac"),
        signature: format!("{folder}-{number}"),
        title: Some(format!("Title {number}")),
        artist: Some(format!("Artist {}", number % 11)),
        album: Some(format!("Album {}", number % 17)),
        codec: "flac".into(),
        ..ScannedFile::default()
    };
    (round * BATCH..(round + 1) * BATCH).map(|number| FileChange::Add(file(number))).collect()
}

async fn tracks(library: &Library) -> Vec<Track> {
    let mut query =
        TrackQuery { sort: Some("path".into()), limit: Some(500), ..TrackQuery::default() };
    let mut tracks = Vec::new();
    loop {
        let page = library.tracks(&query).await.unwrap();
        tracks.extend(page.items);
        query.after = page.next;
        if query.after.is_none() {
            return tracks;
        }
    }
}

/// Panics unless every album counts exactly its tracks.
async fn check_counts(library: &Library, tracks: &[Track]) {
    let query = AlbumQuery { limit: Some(500), ..AlbumQuery::default() };
    let albums: Vec<Album> = library.albums(&query).await.unwrap().items;
    assert!(!albums.is_empty());
    for album in &albums {
        let of_album = tracks.iter().filter(|track| track.album_id.as_ref() == Some(&album.id));
        assert_eq!(u64::from(album.track_count), of_album.count() as u64, "{}", album.title);
    }
}

async fn content(library: &Library) -> Vec<u8> {
    let pieces: Vec<_> = library.export_pieces().try_collect().await.unwrap();
    pieces.concat()
}

/// Waits until a window has seen what was written last in another.
async fn catch_up(behind: &Arc<dyn DatabaseAdapter>, ahead: &Arc<dyn DatabaseAdapter>) {
    let last = ahead.write(WriteBatch::new()).await.unwrap().sequence;
    let mut news = behind.watch();
    while behind.write(WriteBatch::new()).await.unwrap().sequence < last {
        news.next().await.unwrap();
    }
}

/// Both write at the same time: nothing of either is lost, and both end with the same.
pub(super) async fn lose_nothing([one, other]: [Arc<dyn DatabaseAdapter>; 2]) {
    let (importing, editing) = (window(&one, 1).await, window(&other, 2).await);
    editing.apply(files("before", 0)).await.unwrap();
    catch_up(&one, &other).await;
    let known: Vec<_> = tracks(&editing).await.into_iter().map(|track| track.id).collect();
    let playlist = NewPlaylist { name: "Mix".into(), ..NewPlaylist::default() };
    let playlist = editing.create_playlist(playlist).await.unwrap().id;
    catch_up(&one, &other).await;
    let import = async {
        for round in 0..ROUNDS {
            importing.apply(files("one", round)).await.unwrap();
            let ids = [known[(round % BATCH) as usize].clone()];
            importing.add_to_playlist(&playlist, &ids, Place::End).await.unwrap();
        }
    };
    let edit = async {
        for round in 0..ROUNDS {
            let ids = [known[(round % BATCH) as usize].clone()];
            editing.rate_tracks(&ids, Some(round + 1)).await.unwrap();
            editing.add_to_playlist(&playlist, &ids, Place::Index(0)).await.unwrap();
            editing.add_favourites(&ids).await.unwrap();
            if round % 4 == 0 {
                editing.apply(files("other", round / 4)).await.unwrap();
            }
        }
    };
    core_async::join!(import, edit);
    catch_up(&one, &other).await;
    catch_up(&other, &one).await;
    let all = tracks(&importing).await;
    assert_eq!(all.len(), (BATCH * (1 + ROUNDS + ROUNDS / 4)) as usize);
    assert_eq!(all, tracks(&editing).await);
    for (place, id) in known.iter().enumerate() {
        let track = all.iter().find(|track| track.id == *id).unwrap();
        let expected = u32::try_from(place).unwrap() + 1 + ROUNDS - BATCH;
        assert_eq!((track.rating, track.favourite), (Some(expected), true), "{}", track.path);
    }
    let entries = importing.playlist(&playlist).await.unwrap().entry_count;
    assert_eq!(entries, u64::from(2 * ROUNDS));
    check_counts(&editing, &all).await;
    assert_eq!(content(&importing).await, content(&editing).await);
}

/// The one that imports is closed in the middle: the other goes on, and what was acknowledged is
/// there.
pub(super) async fn go_on_without_the_other([one, other]: [Arc<dyn DatabaseAdapter>; 2]) {
    let (importing, editing) = (window(&one, 1).await, window(&other, 2).await);
    let import = async {
        for round in 0_u32.. {
            if importing.apply(files("one", round)).await.is_err() {
                return round as usize;
            }
        }
        0
    };
    let edit = async {
        for round in 0..ROUNDS / 4 {
            editing.apply(files("other", round)).await.unwrap();
        }
        one.close().await.unwrap();
    };
    let (imported, ()) = core_async::join!(import, edit);
    for round in ROUNDS / 4..ROUNDS / 2 {
        editing.apply(files("other", round)).await.unwrap();
    }
    let all = tracks(&editing).await;
    let of = |folder: &str| all.iter().filter(|track| track.path.starts_with(folder)).count();
    assert_eq!(of("other/"), (BATCH * (ROUNDS / 2)) as usize);
    // What was under way when it was closed is there as a whole or not at all.
    let (found, batch) = (of("one/"), BATCH as usize);
    assert!(found == imported * batch || found == (imported + 1) * batch, "{found} of {imported}");
    assert!(imported > 0, "nothing was imported before the end");
    check_counts(&editing, &all).await;
}
