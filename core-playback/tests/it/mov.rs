//! Uncompressed samples in `QuickTime` files, in either byte order.

use core_playback::{Decoder, FormatHint};

use crate::fixtures::{RATE, tones};
use crate::sources::{Manner, TestFile, open, read_all};

/// How many stereo frames a file has.
const FRAMES: usize = 700;

/// Where the highest byte of a sample is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Endian {
    /// First, as the file says.
    Big,
    /// First, because the file says nothing.
    Default,
    /// Last, as the file says.
    Little,
}

fn atom(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let size = u32::try_from(content.len() + 8).unwrap();
    [&size.to_be_bytes()[..], kind, content].concat()
}

fn words(words: &[usize]) -> Vec<u8> {
    words.iter().flat_map(|word| u32::try_from(*word).unwrap().to_be_bytes()).collect()
}

/// One sample of the tone, with more bits than 16 where there is room for them.
fn wide(value: i32) -> i32 {
    value << 16 | 0x5a5b
}

fn bytes_per_sample(kind: &[u8; 4]) -> usize {
    match kind {
        b"in24" => 3,
        b"fl64" => 8,
        _ => 4,
    }
}

fn sample(kind: &[u8; 4], value: i32, endian: Endian) -> Vec<u8> {
    let small = f32::from(i16::try_from(value).unwrap()) / 32_768.0;
    let mut bytes = match kind {
        b"in24" => wide(value).to_be_bytes()[..3].to_vec(),
        b"in32" => wide(value).to_be_bytes().to_vec(),
        b"fl32" => small.to_be_bytes().to_vec(),
        _ => f64::from(small).to_be_bytes().to_vec(),
    };
    if endian == Endian::Little {
        bytes.reverse();
    }
    bytes
}

/// The description of the samples, version 1 (`QuickTime` File Format, sound media).
fn description(kind: &[u8; 4], endian: Endian) -> Vec<u8> {
    let size = bytes_per_sample(kind);
    let mut entry = vec![0, 0, 0, 0, 0, 0, 0, 1];
    entry.extend_from_slice(&[0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 16, 0, 0, 0, 0]);
    entry.extend_from_slice(&(RATE << 16).to_be_bytes());
    entry.extend(words(&[1, size, 2 * size, 2]));
    if endian != Endian::Default {
        let order = u8::from(endian == Endian::Little);
        let extras =
            [atom(b"frma", kind), atom(b"enda", &[0, order]), vec![0, 0, 0, 8, 0, 0, 0, 0]];
        entry.extend(atom(b"wave", &extras.concat()));
    }
    [words(&[0, 1]), atom(kind, &entry)].concat()
}

/// The tone in a file of this kind of samples, with the index in front.
pub(crate) fn in_mov(kind: &[u8; 4], endian: Endian) -> Vec<u8> {
    in_mov_that_says(kind, endian, |offset| (offset, 1))
}

/// The same with another place for the samples, and so many times their size.
fn in_mov_that_says(
    kind: &[u8; 4],
    endian: Endian,
    says: impl Fn(usize) -> (usize, usize),
) -> Vec<u8> {
    let data: Vec<u8> =
        tones(FRAMES, 2).iter().flat_map(|value| sample(kind, *value, endian)).collect();
    let frame = 2 * bytes_per_sample(kind);
    let rate = usize::try_from(RATE).unwrap();
    let index = |offset: usize| {
        let (offset, times) = says(offset);
        let table = [
            atom(b"stsd", &description(kind, endian)),
            atom(b"stts", &words(&[0, 1, FRAMES, 1])),
            atom(b"stsc", &words(&[0, 1, 1, FRAMES, 1])),
            atom(b"stsz", &words(&[0, times * frame, FRAMES])),
            atom(b"stco", &words(&[0, 1, offset])),
        ];
        let reference = [&words(&[0, 1])[..], &atom(b"url ", &[0, 0, 0, 1])].concat();
        let information = [
            atom(b"smhd", &[0; 8]),
            atom(b"dinf", &atom(b"dref", &reference)),
            atom(b"stbl", &table.concat()),
        ];
        let handler = [&[0; 4][..], b"mhlrsoun", &[0; 13]].concat();
        let media = [
            atom(b"mdhd", &words(&[0, 0, 0, rate, FRAMES, 0])),
            atom(b"hdlr", &handler),
            atom(b"minf", &information.concat()),
        ];
        let mut header = words(&[3, 0, 0, 1, 0, FRAMES]);
        header.resize(84, 0);
        let track = [atom(b"tkhd", &header), atom(b"mdia", &media.concat())];
        let mut header = words(&[0, 0, 0, rate, FRAMES, 0x1_0000]);
        header.resize(96, 0);
        header.extend(words(&[2]));
        let movie = [atom(b"mvhd", &header), atom(b"trak", &track.concat())];
        atom(b"moov", &movie.concat())
    };
    let start = [atom(b"ftyp", b"qt  \0\0\x02\0qt  "), atom(b"wide", &[])].concat();
    let offset = start.len() + index(0).len() + 8;
    [start, index(offset), atom(b"mdat", &data)].concat()
}

#[core_async::test]
async fn integers_of_either_byte_order_are_exact() {
    for (kind, bits) in [(b"in24", 24_u16), (b"in32", 32)] {
        for endian in [Endian::Big, Endian::Default, Endian::Little] {
            let mut decoder = open(in_mov(kind, endian)).await;
            let format = decoder.format().clone();
            assert_eq!((format.codec, format.container), ("pcm", "mp4"));
            assert_eq!((format.sample_rate, format.channels), (RATE, 2));
            assert_eq!(format.bits_per_sample, Some(bits), "{endian:?}");
            assert_eq!(format.frames, Some(FRAMES as u64), "{endian:?}");
            let mut samples = vec![0; 2 * FRAMES + 2];
            let frames = decoder.read_integers(&mut samples).await.unwrap();
            assert_eq!(frames, FRAMES, "{bits} {endian:?}");
            let expected: Vec<i32> = tones(FRAMES, 2)
                .iter()
                .map(|value| wide(*value) >> (32 - bits) << (32 - bits))
                .collect();
            assert_eq!(samples[..2 * FRAMES], expected, "{bits} {endian:?}");
        }
    }
}

#[core_async::test]
async fn floats_of_either_byte_order_are_exact() {
    let expected: Vec<f32> = tones(FRAMES, 2)
        .iter()
        .map(|value| f32::from(i16::try_from(*value).unwrap()) / 32_768.0)
        .collect();
    for kind in [b"fl32", b"fl64"] {
        for endian in [Endian::Big, Endian::Default, Endian::Little] {
            let mut decoder = open(in_mov(kind, endian)).await;
            assert_eq!(decoder.format().bits_per_sample, None);
            assert_eq!(decoder.format().frames, Some(FRAMES as u64));
            assert_eq!(read_all(&mut decoder).await, expected, "{endian:?}");
        }
    }
}

#[core_async::test]
async fn a_seek_in_uncompressed_samples_is_exact() {
    for manner in [Manner::Local, Manner::Remote] {
        for kind in [b"in24", b"in32", b"fl32", b"fl64"] {
            let file = TestFile::new(in_mov(kind, Endian::Big), manner);
            let mut decoder = Decoder::open(file, FormatHint::default()).await.unwrap();
            let whole = read_all(&mut decoder).await;
            assert_eq!(whole.len(), 2 * FRAMES);
            for frame in [699, 1, 350, 0] {
                decoder.seek(frame as u64).await.unwrap();
                assert_eq!(read_all(&mut decoder).await, whole[2 * frame..], "at {frame}");
            }
        }
    }
}

/// An index may name any place; where numbers are small that must not stop the program.
#[core_async::test]
async fn places_beyond_all_bounds_are_an_error_or_the_end() {
    for says in [|_| (0xf000_0000, 1), |offset| (offset, 0x0800_0000)] {
        for kind in [b"in24", b"fl32"] {
            let file = in_mov_that_says(kind, Endian::Big, says);
            let file = TestFile::new(file, Manner::Local);
            let Ok(mut decoder) = Decoder::open(file, FormatHint::default()).await else {
                continue;
            };
            let mut samples = vec![0.0; 2 * FRAMES];
            let read = decoder.read(&mut samples).await;
            assert!(!matches!(read, Ok(FRAMES)), "{read:?}");
        }
    }
}
