//! Reading from far away: how many bytes and how many requests every format takes.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bridge_traits::{ReadAt, Result};
use bytes::Bytes;
use core_metadata::{AudioFile, read_audio_file, read_sparse};

use crate::fixtures::{ALL, bytes, open};

/// A file of which parts are zeros that nobody stores. It counts what is asked of it.
#[derive(Debug)]
struct Counting {
    // Where each part begins, in order.
    parts: Vec<(u64, Vec<u8>)>,
    length: u64,
    requests: AtomicU64,
    bytes: AtomicU64,
}

impl Counting {
    fn new(parts: Vec<(u64, Vec<u8>)>, length: u64) -> Arc<Self> {
        Arc::new(Self { parts, length, requests: AtomicU64::new(0), bytes: AtomicU64::new(0) })
    }

    fn of(content: &[u8]) -> Arc<Self> {
        Self::new(vec![(0, content.to_vec())], content.len() as u64)
    }

    fn asked(&self) -> (u64, u64) {
        (self.requests.load(Ordering::Relaxed), self.bytes.load(Ordering::Relaxed))
    }
}

#[core_async::async_trait]
impl ReadAt for Counting {
    fn length(&self) -> u64 {
        self.length
    }

    async fn read_at(&self, offset: u64, length: usize) -> Result<Bytes> {
        let end = self.length.min(offset + length as u64);
        let mut found = vec![0; usize::try_from(end.saturating_sub(offset)).unwrap()];
        self.requests.fetch_add(1, Ordering::Relaxed);
        self.bytes.fetch_add(found.len() as u64, Ordering::Relaxed);
        for (start, part) in &self.parts {
            let part_end = start + part.len() as u64;
            let (from, to) = (offset.max(*start), end.min(part_end));
            if from < to {
                let at = usize::try_from(from - offset).unwrap();
                let source = usize::try_from(from - start).unwrap();
                let length = usize::try_from(to - from).unwrap();
                found[at..at + length].copy_from_slice(&part[source..source + length]);
            }
        }
        Ok(found.into())
    }
}

async fn read(file: &Arc<Counting>) -> AudioFile {
    read_sparse(Arc::clone(file) as Arc<dyn ReadAt>).await.unwrap()
}

#[core_async::test]
async fn every_format_gives_the_same_from_far_away() {
    for (name, content) in ALL {
        let file = Counting::of(content);
        let mut near = read_audio_file(open(Default::default(), content).await).await.unwrap();
        near.signature = None;
        let far = read(&file).await;
        if far.duration_estimated {
            assert_eq!(far.tags, near.tags, "{name}");
        } else {
            assert_eq!(far, near, "{name}");
        }
        let (requests, bytes) = file.asked();
        // The start and the end, a glance at some frames, and an Ogg page that is longer than usual.
        assert!(requests <= 8 && bytes <= 40 * 1024, "{name}: {requests} requests, {bytes} bytes");
    }
}

/// What one large file took.
#[track_caller]
fn check(name: &str, file: &Counting, most: (u64, u64)) {
    let (requests, bytes) = file.asked();
    assert!(
        requests <= most.0 && bytes <= most.1 * 1024,
        "{name}: {requests} requests, {bytes} bytes"
    );
}

const GIGABYTE: u64 = 1 << 30;

#[core_async::test]
async fn a_description_at_the_end_of_a_gigabyte_costs_two_requests() {
    // The audio grows to a gigabyte, and the description moves behind it.
    let content = bytes("tone.m4a");
    let find = |kind: &[u8]| content.windows(4).position(|bytes| bytes == kind).unwrap() - 4;
    let (moov, mdat) = (find(b"moov"), find(b"mdat"));
    let size = |at: usize| u32::from_be_bytes(content[at..at + 4].try_into().unwrap()) as usize;
    let movie = &content[moov..moov + size(moov)];
    let head = &content[..size(0)];
    let long = [&[0, 0, 0, 1][..], b"mdat", &GIGABYTE.to_be_bytes(), &content[mdat + 8..]].concat();
    let end = head.len() as u64 + GIGABYTE;
    let parts = vec![(0, [head, &long].concat()), (end, movie.to_vec())];
    let file = Counting::new(parts, end + movie.len() as u64);
    let found = read(&file).await;
    assert_eq!(found.tags.title.as_deref(), Some("Tone"));
    assert!(found.has_cover);
    check("moov at the end", &file, (2, 12));
}

#[core_async::test]
async fn a_description_in_the_middle_costs_one_more() {
    let content = bytes("tone.m4a");
    let first = usize::try_from(u32::from_be_bytes(content[..4].try_into().unwrap())).unwrap();
    let (head, rest) = content.split_at(first);
    let free = [&[0, 0, 0, 1][..], b"free", &GIGABYTE.to_be_bytes()].concat();
    let start = first as u64 + GIGABYTE;
    let end = start + rest.len() as u64;
    let parts = vec![(0, [head, &free].concat()), (start, rest.to_vec()), (end, free.clone())];
    let file = Counting::new(parts, end + GIGABYTE);
    let found = read(&file).await;
    assert_eq!(found.tags.title.as_deref(), Some("Tone"));
    check("moov in the middle", &file, (4, 24));
}

#[core_async::test]
async fn pictures_are_stepped_over() {
    // A picture of sixteen megabytes less one byte, which is the most that FLAC can hold.
    const PICTURE_LENGTH: u64 = 0xFF_FFFF;
    let content = bytes("tone.flac");
    let info = &content[..42];
    let block = |kind: u8, body: &[u8]| {
        let length = u32::try_from(body.len()).unwrap().to_be_bytes();
        [&[kind, length[1], length[2], length[3]][..], body].concat()
    };
    let comment = [&[0, 0, 0, 0, 1, 0, 0, 0, 10, 0, 0, 0][..], b"TITLE=Tone"].concat();
    let head = [info, &[6, 0xFF, 0xFF, 0xFF]].concat();
    let after = head.len() as u64 + PICTURE_LENGTH;
    let audio = content.windows(2).rposition(|bytes| bytes == [0xFF, 0xF8]).unwrap();
    let rest = [&block(0x84, &comment)[..], &content[audio..]].concat();
    let length = after + rest.len() as u64;
    let file = Counting::new(vec![(0, head), (after, rest)], length);
    let found = read(&file).await;
    assert_eq!(found.tags.title.as_deref(), Some("Tone"));
    assert!(found.has_cover);
    check("a picture before the comments", &file, (4, 24));

    // The same in ID3, where it comes before the text.
    let text = b"TIT2\0\0\0\x05\0\0\0Tone";
    let frame =
        [&b"APIC"[..], &u32::try_from(PICTURE_LENGTH).unwrap().to_be_bytes(), &[0, 0]].concat();
    let size = frame.len() as u64 + PICTURE_LENGTH + text.len() as u64;
    let syncsafe = [21, 14, 7, 0].map(|shift| u8::try_from((size >> shift) & 0x7F).unwrap());
    let head = [&b"ID3\x03\0\0"[..], &syncsafe, &frame].concat();
    let after = head.len() as u64 + PICTURE_LENGTH;
    let mp3 = bytes("noxing.mp3");
    let frames = mp3.windows(2).position(|bytes| bytes == [0xFF, 0xFB]).unwrap();
    let rest = [&text[..], &mp3[frames..]].concat();
    let length = after + rest.len() as u64;
    let file = Counting::new(vec![(0, head), (after, rest)], length);
    let found = read(&file).await;
    assert_eq!(found.tags.title.as_deref(), Some("Tone"));
    assert!(found.has_cover);
    check("a picture before the title", &file, (5, 28));
}
