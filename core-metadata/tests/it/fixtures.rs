//! The files the tests read.

use std::sync::Arc;

use bridge_memory::MemoryFileSystem;
use bridge_traits::{FileSystemAccess, ReadAt};
use core_metadata::{AudioFile, MetadataError, read_audio_file};

macro_rules! fixtures {
    ($($name:literal)*) => {
        pub(crate) const ALL: &[(&str, &[u8])] =
            &[$(($name, include_bytes!(concat!("../fixtures/", $name)))),*];
    };
}

fixtures! {
    "adpcm.wav" "alac.m4a" "flac.oga" "fragmented.m4a" "noxing.mp3" "plain.aiff" "s24.wav" "tone.aac"
    "tone.aiff" "tone.flac" "tone.m4a" "tone.mp3" "tone.ogg" "tone.opus" "tone.spx" "tone.wav" "tone.wv"
    "vbr.mp3"
}

macro_rules! full {
    ($($name:literal)*) => {
        /// Files with every field that their formats have.
        pub(crate) const FULL: &[(&str, &[u8])] =
            &[$(($name, include_bytes!(concat!("../fixtures/", $name)))),*];
    };
}

full! { "full.mp3" "full23.mp3" "full.flac" "full.opus" "full.m4a" "full.wv" "full.aiff" }

pub(crate) const PICTURE: &[u8] = include_bytes!("../fixtures/cover.png");

#[track_caller]
pub(crate) fn bytes(name: &str) -> &'static [u8] {
    ALL.iter().find(|(fixture, _)| *fixture == name).unwrap().1
}

/// A file that answers at once, or only later, as remote ones do.
pub(crate) async fn open(files: MemoryFileSystem, content: &[u8]) -> Arc<dyn ReadAt> {
    files.insert("file", content.to_vec()).unwrap();
    files.open("file").await.unwrap()
}

pub(crate) async fn read(content: &[u8]) -> Result<AudioFile, MetadataError> {
    read_audio_file(open(MemoryFileSystem::new(), content).await).await
}
