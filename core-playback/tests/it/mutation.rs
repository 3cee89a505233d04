//! A thousand random changes to a file of every format: an error or an end, never a panic.

use core_playback::{Decoder, FormatHint};

use crate::exact::ALAC_CAF;
use crate::fixtures::{ALL, FLAC24, Fixture, OPUS};
use crate::flac::counting_its_last_block;
use crate::mov::{Endian, in_mov};
use crate::sources::{Manner, TestFile};

/// How many changed files are tried per format.
const MUTATIONS: u32 = 1000;

/// Far more than any fixture holds.
const MOST_FRAMES: usize = 4_000_000;

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

/// The file with one to four things wrong, more often than not near its start.
fn mutate(original: &[u8], random: &mut Random) -> Vec<u8> {
    let mut bytes = original.to_vec();
    for _ in 0..=random.below(4) {
        let reach = if random.below(3) > 0 { bytes.len().min(600) } else { bytes.len() };
        let at = random.below(reach);
        let length = (1 + random.below(8)).min(bytes.len() - at);
        match random.below(7) {
            0 => bytes[at] ^= 1 << random.below(8),
            1 => bytes[at..at + length].fill(0xff),
            2 => bytes[at..at + length].fill(0),
            3 => bytes[at..at + length].fill(0x7f),
            4 => drop(bytes.drain(at..at + length)),
            5 => {
                let copy = bytes[at..at + length].to_vec();
                let to = random.below(bytes.len());
                bytes.splice(to..to, copy);
            }
            _ => bytes[at] = u8::try_from(random.below(256)).unwrap(),
        }
        if bytes.is_empty() {
            break;
        }
    }
    // Most are cut short, which is a fault of its own and saves time.
    let keep = bytes.len() / 8 + random.below(bytes.len());
    bytes.truncate(keep);
    bytes
}

/// Decodes a part, seeks to the end and back, and decodes another.
async fn poke(bytes: Vec<u8>, name: &str, random: &mut Random) {
    let file = TestFile::new(bytes, Manner::Local);
    let Ok(mut decoder) = Decoder::open(file, FormatHint::from_path(name)).await else { return };
    let channels = usize::from(decoder.format().channels);
    let mut buffer = vec![0.0; 2048 * channels];
    let target = random.below(8000) as u64;
    for seek in [None, Some(target), Some(u64::MAX), Some(0)] {
        if let Some(frame) = seek {
            decoder.seek(frame).await.ok();
        }
        let frames = decoder.read(&mut buffer).await.unwrap_or_default();
        assert!(frames < MOST_FRAMES);
        assert!(buffer.iter().all(|sample| sample.is_finite()), "{name}");
    }
}

async fn mutate_all(wanted: impl Fn(&Fixture) -> bool) {
    for (index, fixture) in ALL.iter().enumerate().filter(|(_, fixture)| wanted(fixture)) {
        let mut random = Random(0x9e37_79b9_7f4a_7c15 ^ index as u64);
        for _ in 0..MUTATIONS {
            let bytes = mutate(fixture.bytes, &mut random);
            poke(bytes, fixture.name, &mut random).await;
        }
    }
}

#[core_async::test]
async fn plain_samples() {
    mutate_all(|fixture| ["pcm", "adpcm"].contains(&fixture.codec)).await;
}

#[core_async::test]
async fn lossless() {
    mutate_all(|fixture| ["flac", "alac"].contains(&fixture.codec)).await;
}

#[core_async::test]
async fn mp3() {
    mutate_all(|fixture| fixture.codec == "mp3").await;
}

#[core_async::test]
async fn vorbis() {
    mutate_all(|fixture| fixture.codec == "vorbis").await;
}

#[core_async::test]
async fn aac() {
    mutate_all(|fixture| fixture.codec == "aac").await;
}

#[core_async::test]
async fn what_is_no_fixture_otherwise() {
    let mut random = Random(77);
    for (bytes, name) in [
        (FLAC24.to_vec(), "tone24.flac"),
        (counting_its_last_block(FLAC24), "counted.flac"),
        (OPUS.to_vec(), "tone.opus"),
        (ALAC_CAF.to_vec(), "tone_alac.caf"),
        (in_mov(b"in24", Endian::Big), "tone24.mov"),
    ] {
        for _ in 0..MUTATIONS {
            let bytes = mutate(&bytes, &mut random);
            poke(bytes, name, &mut random).await;
        }
    }
}

#[core_async::test]
async fn random_bytes_behind_every_magic_number() {
    const MAGICS: [&[u8]; 12] = [
        b"RIFF\0\x10\0\0WAVEfmt \x10\0\0\0\x01\0",
        b"RF64\xff\xff\xff\xffWAVEds64\x1c\0\0\0",
        b"riff\x2e\x91\xcf\x11\xa5\xd6\x28\xdb\x04\xc1\0\0",
        b"FORM\0\0\x10\0AIFCCOMM\0\0\0\x18",
        b"fLaC\0\0\0\x22\x04\0\x04\0",
        b"OggS\0\x02\0\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\x01\x1e\x01vorbis",
        b"caff\0\x01\0\0desc\0\0\0\0\0\0\0\x20",
        b"\x1a\x45\xdf\xa3\x84\x42\x82\x81w\x18\x53\x80\x67",
        b"\0\0\0\x14ftypM4A \0\0\0\0M4A \0\0\x08\0moov\0\0\0\x20trak",
        b"\xff\xfb\x90\x64",
        b"\xff\xf1\x50\x80\x10\x1f\xfc",
        b"ID3\x04\0\0\0\0\0\x08",
    ];
    let mut random = Random(5);
    for magic in MAGICS {
        for _ in 0..MUTATIONS {
            let length = random.below(1500);
            let tail = std::iter::repeat_with(|| u8::try_from(random.below(256)).unwrap());
            let bytes =
                magic.iter().copied().chain(tail.take(length).collect::<Vec<_>>()).collect();
            poke(bytes, "file.mp3", &mut random).await;
        }
    }
}
