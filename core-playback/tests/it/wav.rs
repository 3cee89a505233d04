//! Output files are what other programs expect.

use std::sync::Arc;

use bridge_memory::MemoryFileSystem;
use bridge_traits::{FileSystemAccess, FileSystemExt};
use core_playback::{WavEncoder, WavError, WavSample, decode_to_wav};

use crate::fixtures::{FLAC24, fixture, tones};
use crate::sources::{open, read_all};

async fn written(files: &MemoryFileSystem, path: &str) -> Vec<u8> {
    files.read_bytes(path, 1 << 20).await.unwrap().to_vec()
}

#[core_async::test]
async fn lossless_sources_keep_their_bits() {
    let files = Arc::new(MemoryFileSystem::new());
    let decoder = open(fixture("tone16.flac").bytes).await;
    assert_eq!(decode_to_wav(decoder, &*files, "a/out.wav", 0..u64::MAX).await.unwrap(), 4000);
    let wav = written(&files, "a/out.wav").await;
    assert_eq!(wav.len(), 44 + 8000);
    assert_eq!(wav[..4], *b"RIFF");
    assert_eq!(wav[4..8], 8036_u32.to_le_bytes());
    assert_eq!(wav[34..36], 16_u16.to_le_bytes());
    let samples: Vec<i32> = wav[44..]
        .chunks_exact(2)
        .map(|sample| i32::from(i16::from_le_bytes([sample[0], sample[1]])))
        .collect();
    assert_eq!(samples, tones(4000, 1));
}

#[core_async::test]
async fn what_was_written_decodes_to_the_same() {
    let files = MemoryFileSystem::new();
    for bytes in [FLAC24, fixture("tone16.flac").bytes, fixture("tone.ogg").bytes] {
        let whole = read_all(&mut open(bytes).await).await;
        let bits = open(bytes).await.format().bits_per_sample;
        decode_to_wav(open(bytes).await, &files, "out.wav", 0..u64::MAX).await.unwrap();
        let mut decoder = open(written(&files, "out.wav").await).await;
        assert_eq!(decoder.format().bits_per_sample, bits);
        assert_eq!(decoder.format().codec, "pcm");
        assert_eq!(read_all(&mut decoder).await, whole);
    }
}

#[core_async::test]
async fn a_range_begins_and_ends_at_its_frames() {
    let files = MemoryFileSystem::new();
    let fixture = fixture("tone_bare.mp3");
    let whole = read_all(&mut open(fixture.bytes).await).await;
    for (range, frames) in [(100..300, 200), (12_600..99_999, 72), (50_000..60_000, 0), (7..7, 0)] {
        let start = usize::try_from(range.start).unwrap();
        let decoder = open(fixture.bytes).await;
        assert_eq!(decode_to_wav(decoder, &files, "out.wav", range).await.unwrap(), frames);
        let mut decoder = open(written(&files, "out.wav").await).await;
        assert_eq!(decoder.format().frames, Some(frames));
        let end = start + usize::try_from(frames).unwrap();
        let expected = if frames == 0 { &[][..] } else { &whole[start * 2..end * 2] };
        assert_eq!(read_all(&mut decoder).await, expected);
    }
}

#[core_async::test]
async fn a_damaged_source_leaves_the_old_file() {
    let files = MemoryFileSystem::new();
    files.write_bytes("out.wav", bytes::Bytes::from_static(b"old")).await.unwrap();
    let flac = fixture("tone16.flac").bytes;
    let decoder = open(flac[..flac.len() / 2].to_vec()).await;
    let error = decode_to_wav(decoder, &files, "out.wav", 0..u64::MAX).await.unwrap_err();
    assert!(matches!(error, WavError::Decode(_)), "{error}");
    assert_eq!(error.code(), "truncated");
    assert_eq!(written(&files, "out.wav").await, b"old");
    assert_eq!(files.list("").await.unwrap_or_default().len(), 1);
}

#[core_async::test]
async fn floats_become_the_integers_they_came_from() {
    for (sample, bits) in [(WavSample::Int8, 8), (WavSample::Int16, 16), (WavSample::Int24, 24)] {
        let encoder = WavEncoder::new(sample, 8000, 1, 0).unwrap();
        let half = 1_i32 << (bits - 1);
        let step = (half / 20_011).max(1);
        for value in (-half..half).step_by(usize::try_from(step).unwrap()) {
            #[expect(clippy::cast_precision_loss, reason = "24 bits fit")]
            let float = value as f32 / half as f32;
            let (mut from_float, mut from_integer) = (Vec::new(), Vec::new());
            encoder.encode(&[float], &mut from_float);
            encoder.encode_integers(&[value << (32 - bits)], &mut from_integer);
            assert_eq!(from_float, from_integer, "{value} of {bits} bits");
        }
        let mut clipped = Vec::new();
        encoder.encode(&[1.0, 7.0, -7.0], &mut clipped);
        let mut extremes = Vec::new();
        encoder.encode_integers(&[i32::MAX, i32::MAX, i32::MIN], &mut extremes);
        assert_eq!(clipped, extremes);
    }
}

#[core_async::test]
async fn more_than_a_file_can_hold_is_refused() {
    assert!(WavEncoder::new(WavSample::Int16, 44_100, 2, u64::MAX).is_err());
    assert!(WavEncoder::new(WavSample::Int16, 44_100, 2, 1 << 30).is_err());
    assert!(WavEncoder::new(WavSample::Int16, 44_100, 2, (1 << 30) - 64).is_ok());
}
