//! WAVE and AIFF in all their sizes, and with chunks that nobody expects.

use crate::fixtures::{RATE, tones};
use crate::sources::{Manner, TestFile, open, read_all};
use core_playback::{Decoder, FormatHint};

/// The rest of every identifier in Wave64.
const ID: [u8; 12] = [0xf3, 0xac, 0xd3, 0x11, 0x8c, 0xd1, 0, 0xc0, 0x4f, 0x8e, 0xdb, 0x8a];

/// The description of stereo samples.
fn format(tag: u16, bits: u16) -> Vec<u8> {
    let mut bytes = Vec::new();
    bytes.extend_from_slice(&tag.to_le_bytes());
    bytes.extend_from_slice(&2_u16.to_le_bytes());
    bytes.extend_from_slice(&RATE.to_le_bytes());
    bytes.extend_from_slice(&(RATE * u32::from(bits) / 4).to_le_bytes());
    bytes.extend_from_slice(&(bits / 4).to_le_bytes());
    bytes.extend_from_slice(&bits.to_le_bytes());
    bytes
}

/// A chunk of RIFF, padded to an even length.
fn chunk(id: &[u8; 4], size: u32, body: &[u8]) -> Vec<u8> {
    let mut bytes = [id.as_slice(), &size.to_le_bytes(), body].concat();
    bytes.resize(bytes.len().next_multiple_of(2), 0);
    bytes
}

fn length(bytes: &[u8]) -> u32 {
    u32::try_from(bytes.len()).unwrap()
}

fn riff(id: &[u8; 4], chunks: &[Vec<u8>]) -> Vec<u8> {
    let body = chunks.concat();
    [id.as_slice(), &(length(&body) + 4).to_le_bytes(), b"WAVE", &body].concat()
}

/// A plain WAVE file.
pub(crate) fn wave(tag: u16, bits: u16, data: &[u8]) -> Vec<u8> {
    let format = format(tag, bits);
    riff(b"RIFF", &[chunk(b"fmt ", 16, &format), chunk(b"data", length(data), data)])
}

/// The tone in 16 bits.
fn samples(little: bool) -> Vec<u8> {
    let tones = tones(3000, 2);
    let values = tones.iter().map(|value| i16::try_from(*value).unwrap());
    values
        .flat_map(|value| if little { value.to_le_bytes() } else { value.to_be_bytes() })
        .collect()
}

async fn assert_is_tone(bytes: Vec<u8>, what: &str) {
    let expected: Vec<f32> = tones(3000, 2)
        .iter()
        .map(|value| f32::from(i16::try_from(*value).unwrap()) / 32_768.0)
        .collect();
    for manner in [Manner::Local, Manner::Remote] {
        let file = TestFile::new(bytes.clone(), manner);
        let mut decoder = Decoder::open(file, FormatHint::default()).await.unwrap();
        assert_eq!(decoder.format().frames, Some(3000), "{what}");
        for frame in [0, 2999, 1151, 1152, 1153, 0] {
            decoder.seek(frame as u64).await.unwrap();
            assert_eq!(read_all(&mut decoder).await, expected[frame * 2..], "{what} at {frame}");
        }
    }
}

#[core_async::test]
async fn odd_chunks_are_passed_over() {
    let data = samples(true);
    let (format, size) = (chunk(b"fmt ", 16, &format(1, 16)), length(&data));
    let audio = chunk(b"data", size, &data);
    let odd = chunk(b"LIST", 13, b"INFOINAM\x01\0\0\0x");
    let junk = chunk(b"junk", 1, &[7]);
    let empty = chunk(b"bext", 0, &[]);
    let broken = chunk(b"LIST", 6, b"INFO\xff\xff");
    let long = chunk(b"LIST", u32::MAX - 4, b"INFO");
    for (what, chunks) in [
        ("odd", vec![odd.clone(), format.clone(), junk.clone(), empty, audio.clone()]),
        ("behind", vec![format.clone(), audio.clone(), odd.clone(), junk.clone()]),
        ("broken", vec![format.clone(), broken, audio.clone()]),
        ("endless", vec![format.clone(), audio.clone(), long]),
        ("reversed", vec![junk, audio, odd, format]),
    ] {
        assert_is_tone(riff(b"RIFF", &chunks), what).await;
    }
}

#[core_async::test]
async fn large_files_have_their_sizes_elsewhere() {
    let data = samples(true);
    let mut sizes = vec![0; 28];
    sizes[8..16].copy_from_slice(&(data.len() as u64).to_le_bytes());
    let format = format(1, 16);
    for id in [b"RF64", b"BW64"] {
        let chunks = [
            chunk(b"ds64", 28, &sizes),
            chunk(b"fmt ", 16, &format),
            chunk(b"data", u32::MAX, &data),
            chunk(b"LIST", 4, b"INFO"),
        ];
        assert_is_tone(riff(id, &chunks), "rf64").await;
    }
}

#[core_async::test]
async fn wave64_is_wave_with_long_sizes() {
    let data = samples(true);
    let chunk = |id: &[u8; 4], body: &[u8]| {
        let size = body.len() as u64 + 24;
        let mut bytes = [id.as_slice(), &ID, &size.to_le_bytes(), body].concat();
        bytes.resize(bytes.len().next_multiple_of(8), 0);
        bytes
    };
    let body = [
        chunk(b"junk", &[1, 2, 3]),
        chunk(b"fmt ", &format(1, 16)),
        chunk(b"data", &data),
        chunk(b"levl", &[0; 9]),
    ]
    .concat();
    let tail = [0x2e, 0x91, 0xcf, 0x11, 0xa5, 0xd6, 0x28, 0xdb, 0x04, 0xc1, 0, 0];
    let size = body.len() as u64 + 40;
    let start = [b"riff".as_slice(), &tail, &size.to_le_bytes(), b"wave", &ID].concat();
    assert_is_tone([start, body].concat(), "w64").await;
}

/// An AIFF-C file, or a plain one if there is no `kind`.
fn aiff(kind: Option<&[u8; 4]>, bits: u16, data: &[u8]) -> Vec<u8> {
    let mut common = vec![0, 2, 0, 0, 0, 0];
    common.extend_from_slice(&bits.to_be_bytes());
    // 22,050 as an 80-bit float.
    common.extend_from_slice(&[0x40, 0x0d, 0xac, 0x44, 0, 0, 0, 0, 0, 0]);
    if let Some(kind) = kind {
        common.extend_from_slice(kind);
        common.extend_from_slice(&[0, 0]);
    }
    let chunk = |id: &[u8; 4], body: &[u8]| {
        let mut bytes = [id.as_slice(), &length(body).to_be_bytes(), body].concat();
        bytes.resize(bytes.len().next_multiple_of(2), 0);
        bytes
    };
    // An offset of two bytes, and a block size that means nothing without an alignment.
    let sound = [&[0, 0, 0, 2, 0, 0, 2, 0, 9, 9][..], data].concat();
    let body = [
        chunk(b"NAME", b"odd"),
        chunk(b"COMM", &common),
        chunk(b"APPL", b"x"),
        chunk(b"SSND", &sound),
        chunk(b"ANNO", b"end"),
    ]
    .concat();
    let id = if kind.is_some() { b"AIFC" } else { b"AIFF" };
    [b"FORM".as_slice(), &(length(&body) + 4).to_be_bytes(), id, &body].concat()
}

#[core_async::test]
async fn aiff_comes_in_both_byte_orders() {
    let (little, big) = (samples(true), samples(false));
    for (kind, data) in
        [(None, &big), (Some(b"NONE"), &big), (Some(b"twos"), &big), (Some(b"sowt"), &little)]
    {
        assert_is_tone(aiff(kind, 16, data), "aiff").await;
    }
}

#[core_async::test]
async fn aiff_of_every_depth_is_exact() {
    let values = tones(400, 2);
    for (kind, bits) in [
        (None, 8_u16),
        (Some(b"sowt"), 8),
        (None, 24),
        (Some(b"twos"), 24),
        (Some(b"in24"), 24),
        (Some(b"sowt"), 24),
        (None, 32),
        (Some(b"in32"), 32),
        (Some(b"sowt"), 32),
    ] {
        let wide = |value: &i32| value << 16 | 0x5a5b;
        let bytes = usize::from(bits / 8);
        let data: Vec<u8> = values
            .iter()
            .flat_map(|value| {
                let mut sample = wide(value).to_be_bytes()[..bytes].to_vec();
                if kind == Some(b"sowt") {
                    sample.reverse();
                }
                sample
            })
            .collect();
        let mut decoder = open(aiff(kind, bits, &data)).await;
        assert_eq!(decoder.format().container, "aiff");
        assert_eq!(decoder.format().bits_per_sample, Some(bits), "{kind:?}");
        let mut samples = vec![0; 801];
        assert_eq!(decoder.read_integers(&mut samples).await.unwrap(), 400, "{kind:?} {bits}");
        for (sample, value) in samples.iter().zip(&values) {
            let expected = wide(value) >> (32 - bits) << (32 - bits);
            assert_eq!(*sample, expected, "{kind:?} {bits}");
        }
    }
}
