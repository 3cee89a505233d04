//! Files from hell: every one of them ends in an error or an end, never in a panic.

use core_playback::{DecodeError, Decoder, FormatHint};

use crate::fixtures::{ALL, FLAC24, OPUS, fixture};
use crate::sources::{Manner, TestFile, open, read_all};

/// Every so many bytes a file is cut or changed. One would test every byte, which takes minutes.
const STRIDE: usize = 61;

/// No fixture is longer than this, however it is damaged.
const MOST_FRAMES: usize = 4_000_000;

/// Decodes everything, and seeks about.
pub(crate) async fn torture(bytes: Vec<u8>, name: &str) -> Result<usize, DecodeError> {
    let file = TestFile::new(bytes, Manner::Local);
    let mut decoder = Decoder::open(file, FormatHint::from_path(name)).await?;
    let channels = usize::from(decoder.format().channels);
    let mut buffer = vec![0.0; 4096 * channels];
    let mut total = 0;
    let mut outcome = Ok(());
    loop {
        match decoder.read(&mut buffer).await {
            Ok(0) => break,
            Ok(frames) => total += frames,
            Err(error) => {
                outcome = Err(error);
                break;
            }
        }
        assert!(buffer.iter().all(|sample| sample.is_finite()));
        assert!(total < MOST_FRAMES, "{name} has no end");
    }
    for frame in [total as u64 / 2, u64::MAX, 0] {
        decoder.seek(frame).await.ok();
        decoder.read(&mut buffer).await.ok();
    }
    outcome.map(|()| total)
}

#[core_async::test]
async fn a_truncated_file_ends_or_fails() {
    for fixture in ALL {
        for length in (0..fixture.bytes.len()).step_by(STRIDE) {
            torture(fixture.bytes[..length].to_vec(), fixture.name).await.ok();
        }
    }
}

#[core_async::test]
async fn a_damaged_byte_never_panics() {
    for fixture in ALL {
        for at in (0..fixture.bytes.len()).step_by(STRIDE) {
            for flip in [0xff, 1 << (at % 8)] {
                let mut bytes = fixture.bytes.to_vec();
                bytes[at] ^= flip;
                torture(bytes, fixture.name).await.ok();
            }
        }
    }
}

#[core_async::test]
async fn a_damaged_packet_is_silence_of_its_length() {
    let fixture = fixture("tone16.flac");
    let whole = read_all(&mut open(fixture.bytes).await).await;
    let mut bytes = fixture.bytes.to_vec();
    // In the middle of the second frame.
    bytes[fixture.bytes.len() * 4 / 10] ^= 0xff;
    let mut decoder = open(bytes).await;
    let samples = read_all(&mut decoder).await;
    assert_eq!(samples.len(), whole.len());
    assert_eq!(samples[..1024], whole[..1024]);
    assert_eq!(samples[2048..], whole[2048..]);
    assert_ne!(samples[1024..2048], whole[1024..2048]);
}

#[core_async::test]
async fn what_is_no_audio_is_refused() {
    let png = [b"\x89PNG\r\n\x1a\n".as_slice(), &noise(100_000)].concat();
    let wide = noise(200_000);
    for (bytes, name) in [
        (Vec::new(), "empty.mp3"),
        (vec![0], "one.wav"),
        (png, "cover.mp3"),
        (wide, "noise.mp3"),
        (vec![0xff; 100_000], "ones.mp3"),
        (vec![0; 100_000], "zeroes.aac"),
        (b"<html>not music</html>".to_vec(), "page.flac"),
        (b"ID3\x04\0\0\x7f\x7f\x7f\x7f".to_vec(), "endless.mp3"),
    ] {
        let error = torture(bytes, name).await.unwrap_err();
        assert!(matches!(error, DecodeError::UnknownFormat), "{name}: {error:?}");
    }
    torture(OPUS.to_vec(), "tone.opus").await.unwrap_err();
}

#[core_async::test]
async fn lying_headers_are_refused() {
    for (what, bytes) in [
        ("0 Hz", wav(0, 2, 16, 4, 4000)),
        ("1 Hz", wav(1, 2, 16, 4, 4000)),
        ("4 GHz", wav(u32::MAX, 2, 16, 4, 4000)),
        ("no channels", wav(44_100, 0, 16, 0, 4000)),
        ("255 channels", wav(44_100, 255, 16, 510, 4000)),
        ("65535 channels", wav(44_100, u16::MAX, 8, u16::MAX, 4000)),
        ("no bits", wav(44_100, 2, 0, 4, 4000)),
        ("endless packets", endless_packets()),
        ("nested boxes", nested_boxes(20_000)),
        (
            "an endless box",
            [b"\0\0\0\x18ftypM4A \0\0\0\0M4A mp42".as_slice(), b"\0\0\0\x01moov", &[0xff; 8]]
                .concat(),
        ),
        ("an endless block", [b"fLaC\x04\xff\xff\xff".as_slice(), &[0; 30]].concat()),
        (
            "an endless comment",
            [b"fLaC\x00\0\0\x22".as_slice(), &FLAC24[8..42], b"\x84\0\0\x10", &[0xff; 16]].concat(),
        ),
        (
            "an endless chunk",
            [b"FORM\xff\xff\xff\xffAIFFCOMM\xff\xff\xff\xff".as_slice(), &[0; 40]].concat(),
        ),
        ("empty pages", b"OggS\0\x02\0\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\0".repeat(1000)),
        (
            "an endless element",
            [b"\x1a\x45\xdf\xa3\x01\xff\xff\xff\xff\xff\xff\xff".as_slice(), &[0; 64]].concat(),
        ),
    ] {
        assert!(torture(bytes, "file").await.is_err(), "{what}");
    }
}

#[core_async::test]
async fn a_length_beyond_the_file_is_a_truncated_file() {
    let error = torture(wav(44_100, 2, 16, 4, u32::MAX - 1000), "file.wav").await.unwrap_err();
    assert!(matches!(error, DecodeError::Truncated { frame: 1000, .. }), "{error}");
    // All ones means that the writer did not know.
    assert_eq!(torture(wav(44_100, 2, 16, 4, u32::MAX), "file.wav").await.unwrap(), 1000);
}

#[core_async::test]
async fn poisoned_floats_are_silence() {
    let mut bytes = wav(44_100, 1, 32, 4, 16);
    bytes[20] = 3;
    bytes.truncate(44);
    for sample in [f32::NAN, 0.5, f32::NEG_INFINITY, -0.25] {
        bytes.extend_from_slice(&sample.to_le_bytes());
    }
    assert_eq!(read_all(&mut open(bytes).await).await, [0.0, 0.5, 0.0, -0.25]);
}

#[core_async::test]
async fn a_lying_seek_table_does_no_harm() {
    let plain = fixture("tone16.flac").bytes;
    let whole = read_all(&mut open(plain).await).await;
    for (frame, offset) in [(0, u64::MAX), (2000, u64::MAX), (3000, 1 << 40), (1, 3), (3999, 0)] {
        let mut table: Vec<u8> = Vec::new();
        for frame in [0_u64, frame, frame + 1] {
            table.extend_from_slice(&frame.to_be_bytes());
            table.extend_from_slice(&offset.to_be_bytes());
            table.extend_from_slice(&[4, 0]);
        }
        // Right behind the stream description, with its length.
        let block = [&[3, 0, 0, 54][..], &table].concat();
        let bytes = [&plain[..42], &block, &plain[42..]].concat();
        let mut decoder = open(bytes).await;
        for target in [2500, 10, 3999, 0] {
            decoder.seek(target).await.unwrap();
            let start = usize::try_from(target).unwrap();
            assert_eq!(read_all(&mut decoder).await, whole[start..], "{frame} {offset} {target}");
        }
    }
}

/// A WAVE file of 4000 bytes that says whatever is wanted.
fn wav(rate: u32, channels: u16, bits: u16, frame: u16, length: u32) -> Vec<u8> {
    let mut bytes = b"RIFF\xff\xff\xff\xffWAVEfmt \x10\0\0\0\x01\0".to_vec();
    bytes.extend_from_slice(&channels.to_le_bytes());
    bytes.extend_from_slice(&rate.to_le_bytes());
    bytes.extend_from_slice(&rate.wrapping_mul(u32::from(frame)).to_le_bytes());
    bytes.extend_from_slice(&frame.to_le_bytes());
    bytes.extend_from_slice(&bits.to_le_bytes());
    bytes.extend_from_slice(b"data");
    bytes.extend_from_slice(&length.to_le_bytes());
    bytes.resize(44 + 4000, 7);
    bytes
}

/// A CAF file of which one packet would fill all memory.
fn endless_packets() -> Vec<u8> {
    let mut bytes = fixture("tone.caf").bytes.to_vec();
    // The frames per packet.
    bytes[40..44].fill(0x7f);
    bytes
}

/// An MP4 file whose boxes contain each other.
fn nested_boxes(depth: u32) -> Vec<u8> {
    let mut bytes = b"\0\0\0\x18ftypM4A \0\0\0\0M4A mp42".to_vec();
    for level in 0..depth {
        bytes.extend_from_slice(&((depth - level) * 8).to_be_bytes());
        bytes.extend_from_slice(match level % 4 {
            0 => b"moov",
            1 => b"trak",
            2 => b"mdia",
            _ => b"minf",
        });
    }
    bytes
}

/// Bytes without a pattern.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x2545_f491_u32;
    let next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state.to_le_bytes()[1]
    };
    std::iter::repeat_with(next).take(length).collect()
}
