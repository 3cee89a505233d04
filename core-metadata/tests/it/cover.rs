//! Covers.

use bridge_memory::MemoryFileSystem;
use core_metadata::read_cover;

use crate::fixtures::{ALL, PICTURE, bytes, open};

#[core_async::test]
async fn covers_are_read_from_every_tag_format() {
    for (name, content) in ALL {
        for files in [MemoryFileSystem::new(), MemoryFileSystem::async_only()] {
            let cover = read_cover(open(files, content).await).await.unwrap();
            if matches!(*name, "tone.mp3" | "tone.flac" | "tone.m4a") {
                let cover = cover.unwrap_or_else(|| panic!("{name} has a cover"));
                assert_eq!(cover.mime, "image/png", "{name}");
                assert_eq!(cover.bytes, PICTURE, "{name}");
            } else {
                assert_eq!(cover, None, "{name}");
            }
        }
    }
}

#[core_async::test]
async fn pictures_that_lie_about_what_they_are_are_not_covers() {
    let mut content = bytes("tone.flac").to_vec();
    let at = content.windows(8).position(|bytes| bytes == &PICTURE[..8]).unwrap();
    content[at..at + 8].copy_from_slice(b"<svg foo");
    let file = open(MemoryFileSystem::new(), &content).await;
    assert_eq!(read_cover(file).await.unwrap(), None);
}

#[core_async::test]
async fn pictures_that_no_decoder_should_meet_are_not_covers() {
    let tone = bytes("tone.flac");
    let at = tone.windows(8).position(|bytes| bytes == &PICTURE[..8]).unwrap();
    for (width, height) in [(65_535_u32, 65_535_u32), (u32::MAX, 1), (0, 10)] {
        let mut content = tone.to_vec();
        content[at + 16..at + 20].copy_from_slice(&width.to_be_bytes());
        content[at + 20..at + 24].copy_from_slice(&height.to_be_bytes());
        let file = open(MemoryFileSystem::new(), &content).await;
        assert_eq!(read_cover(file).await.unwrap(), None, "{width} by {height}");
    }
    // A scan of a cover is none of these.
    let mut content = tone.to_vec();
    content[at + 16..at + 20].copy_from_slice(&6_000_u32.to_be_bytes());
    content[at + 20..at + 24].copy_from_slice(&6_000_u32.to_be_bytes());
    let file = open(MemoryFileSystem::new(), &content).await;
    assert!(read_cover(file).await.unwrap().is_some());
}
