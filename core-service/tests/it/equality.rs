//! The same library answers the same questions alike, whatever it is kept in: in memory, and in the
//! storage of the platform that the tests run on.
//!
//! Compiled with `MPC_FULL_EQUALITY=1` in the environment, it is 20,000 tracks, 2,000 questions and
//! 500 searches. The digest that it prints covers every answer: it is the same on every platform,
//! and with it in `MPC_EQUALITY_DIGEST` another platform is held to it.

use std::sync::Arc;

use bridge_memory::{ManualClock, MemoryDatabase, SeededRandomness};
use core_service::bridge_traits::{DatabaseAdapter, Schema};
use core_service::core_library::{
    AlbumQuery, ArtistQuery, FolderQuery, GenreQuery, Library, LibraryError, Page, PlayOutcome,
    TrackEdit, TrackField, TrackQuery,
};
use core_service::core_runtime::EventBus;
use core_service::scratch_database;
use serde::Serialize;

use crate::generated::{Numbers, Question, files, question, search};

const SIZES: (u32, u32, u32) =
    if option_env!("MPC_FULL_EQUALITY").is_some() { (20_000, 2_000, 500) } else { (600, 150, 80) };

/// How many pages of an answer are compared.
const PAGES: usize = 3;

#[core_async::test(timeout_ms = 3_000_000)]
async fn storage_makes_no_difference() {
    let (tracks, questions, searches) = SIZES;
    let memory = library(Arc::new(MemoryDatabase::new()), tracks).await;
    let stored = library(scratch_database("equality").await, tracks).await;
    let mut numbers = Numbers(2);
    let mut digest = 0xcbf2_9ce4_8422_2325_u64;
    let (mut rows, mut found) = (0, 0);
    for number in 0..questions + searches {
        let asked = if number < questions { question(&mut numbers) } else { search(&mut numbers) };
        let (expected, count) = answer(&memory, asked.clone()).await;
        let (actual, _) = answer(&stored, asked.clone()).await;
        assert_eq!(actual, expected, "{asked:?}");
        *(if number < questions { &mut rows } else { &mut found }) += count;
        for byte in expected.bytes() {
            digest = (digest ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    assert!(rows > questions as usize, "{rows} rows");
    assert!(found > searches as usize, "{found} results");
    let digest = format!("{digest:016x}");
    core_async::__private::say(&format!(
        "{tracks} tracks, {questions} questions with {rows} rows, {searches} searches with {found} \
         results: digest {digest}"
    ));
    if let Some(expected) = option_env!("MPC_EQUALITY_DIGEST") {
        assert_eq!(digest, expected);
    }
}

async fn library(database: Arc<dyn DatabaseAdapter>, tracks: u32) -> Library {
    database.open(Schema::new(vec![Library::schema()])).await.unwrap();
    let (clock, randomness) = (Arc::new(ManualClock::default()), SeededRandomness::new(3));
    let library = Library::new(database, clock.clone(), Arc::new(randomness), EventBus::default());
    let files = files(tracks);
    for batch in files.chunks(500) {
        library.apply(batch.to_vec()).await.unwrap();
    }
    use_library(&library, &clock).await;
    library
}

/// What a user makes of it.
async fn use_library(library: &Library, clock: &ManualClock) {
    let mut query =
        TrackQuery { sort: Some("path".into()), limit: Some(500), ..Default::default() };
    let mut ids = Vec::new();
    loop {
        let page = library.tracks(&query).await.unwrap();
        ids.extend(page.items.into_iter().map(|track| track.id));
        query.after = page.next;
        if query.after.is_none() {
            break;
        }
    }
    let mut numbers = Numbers(4);
    for rating in 0..=10 {
        let rated: Vec<_> = ids.iter().filter(|_| numbers.one_in(20)).cloned().collect();
        library.rate_tracks(&rated, Some(rating * 10)).await.unwrap();
    }
    let liked: Vec<_> = ids.iter().filter(|_| numbers.one_in(9)).cloned().collect();
    library.add_favourites(&liked).await.unwrap();
    for id in ids.iter().filter(|_| numbers.one_in(5)).take(400) {
        let play = library.start_play(id).await.unwrap();
        clock.advance(core_async::time::Duration::from_secs(60));
        library.end_play(&play.id, PlayOutcome::Completed, 60_000).await.unwrap();
    }
    let edited: Vec<_> = ids.iter().filter(|_| numbers.one_in(50)).take(100).cloned().collect();
    let edit = TrackEdit::new().set(TrackField::Title, "Ærø remix").set(TrackField::Year, 1984);
    library.edit_tracks(&edited, &edit).await.unwrap();
    let removed: Vec<_> = ids.iter().filter(|_| numbers.one_in(40)).cloned().collect();
    library.remove_tracks(&removed).await.unwrap();
}

/// Everything that a question gives, as text, and how many rows that is.
async fn answer(library: &Library, question: Question) -> (String, usize) {
    match question {
        Question::Tracks(query) => {
            pages(async |after| {
                let query = TrackQuery { after, ..(*query).clone() };
                library.tracks(&query).await
            })
            .await
        }
        Question::Albums(query) => {
            pages(async |after| {
                let query = AlbumQuery { after, ..query.clone() };
                library.albums(&query).await
            })
            .await
        }
        Question::Artists(query) => {
            pages(async |after| {
                let query = ArtistQuery { after, ..query.clone() };
                library.artists(&query).await
            })
            .await
        }
        Question::Genres(query) => {
            pages(async |after| library.genres(&GenreQuery { after, ..query.clone() }).await).await
        }
        Question::Folders(query) => {
            pages(async |after| library.folders(&FolderQuery { after, ..query.clone() }).await)
                .await
        }
        Question::Search(query) => {
            let found = library.search(&query).await.unwrap();
            let count = found.tracks.len() + found.albums.len() + found.artists.len();
            (serde_json::to_string(&found).unwrap(), count)
        }
    }
}

async fn pages<T: Serialize>(
    read: impl AsyncFn(Option<String>) -> Result<Page<T>, LibraryError>,
) -> (String, usize) {
    let (mut text, mut rows, mut after) = (String::new(), 0, None);
    for _ in 0..PAGES {
        let page = read(after).await.unwrap();
        rows += page.items.len();
        text.push_str(&serde_json::to_string(&page).unwrap());
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    (text, rows)
}
