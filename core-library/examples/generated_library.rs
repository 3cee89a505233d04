//! Writes a library that nobody has, of as many tracks as one likes, to standard output:
//! `generated_library 100000 > large.mpclib`. It is always the same, and `mpc-desktop import
//! --replace` or the web player read it.

#![expect(clippy::unwrap_used, reason = "there is nobody to report to")]

use std::io::Write;
use std::sync::Arc;

use bridge_memory::{ManualClock, MemoryDatabase, SeededRandomness};
use bridge_traits::{DatabaseAdapter, Schema};
use core_library::{FileChange, Library, ScannedFile};
use core_runtime::EventBus;
use futures::TryStreamExt;

const WORDS: &str = "amber anchor arrow autumn beacon birch blue bridge bronze candle canyon cedar \
    crystal dawn delta desert dusk echo ember falcon fern flame forest frost garden ghost glass \
    harbor hollow horizon indigo island ivory jade lantern lilac lunar maple marble meadow midnight \
    mirror mist ocean olive onyx opal orchid pearl pine prism raven river saffron shadow silver";

const GENRES: [&str; 6] = ["Ambient", "Electronic", "Folk", "Jazz", "Metal", "Rock"];

/// Twelve tracks are an album, five albums are of one artist.
fn file(number: u32) -> ScannedFile {
    let word = |salt: u32| {
        let mixed = number.wrapping_mul(2_654_435_761).rotate_left(salt) % 55;
        let word = WORDS.split(' ').nth(mixed as usize).unwrap_or("amber");
        word[..1].to_uppercase() + &word[1..]
    };
    let (album, artist, place) = (number / 12, number / 60, number % 12 + 1);
    ScannedFile {
        path: format!("music/Artist {artist}/Album {album}/{place:02}.flac"),
        size: 20_000_000 + u64::from(number),
        signature: format!("generated-{number}"),
        title: Some(format!("{} {} {number}", word(3), word(11))),
        artist: Some(format!("Artist {artist}")),
        album: Some(format!("{} Album {album}", GENRES[(album % 6) as usize])),
        track_number: Some(place),
        year: Some(1960 + i32::try_from(album % 60).unwrap_or_default()),
        genre: Some(GENRES[(artist % 6) as usize].to_owned()),
        duration_ms: Some(120_000 + u64::from(number % 240) * 1_000),
        codec: "flac".into(),
        sample_rate: Some(44_100),
        channels: Some(2),
        playable: true,
        ..ScannedFile::default()
    }
}

#[core_async::main]
async fn main() {
    let tracks = std::env::args().nth(1).and_then(|count| count.parse().ok()).unwrap_or(1_000);
    let database: Arc<dyn DatabaseAdapter> = Arc::new(MemoryDatabase::new());
    database.open(Schema::new(vec![Library::schema()])).await.unwrap();
    let (clock, randomness) = (Arc::new(ManualClock::default()), SeededRandomness::new(1));
    let library = Library::new(database, clock, Arc::new(randomness), EventBus::default());
    let numbers: Vec<u32> = (0..tracks).collect();
    for batch in numbers.chunks(1_000) {
        let changes = batch.iter().map(|number| FileChange::Add(file(*number))).collect();
        library.apply(changes).await.unwrap();
    }
    let mut pieces = library.export_pieces();
    let mut out = std::io::stdout().lock();
    while let Some(piece) = pieces.try_next().await.unwrap() {
        out.write_all(&piece).unwrap();
    }
    out.flush().unwrap();
}
