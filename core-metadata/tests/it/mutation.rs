//! A thousand random changes to a file of every container: an answer, never a panic, and never more
//! memory than a bounded part of the file, however long it claims to be.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bridge_traits::{ReadAt, Result};
use bytes::Bytes;
use core_metadata::{AudioFile, MetadataError, read_audio_file};

use crate::fixtures::ALL;

/// How many changed files are tried per fixture.
const MUTATIONS: u32 = 1000;

/// The most that may be asked of one file altogether.
const MOST_READ: u64 = 6 * 1024 * 1024;

/// The most text that may come out of one file.
const MOST_TEXT: usize = 2 * 1024 * 1024;

/// A generator of its own, so that every run tries the same files.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from((self.0 >> 11) % limit.max(1) as u64).unwrap()
    }
}

/// A file with its content at the start and nothing but zeroes behind it, which counts what is
/// asked of it.
#[derive(Debug)]
struct Sparse {
    content: Vec<u8>,
    length: u64,
    waits: bool,
    asked: AtomicU64,
}

impl Sparse {
    fn read(&self, offset: u64, buffer: &mut [u8]) -> usize {
        self.asked.fetch_add(buffer.len() as u64, Ordering::Relaxed);
        let left = usize::try_from(self.length.saturating_sub(offset)).unwrap_or(usize::MAX);
        let count = buffer.len().min(left);
        let start = usize::try_from(offset).unwrap_or(usize::MAX).min(self.content.len());
        let there = &self.content[start..self.content.len().min(start.saturating_add(count))];
        buffer[..count].fill(0);
        buffer[..there.len()].copy_from_slice(there);
        count
    }
}

#[core_async::async_trait]
impl ReadAt for Sparse {
    fn length(&self) -> u64 {
        self.length
    }

    async fn read_at(&self, offset: u64, length: usize) -> Result<Bytes> {
        assert!(length as u64 <= MOST_READ, "{length} bytes at once");
        let mut buffer = vec![0; length];
        let count = self.read(offset, &mut buffer);
        buffer.truncate(count);
        Ok(buffer.into())
    }

    fn read_at_now(&self, offset: u64, buffer: &mut [u8]) -> Option<Result<usize>> {
        (!self.waits).then(|| Ok(self.read(offset, buffer)))
    }
}

/// The file with one to four things wrong, more often than not near its start.
fn mutate(original: &[u8], random: &mut Random) -> Vec<u8> {
    let mut bytes = original.to_vec();
    for _ in 0..=random.below(4) {
        let reach = if random.below(3) > 0 { bytes.len().min(700) } else { bytes.len() };
        let at = random.below(reach);
        let length = (1 + random.below(8)).min(bytes.len() - at);
        match random.below(7) {
            0 => bytes[at] ^= 1 << random.below(8),
            1 => bytes[at..at + length].fill(0xFF),
            2 => bytes[at..at + length].fill(0),
            3 => bytes[at..at + length].fill(0x7F),
            4 if bytes.len() > 100 => drop(bytes.drain(at..at + length)),
            5 => {
                let copy = bytes[at..at + length].to_vec();
                let to = random.below(bytes.len());
                bytes.splice(to..to, copy);
            }
            _ => bytes[at] = u8::try_from(random.below(256)).unwrap(),
        }
    }
    if random.below(4) == 0 {
        let keep = 1 + random.below(bytes.len());
        bytes.truncate(keep);
    }
    bytes
}

/// How much text there is in a file.
fn text(file: &AudioFile) -> usize {
    let texts = [
        &file.tags.title,
        &file.tags.artist,
        &file.tags.album,
        &file.tags.album_artist,
        &file.tags.comment,
        &file.tags.composer,
    ];
    texts.into_iter().flatten().map(String::len).sum::<usize>()
        + file.tags.artists.iter().map(String::len).sum::<usize>()
}

async fn poke(name: &str, content: Vec<u8>, random: &mut Random) {
    let extra = match random.below(16) {
        0 => 1_000_000,
        1 => 5_000_000_000,
        2 => 1 << 50,
        _ => 0,
    };
    let length = content.len() as u64 + extra;
    let waits = random.below(4) == 0;
    let file = Arc::new(Sparse { content, length, waits, asked: AtomicU64::new(0) });
    let outcome = read_audio_file(Arc::clone(&file) as _).await;
    let asked = file.asked.load(Ordering::Relaxed);
    assert!(asked <= MOST_READ, "{name}: {asked} bytes");
    match outcome {
        Ok(file) => {
            assert!(text(&file) <= MOST_TEXT, "{name}");
            assert!(file.sample_rate > 0 && (1..=32).contains(&file.channels), "{name}");
        }
        // A panic on another thread would look like this.
        Err(error) => assert!(!matches!(error, MetadataError::Interrupted), "{name}"),
    }
}

async fn mutate_all(extensions: &[&str]) {
    let mut tried = 0;
    for (index, (name, content)) in ALL.iter().enumerate() {
        if !extensions.iter().any(|extension| name.ends_with(extension)) {
            continue;
        }
        let mut random = Random(0x9E37_79B9_7F4A_7C15 ^ index as u64);
        for _ in 0..MUTATIONS {
            let bytes = mutate(content, &mut random);
            poke(name, bytes, &mut random).await;
        }
        tried += 1;
    }
    assert!(tried > 0);
}

#[core_async::test]
async fn riff_and_aiff() {
    mutate_all(&["wav", "aiff"]).await;
}

#[core_async::test]
async fn wave64_rf64_and_bw64() {
    let wav = crate::fixtures::bytes("tone.wav");
    let mut random = Random(64);
    for (name, content) in crate::large_wave::of_every_kind(wav) {
        for _ in 0..MUTATIONS {
            let bytes = mutate(&content, &mut random);
            poke(name, bytes, &mut random).await;
        }
    }
}

#[core_async::test]
async fn flac() {
    mutate_all(&["flac"]).await;
}

#[core_async::test]
async fn ogg() {
    mutate_all(&["ogg", "oga", "opus", "spx"]).await;
}

#[core_async::test]
async fn mp4() {
    mutate_all(&["m4a"]).await;
}

#[core_async::test]
async fn mpeg_and_adts() {
    mutate_all(&["mp3", "aac"]).await;
}

#[core_async::test]
async fn wavpack() {
    mutate_all(&["wv"]).await;
}

#[core_async::test]
async fn random_bytes_behind_every_magic_number() {
    const MAGICS: [&[u8]; 13] = [
        b"RIFF\0\x10\0\0WAVEfmt \x10\0\0\0\x01\0",
        b"RF64\xFF\xFF\xFF\xFFWAVEds64\x1C\0\0\0",
        b"riff\x2E\x91\xCF\x11\xA5\xD6\x28\xDB\x04\xC1\0\0",
        b"FORM\0\0\x10\0AIFCCOMM\0\0\0\x18",
        b"fLaC\0\0\0\x22\x04\0\x04\0",
        b"OggS\0\x02\0\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\x01\x1E\x01vorbis",
        b"\0\0\0\x14ftypM4A \0\0\0\0M4A \0\0\x08\0moov\0\0\0\x20trak",
        b"\xFF\xFB\x90\x64",
        b"\xFF\xF1\x50\x80\x10\x1F\xFC",
        b"ID3\x04\0\0\0\0\0\x08",
        b"wvpk\0\x01\0\0\x10\x04",
        b"MAC \x96\x0F\0\0\x34\0\0\0\x18\0\0\0",
        b"MPCKSH\x0E",
    ];
    let mut random = Random(5);
    for magic in MAGICS {
        for _ in 0..MUTATIONS {
            let length = random.below(1500);
            let tail: Vec<u8> =
                (0..length).map(|_| u8::try_from(random.below(256)).unwrap()).collect();
            let bytes = [magic, &tail].concat();
            poke("random", bytes, &mut random).await;
        }
    }
}
