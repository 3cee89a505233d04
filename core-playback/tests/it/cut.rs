//! Files whose end is missing give what is there, and then say so.

use core_playback::{DecodeError, Decoder, FormatHint};

use crate::exact::ALAC_CAF;
use crate::fixtures::{RATE, fixture, tones};
use crate::hostile::torture;
use crate::sources::{Manner, TestFile, open, read_all};

/// Everything that can be read of a cut file, which must be the start of `whole`.
pub(crate) async fn read_cut(bytes: Vec<u8>, whole: &[f32], what: &str) -> usize {
    for manner in [Manner::Local, Manner::Remote] {
        let file = TestFile::new(bytes.clone(), manner);
        let mut decoder = Decoder::open(file, FormatHint::default()).await.unwrap();
        let channels = usize::from(decoder.format().channels);
        let mut samples = vec![0.0; whole.len()];
        let frames = decoder.read(&mut samples).await.unwrap();
        let got = frames * channels;
        assert!(got < whole.len(), "{what}: {frames} frames");
        assert_eq!(samples[..got], whole[..got], "{what}");
        for _ in 0..2 {
            let error = decoder.read(&mut samples).await.unwrap_err();
            let DecodeError::Truncated { frame, .. } = error else { panic!("{what}: {error}") };
            assert_eq!(frame, frames as u64, "{what}");
            assert_eq!(error.code(), "truncated");
        }
        // What is there can still be reached, and what is not fails in the same way.
        let middle = frames / 2;
        decoder.seek(middle as u64).await.unwrap();
        let rest = decoder.read(&mut samples).await.unwrap();
        assert_eq!(rest, frames - middle, "{what}");
        assert_eq!(samples[..rest * channels], whole[middle * channels..got], "{what}");
        decoder.seek(frames as u64 + 1).await.unwrap();
        let error = decoder.read(&mut samples).await.unwrap_err();
        assert!(matches!(error, DecodeError::Truncated { .. }), "{what}: {error}");
    }
    let mut decoder = open(bytes).await;
    let mut samples = vec![0.0; whole.len()];
    decoder.read(&mut samples).await.unwrap()
}

#[core_async::test]
async fn half_a_file_gives_its_half_and_then_fails() {
    for name in [
        "tone16.flac",
        "tone.aiff",
        "tone.caf",
        "tone_cbr.mp3",
        "tone_vbr.mp3",
        "tone.ogg",
        "tone_adpcm.wav",
    ] {
        let fixture = fixture(name);
        let whole = read_all(&mut open(fixture.bytes).await).await;
        let half = fixture.bytes[..fixture.bytes.len() * 3 / 4].to_vec();
        let frames = read_cut(half, &whole, name).await;
        assert!(frames > fixture.frames / 3, "{name}: {frames} frames");
    }
}

#[core_async::test]
async fn a_cut_file_of_plain_samples_gives_every_whole_frame() {
    // 16-bit mono at 54 bytes of AIFF header; an odd byte at the end is half a frame.
    let aiff = fixture("tone.aiff");
    let whole = read_all(&mut open(aiff.bytes).await).await;
    let header = aiff.bytes.len() - 2 * aiff.frames;
    for (length, frames) in [(header + 2 * 1000, 1000), (header + 2 * 2999 + 1, 2999)] {
        let frames_read = read_cut(aiff.bytes[..length].to_vec(), &whole, "aiff").await;
        assert_eq!(frames_read, frames);
    }
    // Cut within the header, there is nothing to give.
    for length in (12..header).step_by(3) {
        let error = torture(aiff.bytes[..length].to_vec(), "tone.aiff").await.unwrap_err();
        assert!(["corrupt", "truncated"].contains(&error.code()), "{length}: {error:?}");
    }
}

#[core_async::test]
async fn an_mp3_file_that_lost_its_last_frame_only_is_truncated() {
    for name in ["tone_cbr.mp3", "tone_vbr.mp3"] {
        let bytes = fixture(name).bytes;
        let whole = read_all(&mut open(bytes).await).await;
        let frames = read_cut(bytes[..bytes.len() - 1].to_vec(), &whole, name).await;
        assert!(frames + 1152 > whole.len() / 2, "{name}: {frames}");
    }
}

/// Bare MP3 frames behind one that only holds a header of the kind `id`.
fn with_info(id: &[u8; 4], frames: u32) -> Vec<u8> {
    let bare = fixture("tone_bare.mp3").bytes;
    // MPEG-2 at 64 kbit/s and 22.05 kHz without padding, in joint stereo.
    let mut first = vec![0; 208];
    first[..4].copy_from_slice(&[0xff, 0xf3, 0x80, 0x64]);
    let bytes = u32::try_from(208 + bare.len()).unwrap().to_be_bytes();
    if id == b"VBRI" {
        first[36..46].copy_from_slice(b"VBRI\0\x01\0\0\0\0");
        first[46..50].copy_from_slice(&bytes);
        first[50..54].copy_from_slice(&frames.to_be_bytes());
    } else {
        first[21..25].copy_from_slice(id);
        first[28] = 3;
        first[29..33].copy_from_slice(&frames.to_be_bytes());
        first[33..37].copy_from_slice(&bytes);
    }
    [&first, bare].concat()
}

#[core_async::test]
async fn every_header_of_an_mp3_file_tells_that_it_was_cut() {
    let bare = read_all(&mut open(fixture("tone_bare.mp3").bytes).await).await;
    for id in [b"Xing", b"Info", b"VBRI"] {
        let whole = with_info(id, 22);
        assert_eq!(read_all(&mut open(whole.clone()).await).await, bare, "{id:?}");
        let half = whole[..whole.len() * 3 / 4].to_vec();
        let frames = read_cut(half, &bare, "mp3").await;
        assert!(frames > bare.len() / 4, "{frames}");
        // Some encoders count the first frame, too.
        assert_eq!(read_all(&mut open(with_info(id, 23)).await).await, bare, "{id:?}");
    }
    // Without one nobody can know.
    let bytes = fixture("tone_bare.mp3").bytes;
    let half = torture(bytes[..bytes.len() / 2].to_vec(), "tone.mp3").await.unwrap();
    assert!(half > 5000 && half < 7000, "{half}");
}

/// Moves the index of an MP4 file from its end to its start.
fn index_first(bytes: &[u8]) -> Vec<u8> {
    let (mut boxes, mut at) = (Vec::new(), 0);
    while at < bytes.len() {
        let size = u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
        let end = at + usize::try_from(size).unwrap();
        boxes.push(bytes[at..end].to_vec());
        at = end;
    }
    let index = boxes.iter().position(|bytes| &bytes[4..8] == b"moov").unwrap();
    let mut moov = boxes.remove(index);
    let shift = u32::try_from(moov.len()).unwrap();
    let table = moov.windows(4).position(|name| name == b"stco").unwrap() + 12;
    let count = u32::from_be_bytes(moov[table - 4..table].try_into().unwrap());
    for entry in moov[table..].chunks_exact_mut(4).take(usize::try_from(count).unwrap()) {
        let offset = u32::from_be_bytes((&*entry).try_into().unwrap());
        entry.copy_from_slice(&(offset + shift).to_be_bytes());
    }
    boxes.insert(1, moov);
    boxes.concat()
}

#[core_async::test]
async fn a_cut_mp4_file_is_truncated_wherever_its_index_is() {
    for name in ["tone_alac.m4a", "tone_aac.m4a"] {
        let bytes = fixture(name).bytes;
        let whole = read_all(&mut open(bytes).await).await;
        // The index comes last, so nothing of it is there.
        for length in [bytes.len() - 1, bytes.len() * 3 / 4, bytes.len() / 4] {
            let error = torture(bytes[..length].to_vec(), name).await.unwrap_err();
            assert!(matches!(error, DecodeError::Truncated { frame: 0, .. }), "{name}: {error}");
            assert_eq!(error.code(), "truncated");
        }
        // The index comes first.
        let streamable = index_first(bytes);
        assert_eq!(read_all(&mut open(streamable.clone()).await).await, whole, "{name}");
        if name == "tone_alac.m4a" {
            // All of it is in one packet.
            let cut = streamable[..streamable.len() - 1].to_vec();
            let error = torture(cut, name).await.unwrap_err();
            let DecodeError::Truncated { frame: 0, expected: Some(4000) } = error else {
                panic!("{error:?}")
            };
        } else {
            for eighths in [7, 6, 4] {
                let cut = streamable[..streamable.len() * eighths / 8].to_vec();
                let frames = read_cut(cut, &whole, name).await;
                assert!(frames >= 1024, "{frames}");
            }
            // All but the last packet.
            let frames = read_cut(streamable[..streamable.len() - 1].to_vec(), &whole, name).await;
            assert!(frames > fixture(name).frames - 2 * 1024, "{frames}");
        }
        // Within the index.
        let error = torture(streamable[..200].to_vec(), name).await.unwrap_err();
        assert_eq!(error.code(), "truncated", "{name}: {error}");
    }
}

#[core_async::test]
async fn a_cut_matroska_file_is_truncated() {
    let bytes = fixture("tone.mka").bytes;
    for length in [bytes.len() - 1, bytes.len() / 2, 20] {
        let error = torture(bytes[..length].to_vec(), "tone.mka").await.unwrap_err();
        assert_eq!(error.code(), "truncated", "{length}: {error}");
    }
}

#[core_async::test]
async fn a_cut_caf_file_is_truncated_wherever_its_table_of_packets_is() {
    let table = ALAC_CAF.windows(4).rposition(|name| name == b"pakt").unwrap();
    // The table comes last: without all of it there is nothing to give.
    for length in [ALAC_CAF.len() / 2, table - 1, table + 5, table + 20, ALAC_CAF.len() - 1] {
        let error = torture(ALAC_CAF[..length].to_vec(), "tone.caf").await.unwrap_err();
        assert_eq!(error.code(), "truncated", "{length}: {error}");
    }
    // This one never had it.
    let error = torture(ALAC_CAF[..table].to_vec(), "tone.caf").await.unwrap_err();
    assert_eq!(error.code(), "corrupt", "{error}");
    // The table comes first.
    let data = ALAC_CAF.windows(4).position(|name| name == b"data").unwrap();
    let streamable = [&ALAC_CAF[..data], &ALAC_CAF[table..], &ALAC_CAF[data..table]].concat();
    let whole = read_all(&mut open(ALAC_CAF).await).await;
    assert_eq!(read_all(&mut open(streamable.clone()).await).await, whole);
    // All of it is in one packet.
    for length in [streamable.len() - 1, streamable.len() / 2] {
        let error = torture(streamable[..length].to_vec(), "tone.caf").await.unwrap_err();
        assert!(matches!(error, DecodeError::Truncated { frame: 0, .. }), "{length}: {error}");
    }
}

#[core_async::test]
async fn an_mp4_file_without_an_index_is_corrupt() {
    let bytes = fixture("tone_alac.m4a").bytes;
    let index = bytes.windows(4).position(|name| name == b"moov").unwrap() - 4;
    let error = torture(bytes[..index].to_vec(), "tone.m4a").await.unwrap_err();
    assert!(matches!(error, DecodeError::Malformed { .. }), "{error}");
    assert_eq!(error.code(), "corrupt");
    // A picture of the same family of containers is no audio at all.
    let picture = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic\0\0\0\x08meta".to_vec();
    let error = torture(picture, "photo.m4a").await.unwrap_err();
    assert!(matches!(error, DecodeError::UnknownFormat), "{error}");
}

#[core_async::test]
async fn a_wave_file_of_any_size_field_gives_what_is_there() {
    let samples = tones(1000, 2);
    let data: Vec<u8> =
        samples.iter().flat_map(|sample| i16::try_from(*sample).unwrap().to_le_bytes()).collect();
    let file = |riff: u32, size: u32| {
        let mut bytes = [b"RIFF".as_slice(), &riff.to_le_bytes(), b"WAVEfmt \x10\0\0\0"].concat();
        bytes.extend_from_slice(&[1, 0, 2, 0]);
        bytes.extend_from_slice(&RATE.to_le_bytes());
        bytes.extend_from_slice(&(RATE * 4).to_le_bytes());
        bytes.extend_from_slice(&[4, 0, 16, 0]);
        bytes.extend_from_slice(b"data");
        bytes.extend_from_slice(&size.to_le_bytes());
        bytes.extend_from_slice(&data);
        bytes
    };
    let whole = read_all(&mut open(file(4036, 4000)).await).await;
    assert_eq!(whole.len(), 2000);
    // Whoever writes to a pipe does not know how much it will be.
    for (riff, size) in [(0, 0), (u32::MAX, u32::MAX), (u32::MAX, 0), (0, 4000), (36, 4000)] {
        let mut decoder = open(file(riff, size)).await;
        assert_eq!(decoder.format().frames, Some(1000), "{riff} {size}");
        assert_eq!(read_all(&mut decoder).await, whole, "{riff} {size}");
    }
    assert!(read_all(&mut open(file(36, 0)).await).await.is_empty());
    let error = torture(file(8036, 8000), "tone.wav").await.unwrap_err();
    let DecodeError::Truncated { frame: 1000, expected: Some(2000) } = error else {
        panic!("{error:?}")
    };
}
