//! Measures how the cost of an import grows: generated tracks, in memory, in batches as a scan
//! applies them. `cargo run --release -p core-library --example import_growth [tracks …]`

use std::sync::Arc;

use bridge_memory::{ManualClock, MemoryDatabase, SeededRandomness};
use bridge_traits::{DatabaseAdapter, Schema};
use core_async::time::Instant;
use core_library::{FileChange, Library, ScannedFile};
use core_runtime::EventBus;

/// How many changes a scan applies at once.
const BATCH: u32 = 256;

/// What the generated library is like.
#[derive(Clone, Copy, Debug)]
enum Shape {
    /// Twelve tracks to an album, ten albums to an artist, with every id and gain.
    Albums,
    /// Every track by another artist, all on one album: what a folder of loose songs becomes.
    OneAlbum,
}

#[core_async::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sizes = std::env::args().skip(1).map(|size| size.parse());
    let mut sizes: Vec<u32> = sizes.collect::<Result<_, _>>()?;
    if sizes.is_empty() {
        sizes = vec![1_000, 10_000, 100_000];
    }
    println!("shape       tracks    seconds   µs/track   last batch µs/track");
    for shape in [Shape::Albums, Shape::OneAlbum] {
        for &size in &sizes {
            let (total, last) = import(shape, size).await?;
            let per = total * 1e6 / f64::from(size);
            println!(
                "{:<9} {size:>8} {total:>10.3} {per:>10.1} {last:>21.1}",
                format!("{shape:?}")
            );
        }
    }
    Ok(())
}

/// Seconds for all of it, and microseconds per track of the last whole batch.
async fn import(shape: Shape, size: u32) -> Result<(f64, f64), Box<dyn std::error::Error>> {
    let database: Arc<dyn DatabaseAdapter> = Arc::new(MemoryDatabase::new());
    database.open(Schema::new(vec![Library::schema()])).await?;
    let clock = Arc::new(ManualClock::new(1_700_000_000_000));
    let randomness = Arc::new(SeededRandomness::new(1));
    let library = Library::new(database, clock, randomness, EventBus::default());
    let (mut total, mut last) = (0.0, 0.0);
    for start in (0..size).step_by(BATCH as usize) {
        let end = size.min(start + BATCH);
        let changes = (start..end).map(|n| FileChange::Add(file(shape, n))).collect();
        let began = Instant::now();
        library.apply(changes).await?;
        let took = began.elapsed().as_secs_f64();
        total += took;
        if end - start == BATCH {
            last = took * 1e6 / f64::from(BATCH);
        }
    }
    Ok((total, last))
}

fn file(shape: Shape, n: u32) -> ScannedFile {
    let (album, artist) = match shape {
        Shape::Albums => (n / 12, n / 120),
        Shape::OneAlbum => (0, n),
    };
    let id = |kind: u32, n: u32| format!("{kind:08x}-0000-4000-8000-{n:012x}");
    let is_tagged = matches!(shape, Shape::Albums);
    ScannedFile {
        path: format!("music/artist {artist}/album {album}/{n:06} song.flac"),
        size: 20_000_000 + u64::from(n),
        modified_millis: Some(1_600_000_000_000),
        signature: format!("{n:032x}"),
        title: Some(format!("Song number {n}")),
        artist: Some(format!("Artist {artist}")),
        album_artist: is_tagged.then(|| format!("Artist {artist}")),
        album: Some(if is_tagged { format!("Album {album}") } else { "Loose".into() }),
        compilation: !is_tagged,
        track_number: Some(n % 12 + 1),
        year: Some(1970 + i32::try_from(album % 50).unwrap_or(0)),
        genres: vec![format!("Genre {}", artist % 30)],
        duration_ms: Some(180_000 + u64::from(n % 90) * 1000),
        codec: "flac".into(),
        sample_rate: Some(44_100),
        channels: Some(2),
        playable: true,
        has_cover: true,
        mb_recording_id: is_tagged.then(|| id(1, n)),
        mb_album_id: is_tagged.then(|| id(2, album)),
        mb_artist_ids: if is_tagged { vec![id(3, artist)] } else { Vec::new() },
        replaygain_track_gain: is_tagged.then_some(-7.5),
        ..ScannedFile::default()
    }
}
