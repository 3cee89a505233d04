//! Covers that are kept once and made small when somebody looks.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bridge_memory::MemoryFileSystem;
use bridge_traits::{FileSystemAccess, FileSystemExt, Result};
use core_metadata::{Artwork, ArtworkError, Colour, Cover, CoverId, ImageResizer, Pixels, Resized};

use crate::fixtures::{PICTURE, bytes};

/// Makes every picture a red pixel.
#[derive(Debug, Default)]
struct Red {
    calls: AtomicUsize,
}

#[core_async::async_trait]
impl ImageResizer for Red {
    async fn resize(&self, _: &Cover, edge: u32) -> Result<Resized> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        let cover = Cover::from_bytes(format!("GIF89a{edge}").into()).unwrap();
        Ok(Resized { cover, pixels: Pixels { width: 1, height: 1, rgba: vec![255, 0, 0, 255] } })
    }
}

struct Setup {
    files: Arc<MemoryFileSystem>,
    resizer: Arc<Red>,
    artwork: Artwork,
}

impl Setup {
    fn new() -> Self {
        let (files, resizer) = (Arc::new(MemoryFileSystem::new()), Arc::new(Red::default()));
        let artwork = Artwork::new(Arc::clone(&files) as _, "covers", Arc::clone(&resizer) as _);
        Self { files, resizer, artwork }
    }

    async fn take(&self, name: &str) -> Option<CoverId> {
        self.files.insert(name, bytes(name).to_vec()).unwrap();
        self.artwork.take_from(self.files.open(name).await.unwrap()).await.unwrap()
    }

    async fn kept(&self) -> usize {
        self.files.list("covers").await.map_or(0, |entries| entries.len())
    }
}

/// A picture that claims to be of this size.
fn picture(width: u32, height: u32) -> Cover {
    let header =
        [&b"\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR"[..], &width.to_be_bytes(), &height.to_be_bytes()];
    Cover::from_bytes(header.concat().into()).unwrap()
}

#[core_async::test]
async fn equal_pictures_are_kept_once() {
    let setup = Setup::new();
    let id = setup.take("tone.mp3").await.unwrap();
    assert_eq!(setup.take("tone.flac").await, Some(id));
    assert_eq!(setup.take("tone.m4a").await, Some(id));
    assert_eq!(setup.take("tone.opus").await, None);
    assert_eq!(setup.kept().await, 1);
    let original = setup.artwork.original(id).await.unwrap();
    assert_eq!((original.mime, &original.bytes[..]), ("image/png", PICTURE));
    assert_eq!(id.to_string().parse(), Ok(id));
}

#[core_async::test]
async fn small_versions_and_colours_are_made_once() {
    let setup = Setup::new();
    let id = setup.artwork.keep(&picture(1_000, 1_000)).await.unwrap();
    assert_eq!(setup.resizer.calls.load(Ordering::Relaxed), 0);
    for _ in 0..2 {
        let small = setup.artwork.thumbnail(id, 300).await.unwrap();
        assert_eq!(&small.bytes[..], b"GIF89a300");
        let colour = setup.artwork.colour(id).await.unwrap();
        assert_eq!(colour, Some(Colour { red: 255, green: 0, blue: 0 }));
    }
    assert_eq!(setup.resizer.calls.load(Ordering::Relaxed), 2);
}

#[core_async::test]
async fn what_is_small_already_stays_as_it_is() {
    let setup = Setup::new();
    let cover = picture(300, 200);
    let id = setup.artwork.keep(&cover).await.unwrap();
    assert_eq!(setup.artwork.thumbnail(id, 300).await.unwrap(), cover);
    assert_eq!(setup.resizer.calls.load(Ordering::Relaxed), 0);
}

#[core_async::test]
async fn monsters_never_reach_a_decoder() {
    let setup = Setup::new();
    for (cover, expected) in [
        (picture(65_535, 65_535), "the picture has too many pixels"),
        (picture(4_000_000_000, 1), "the picture has too many pixels"),
        (picture(0, 10), "the picture is damaged"),
        (Cover::from_bytes(b"\xFF\xD8\xFF\xE0"[..].into()).unwrap(), "the picture is damaged"),
    ] {
        let id = setup.artwork.keep(&cover).await.unwrap();
        let error = setup.artwork.thumbnail(id, 300).await.unwrap_err();
        assert_eq!(error.to_string(), expected);
        assert!(setup.artwork.colour(id).await.is_err());
    }
    assert_eq!(setup.resizer.calls.load(Ordering::Relaxed), 0);
}

#[core_async::test]
async fn scripts_in_the_folder_are_not_shown() {
    let setup = Setup::new();
    let id = setup.artwork.keep(&picture(10, 10)).await.unwrap();
    let path = format!("covers/{id}");
    setup.files.write_bytes(&path, b"<html><script>"[..].into()).await.unwrap();
    assert!(matches!(setup.artwork.original(id).await, Err(ArtworkError::Missing)));
}

#[core_async::test]
async fn the_folder_has_a_limit() {
    let setup = Setup::new();
    for width in 1..=10 {
        setup.artwork.keep(&picture(width, 1)).await.unwrap();
    }
    assert_eq!(setup.artwork.trim(1_000).await.unwrap(), 240);
    assert_eq!(setup.artwork.trim(100).await.unwrap(), 96);
    assert_eq!(setup.kept().await, 4);
    assert_eq!(setup.artwork.trim(0).await.unwrap(), 0);
}
