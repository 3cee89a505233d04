//! Covers that are made small when somebody looks, and kept.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bridge_memory::{ManualClock, MemoryFileSystem, MemoryImageResizer};
use bridge_traits::{
    BridgeError, ErrorKind, FileSystemAccess, FileSystemExt, ImageResizer, Pixels, Result,
};
use bytes::Bytes;
use core_async::time::Duration;
use core_library::KnownFile;
use core_metadata::{Artwork, ArtworkError, CoverSize, CoverSource, SizedCover};

use crate::fixtures::{PICTURE, bytes};

/// Counts how often pictures are decoded, and how many at the same time.
#[derive(Debug, Default)]
struct Counting {
    resized: AtomicUsize,
    looked_at: AtomicUsize,
    busy: AtomicUsize,
    most_busy: AtomicUsize,
}

impl Counting {
    async fn work(&self) {
        let busy = self.busy.fetch_add(1, Ordering::SeqCst) + 1;
        self.most_busy.fetch_max(busy, Ordering::SeqCst);
        core_async::task::yield_now().await;
        self.busy.fetch_sub(1, Ordering::SeqCst);
    }

    fn counts(&self) -> (usize, usize) {
        (self.resized.load(Ordering::SeqCst), self.looked_at.load(Ordering::SeqCst))
    }
}

#[core_async::async_trait]
impl ImageResizer for Counting {
    async fn resize(&self, picture: Bytes, edge: u32) -> Result<Bytes> {
        self.resized.fetch_add(1, Ordering::SeqCst);
        self.work().await;
        MemoryImageResizer.resize(picture, edge).await
    }

    async fn pixels(&self, picture: Bytes, edge: u32) -> Result<Pixels> {
        self.looked_at.fetch_add(1, Ordering::SeqCst);
        self.work().await;
        MemoryImageResizer.pixels(picture, edge).await
    }
}

struct Setup {
    files: Arc<MemoryFileSystem>,
    clock: Arc<ManualClock>,
    resizer: Arc<Counting>,
    artwork: Artwork,
}

impl Setup {
    fn new() -> Self {
        Self::with_limit(u64::MAX)
    }

    fn with_limit(limit: u64) -> Self {
        let clock = Arc::new(ManualClock::new(1_750_000_000_000));
        let files = MemoryFileSystem::new().with_clock(Arc::clone(&clock) as _);
        Self::on(files, clock, limit)
    }

    fn on(files: MemoryFileSystem, clock: Arc<ManualClock>, limit: u64) -> Self {
        let (files, resizer) = (Arc::new(files), Arc::new(Counting::default()));
        let artwork = Artwork::new(
            Arc::clone(&files) as _,
            "covers",
            Arc::clone(&resizer) as _,
            Arc::clone(&clock) as _,
        );
        Self { files, clock, resizer, artwork: artwork.with_limit(limit) }
    }

    /// What a host does: what is not kept is made from the file.
    async fn cover(
        &self,
        path: &str,
        content: &[u8],
        size: CoverSize,
    ) -> std::result::Result<Option<SizedCover>, ArtworkError> {
        let source = source(path);
        if let Some(found) = self.artwork.find(source, size).await {
            return Ok(Some(found));
        }
        let music = MemoryFileSystem::new();
        music.insert(path, content.to_vec()).unwrap();
        self.artwork.make(source, size, music.open(path).await.unwrap()).await
    }

    async fn thumbnail(&self, path: &str, content: &[u8]) -> SizedCover {
        self.cover(path, content, CoverSize::Thumbnail).await.unwrap().unwrap()
    }

    /// The names of the small versions that are kept.
    async fn versions(&self) -> Vec<String> {
        let entries = self.files.list("covers").await.unwrap_or_default();
        entries
            .into_iter()
            .map(|entry| entry.name)
            .filter(|name| !name.starts_with("of-"))
            .collect()
    }
}

fn source(path: &str) -> CoverSource {
    CoverSource::of(&KnownFile {
        path: path.into(),
        size: 1,
        modified_millis: Some(1),
        signature: String::new(),
        track_id: "1".into(),
        is_copy: false,
    })
}

/// A FLAC file with this picture as its front cover.
fn music(picture: &[u8]) -> Vec<u8> {
    let number = |number: usize| u32::try_from(number).unwrap().to_be_bytes();
    let mut block = Vec::new();
    block.extend(number(3));
    block.extend(number(9));
    block.extend(b"image/png");
    block.extend([0; 20]);
    block.extend(number(picture.len()));
    block.extend(picture);
    // Behind the first block, which is about the stream.
    let (stream, rest) = bytes("tone.flac").split_at(4 + 4 + 34);
    [stream, &[6], &number(block.len())[1..], &block, rest].concat()
}

/// A PNG of one colour.
fn picture(width: u32, height: u32, colour: [u8; 3]) -> Vec<u8> {
    let mut encoded = Vec::new();
    let mut encoder = png::Encoder::new(&mut encoded, width, height);
    encoder.set_color(png::ColorType::Rgb);
    let pixels = usize::try_from(width * height).unwrap();
    encoder.write_header().unwrap().write_image_data(&colour.repeat(pixels)).unwrap();
    encoded
}

#[core_async::test]
async fn covers_come_in_the_size_that_is_asked_for_and_are_made_once() {
    let setup = Setup::new();
    let original = picture(1_500, 1_000, [200, 16, 16]);
    let content = music(&original);
    for _ in 0..2 {
        for (size, expected) in [
            (CoverSize::Thumbnail, Some((300, 200))),
            (CoverSize::Full, Some((1_200, 800))),
            (CoverSize::Original, None),
        ] {
            let found = setup.cover("a.flac", &content, size).await.unwrap().unwrap();
            match expected {
                Some(expected) => {
                    let bytes = found.cover.bytes.clone();
                    let pixels = MemoryImageResizer.pixels(bytes, u32::MAX).await.unwrap();
                    assert_eq!((pixels.width, pixels.height), expected);
                }
                None => assert_eq!(found.cover.bytes, original),
            }
            assert_eq!(found.colour.unwrap().to_string(), "#c81010");
        }
    }
    assert_eq!(setup.resizer.counts(), (2, 1));
}

#[core_async::test]
async fn kept_covers_are_found_without_the_file() {
    let setup = Setup::new();
    let source_before = source("a.flac");
    assert_eq!(setup.artwork.find(source_before, CoverSize::Thumbnail).await, None);
    let made = setup.thumbnail("a.flac", &music(&picture(400, 400, [1, 2, 3]))).await;
    let found = setup.artwork.find(source_before, CoverSize::Thumbnail).await;
    assert_eq!(found, Some(made));
    assert_eq!(setup.artwork.find(source_before, CoverSize::Full).await, None);
    assert_eq!(setup.artwork.find(source("b.flac"), CoverSize::Thumbnail).await, None);
}

#[core_async::test]
async fn equal_pictures_are_kept_and_made_small_once() {
    let setup = Setup::new();
    let content = music(&picture(400, 400, [1, 2, 3]));
    let one = setup.thumbnail("a.flac", &content).await;
    assert_eq!(setup.thumbnail("b.flac", &content).await, one);
    assert_eq!(setup.versions().await.len(), 1);
    assert_eq!(setup.resizer.counts().0, 1);
    setup.thumbnail("c.flac", &music(&picture(400, 400, [3, 2, 1]))).await;
    assert_eq!(setup.versions().await.len(), 2);
}

#[core_async::test]
async fn what_is_small_already_stays_as_it_is() {
    let setup = Setup::new();
    let original = picture(300, 200, [1, 2, 3]);
    let found = setup.thumbnail("a.flac", &music(&original)).await;
    assert_eq!(found.cover.bytes, original);
    let tone = setup.thumbnail("tone.m4a", bytes("tone.m4a")).await;
    assert_eq!(tone.cover.bytes, PICTURE);
    assert_eq!(setup.resizer.counts().0, 0);
}

#[core_async::test]
async fn files_without_a_cover_have_none_in_any_size() {
    let setup = Setup::new();
    for size in [CoverSize::Thumbnail, CoverSize::Full, CoverSize::Original] {
        assert_eq!(setup.cover("a.opus", bytes("tone.opus"), size).await.unwrap(), None);
    }
    assert_eq!(setup.versions().await.len(), 0);
}

#[core_async::test]
async fn pictures_that_cannot_be_decoded_are_errors_and_not_kept() {
    let setup = Setup::new();
    let mut cut = picture(400, 400, [1, 2, 3]);
    cut.truncate(40);
    let error = setup.cover("a.flac", &music(&cut), CoverSize::Thumbnail).await.unwrap_err();
    assert_eq!(error.code(), ErrorKind::Corrupt.code());
    assert_eq!(setup.versions().await.len(), 0);
}

#[core_async::test]
async fn many_at_once_are_decoded_one_by_one_and_equal_ones_once() {
    let setup = Setup::new();
    let content = music(&picture(400, 400, [1, 2, 3]));
    let others: Vec<_> = (0..8).map(|shade| music(&picture(400, 400, [shade, 0, 0]))).collect();
    let same = (0..8).map(|_| setup.thumbnail("a.flac", &content));
    futures::future::join_all(same).await;
    // Those that were let in together may not have seen each other's.
    assert!(setup.resizer.counts().0 <= 4, "{:?}", setup.resizer.counts());
    let paths: Vec<_> = (0..8).map(|number| format!("{number}.flac")).collect();
    let all = others.iter().zip(&paths).map(|(content, path)| setup.thumbnail(path, content));
    futures::future::join_all(all).await;
    assert_eq!(setup.resizer.most_busy.load(Ordering::SeqCst), 1);
}

#[core_async::test]
async fn what_is_not_a_picture_in_the_folder_is_made_anew() {
    let setup = Setup::new();
    let content = music(&picture(400, 400, [1, 2, 3]));
    let made = setup.thumbnail("a.flac", &content).await;
    let name = format!("covers/{}", setup.versions().await[0]);
    setup.files.write_bytes(&name, b"<html><script>"[..].into()).await.unwrap();
    assert_eq!(setup.artwork.find(source("a.flac"), CoverSize::Thumbnail).await, None);
    assert_eq!(setup.thumbnail("a.flac", &content).await, made);
    setup.files.deny(&name).unwrap();
    assert_eq!(setup.thumbnail("a.flac", &content).await, made);
}

#[core_async::test]
async fn what_nobody_looked_at_goes_first_when_the_folder_is_full() {
    let setup = Setup::with_limit(4_000);
    let content = |shade: u8| {
        // As it is: a thousand bytes of a picture that is small already.
        let mut picture = picture(20, 20, [shade, 0, 0]);
        picture.resize(1_000, 0);
        music(&picture)
    };
    let hour = Duration::from_secs(60 * 60);
    for shade in 0..3 {
        setup.thumbnail(&format!("{shade}.flac"), &content(shade)).await;
        setup.clock.advance(hour);
    }
    // Looked at after more than a day, the first is no longer the oldest.
    setup.clock.advance(24 * hour);
    setup.thumbnail("0.flac", &content(0)).await;
    for shade in 3..5 {
        setup.clock.advance(hour);
        setup.thumbnail(&format!("{shade}.flac"), &content(shade)).await;
    }
    let mut kept = Vec::new();
    for shade in 0..5 {
        let found = setup.artwork.find(source(&format!("{shade}.flac")), CoverSize::Thumbnail);
        if found.await.is_some() {
            kept.push(shade);
        }
    }
    assert_eq!(kept, [0, 3, 4]);
    let entries = setup.files.list("covers").await.unwrap();
    let length: u64 = entries.iter().map(|entry| entry.metadata.length).sum();
    assert!(length <= 4_000 + 4_000 / 16, "{length}");
}

#[core_async::test]
async fn covers_that_cannot_be_kept_are_shown_all_the_same() {
    let clock = Arc::new(ManualClock::new(1_750_000_000_000));
    let setup = Setup::on(MemoryFileSystem::new().with_capacity(10), clock, u64::MAX);
    let found = setup.thumbnail("a.flac", &music(&picture(400, 400, [200, 16, 16]))).await;
    assert_eq!(found.colour.unwrap().to_string(), "#c81010");
    assert_eq!(setup.versions().await.len(), 0);
}

/// A host without decoders.
#[derive(Debug)]
struct Unable;

#[core_async::async_trait]
impl ImageResizer for Unable {
    async fn resize(&self, _: Bytes, _: u32) -> Result<Bytes> {
        Err(BridgeError::new(ErrorKind::Unsupported, "image_resizer.resize"))
    }

    async fn pixels(&self, _: Bytes, _: u32) -> Result<Pixels> {
        Err(BridgeError::new(ErrorKind::Unsupported, "image_resizer.pixels"))
    }
}

#[core_async::test]
async fn hosts_that_cannot_make_them_small_show_them_as_they_are() {
    let setup = Setup::new();
    let (files, clock) = (Arc::clone(&setup.files) as _, Arc::clone(&setup.clock) as _);
    let setup = Setup { artwork: Artwork::new(files, "covers", Arc::new(Unable), clock), ..setup };
    let original = picture(400, 400, [1, 2, 3]);
    let found = setup.thumbnail("a.flac", &music(&original)).await;
    assert_eq!((found.cover.bytes.to_vec(), found.colour), (original, None));
    assert_eq!(setup.versions().await.len(), 0);
}

#[test]
fn sizes_have_names() {
    for (name, size) in [
        ("thumbnail", CoverSize::Thumbnail),
        ("full", CoverSize::Full),
        ("original", CoverSize::Original),
    ] {
        assert_eq!(name.parse(), Ok(size));
    }
    assert!("huge".parse::<CoverSize>().is_err());
}
