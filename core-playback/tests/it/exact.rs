//! Every sample, bit and frame as other decoders give them, from wherever reading starts.

use core_playback::{Decoder, FormatHint};

use crate::fixtures::{ALL, RATE, fixture, tone, tones};
use crate::sources::{Manner, TestFile, open, read_all};

/// AAC with noise substitution, AAC without, and the first frames of the former as ffmpeg 5.1
/// decodes them, in 16 bits. All were encoded from 9000 frames of a noisy tone.
const NOISY: &[u8] = include_bytes!("../fixtures/noisy.m4a");
const NOISY_EXACT: &[u8] = include_bytes!("../fixtures/noisy_exact.m4a");
const NOISY_SAMPLES: &[u8] = include_bytes!("../fixtures/noisy.s16");

/// The 24-bit tone with a counter in the lowest byte, in ALAC.
const ALAC24: &[u8] = include_bytes!("../fixtures/tone24_alac.m4a");

/// The 16-bit tone in ALAC in CAF.
pub(crate) const ALAC_CAF: &[u8] = include_bytes!("../fixtures/tone_alac.caf");

/// How many frames are compared after a seek.
const FRAMES: usize = 100;

/// Random, but the same each time.
fn places(count: usize, limit: usize) -> Vec<usize> {
    let mut state = 12_345_u64;
    let next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        usize::try_from((state >> 33) % limit as u64).unwrap()
    };
    std::iter::repeat_with(next).take(count).collect()
}

/// Seeks to 200 places and compares what is there with a decode from the start.
async fn sweep(bytes: &'static [u8], what: &str) {
    let mut decoder = open(bytes).await;
    let channels = usize::from(decoder.format().channels);
    let whole = read_all(&mut decoder).await;
    let mut buffer = vec![0.0; FRAMES * channels];
    for frame in places(200, whole.len() / channels) {
        decoder.seek(frame as u64).await.unwrap();
        let frames = decoder.read(&mut buffer).await.unwrap();
        let start = frame * channels;
        let expected = &whole[start..whole.len().min(start + FRAMES * channels)];
        assert_eq!(buffer[..frames * channels], *expected, "{what} at {frame}");
    }
}

#[core_async::test]
async fn two_hundred_seeks_per_format_are_exact() {
    for fixture in ALL {
        sweep(fixture.bytes, fixture.name).await;
    }
    sweep(ALAC24, "tone24_alac.m4a").await;
    sweep(ALAC_CAF, "tone_alac.caf").await;
    sweep(NOISY_EXACT, "noisy_exact.m4a").await;
}

#[core_async::test]
async fn aac_is_what_others_decode_to_the_length_that_was_encoded() {
    for bytes in [NOISY, NOISY_EXACT] {
        let mut decoder = open(bytes).await;
        // The container says so; decoders that ignore it deliver the last packet whole.
        assert_eq!(decoder.format().frames, Some(9000));
        assert_eq!(read_all(&mut decoder).await.len(), 9000);
    }
    let samples = read_all(&mut open(NOISY).await).await;
    let mut worst = 0.0_f32;
    for (sample, bytes) in samples.iter().zip(NOISY_SAMPLES.chunks_exact(2)) {
        let reference = f32::from(i16::from_le_bytes(bytes.try_into().unwrap())) / 32_768.0;
        worst = worst.max((sample - reference).abs());
    }
    // Half a step of 16 bits, and the rounding of other floats.
    assert!(worst < 0.6 / 32_768.0, "{worst}");
}

#[core_async::test]
async fn after_a_seek_aac_differs_by_its_noise_alone() {
    let whole = read_all(&mut open(NOISY).await).await;
    let power = |samples: &[f32]| samples.iter().map(|sample| sample * sample).sum::<f32>();
    let mut decoder = open(NOISY).await;
    let mut buffer = vec![0.0; 1000];
    for frame in places(50, 7000) {
        decoder.seek(frame as u64).await.unwrap();
        assert_eq!(decoder.read(&mut buffer).await.unwrap(), 1000);
        let distance = |lag: usize| -> f32 {
            let shifted = &whole[frame + lag - 8..][..1000];
            buffer.iter().zip(shifted).map(|(got, wanted)| (got - wanted).powi(2)).sum()
        };
        // Nowhere but at the very frame it fits, and there the music is the same.
        let error = if frame < 8 { 0.0 } else { distance(8) };
        let best = (0..17).filter(|_| frame >= 8).map(distance).fold(f32::MAX, f32::min);
        assert!(error <= best, "at {frame}: {error} {best}");
        let heard = power(&whole[frame..][..1000]);
        assert!(error < heard / 2.0, "at {frame}: {error} of {heard}");
        // The same seek leads to the same samples.
        let first = buffer.clone();
        decoder.seek(0).await.unwrap();
        decoder.seek(frame as u64).await.unwrap();
        decoder.read(&mut buffer).await.unwrap();
        assert_eq!(buffer, first, "at {frame}");
    }
    decoder.seek(0).await.unwrap();
    assert_eq!(read_all(&mut decoder).await, whole);
}

#[core_async::test]
async fn alac_keeps_every_bit_of_either_depth() {
    let mut decoder = open(ALAC24).await;
    assert_eq!(decoder.format().bits_per_sample, Some(24));
    assert_eq!(decoder.format().frames, Some(2000));
    let mut samples = vec![0; 2001];
    assert_eq!(decoder.read_integers(&mut samples).await.unwrap(), 2000);
    for (frame, sample) in samples[..2000].iter().enumerate() {
        let counter = i32::try_from(frame % 251).unwrap();
        assert_eq!(*sample, (tone(frame, 0) * 256 + counter) << 8, "frame {frame}");
    }
    for (bytes, frames) in [(fixture("tone_alac.m4a").bytes, 4000), (ALAC_CAF, 2000)] {
        let mut decoder = open(bytes).await;
        assert_eq!(decoder.format().bits_per_sample, Some(16));
        let mut samples = vec![0; frames + 1];
        assert_eq!(decoder.read_integers(&mut samples).await.unwrap(), frames);
        for (frame, sample) in samples[..frames].iter().enumerate() {
            assert_eq!(*sample, tone(frame, 0) << 16, "frame {frame}");
        }
    }
}

#[core_async::test]
async fn a_flac_stream_of_unknown_length_is_read_to_its_end() {
    let plain = fixture("tone16.flac").bytes;
    let whole = read_all(&mut open(plain).await).await;
    let mut bytes = plain.to_vec();
    // The last 36 bits before the checksum say how many frames there are; 0 is unknown.
    bytes[21] &= 0xf0;
    bytes[22..26].fill(0);
    for manner in [Manner::Local, Manner::Remote] {
        let file = TestFile::new(bytes.clone(), manner);
        let mut decoder = Decoder::open(file, FormatHint::default()).await.unwrap();
        assert_eq!(decoder.format().frames, None);
        for frame in [3000, 10, 0] {
            decoder.seek(frame as u64).await.unwrap();
            assert_eq!(read_all(&mut decoder).await, whole[frame..], "{frame}");
        }
        assert_eq!(decoder.format().frames, Some(4000));
        decoder.seek(9000).await.unwrap();
        assert_eq!(decoder.position(), 4000);
    }
}

/// A CAF file of 8-bit samples in one of the companding codes.
fn companded(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let mut bytes = b"caff\0\x01\0\0desc\0\0\0\0\0\0\0\x20".to_vec();
    bytes.extend_from_slice(&f64::from(RATE).to_be_bytes());
    bytes.extend_from_slice(kind);
    for field in [0_u32, 1, 1, 1, 8] {
        bytes.extend_from_slice(&field.to_be_bytes());
    }
    bytes.extend_from_slice(b"data");
    bytes.extend_from_slice(&(data.len() as u64 + 4).to_be_bytes());
    bytes.extend_from_slice(&[0; 4]);
    bytes.extend_from_slice(data);
    bytes
}

#[core_async::test]
async fn companded_samples_are_sixteen_bits_wide() {
    // From the tables of ITU-T G.711: the loudest values, and the quietest.
    let a_law = companded(b"alaw", &[0xaa, 0x2a, 0xd5, 0x55]);
    let mu_law = companded(b"ulaw", &[0x80, 0x00, 0xff, 0x7f]);
    for (bytes, expected) in [(a_law, [32_256, -32_256, 8, -8]), (mu_law, [32_124, -32_124, 0, 0])]
    {
        let mut decoder = open(bytes).await;
        assert_eq!(decoder.format().bits_per_sample, Some(16));
        let mut samples = [0; 5];
        assert_eq!(decoder.read_integers(&mut samples).await.unwrap(), 4);
        assert_eq!(samples.map(|sample| sample >> 16)[..4], expected);
    }
}

#[core_async::test]
async fn wave_of_every_depth_is_exact() {
    let values = tones(500, 2);
    for (tag, bits) in [(1_u16, 8_u16), (1, 16), (1, 24), (1, 32), (3, 32), (3, 64)] {
        let data: Vec<u8> = values
            .iter()
            .flat_map(|value| match (tag, bits) {
                (1, 8) => vec![u8::try_from((value >> 8) + 128).unwrap()],
                (1, 16) => i16::try_from(*value).unwrap().to_le_bytes().to_vec(),
                (1, 24) => (value << 8 | 0x5a).to_le_bytes()[..3].to_vec(),
                (1, _) => (value << 16 | 0x5a5b).to_le_bytes().to_vec(),
                (_, 32) => f32::from(i16::try_from(*value).unwrap()).to_le_bytes().to_vec(),
                (_, _) => f64::from(*value).to_le_bytes().to_vec(),
            })
            .collect();
        let mut decoder = open(crate::chunks::wave(tag, bits, &data)).await;
        let depth = (tag == 1).then_some(bits);
        assert_eq!(decoder.format().bits_per_sample, depth, "{tag} {bits}");
        assert_eq!(decoder.format().frames, Some(500));
        if tag == 1 {
            let mut samples = vec![0; 1000];
            assert_eq!(decoder.read_integers(&mut samples).await.unwrap(), 500);
            for (sample, value) in samples.iter().zip(&values) {
                let expected = match bits {
                    8 => value >> 8 << 24,
                    16 => value << 16,
                    24 => (value << 8 | 0x5a) << 8,
                    _ => value << 16 | 0x5a5b,
                };
                assert_eq!(*sample, expected, "{bits}");
            }
        } else {
            let samples = read_all(&mut decoder).await;
            let expected: Vec<f32> =
                values.iter().map(|value| f32::from(i16::try_from(*value).unwrap())).collect();
            assert_eq!(samples, expected, "{bits}");
        }
    }
}
