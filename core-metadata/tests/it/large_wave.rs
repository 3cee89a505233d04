//! WAV for long recordings: RF64, BW64 and Wave64.

use core_metadata::{MetadataError, is_audio_path};

use crate::fixtures::{bytes, read};

/// The rest of the identifiers of Wave64.
const WAVE: [u8; 12] = *b"\xF3\xAC\xD3\x11\x8C\xD1\0\xC0\x4F\x8E\xDB\x8A";
const RIFF: [u8; 12] = *b"\x2E\x91\xCF\x11\xA5\xD6\x28\xDB\x04\xC1\0\0";
const LIST: [u8; 12] = *b"\x2F\x91\xCF\x11\xA5\xD6\x28\xDB\x04\xC1\0\0";
const SUMMARY: [u8; 16] = *b"\xBC\x94\x5F\x92\x5A\x52\xD2\x11\x86\xDC\0\xC0\x4F\x8E\xDB\x8A";

/// The chunks of a WAV file.
fn chunks(wav: &[u8]) -> Vec<([u8; 4], Vec<u8>)> {
    let (mut chunks, mut at) = (Vec::new(), 12);
    while at + 8 <= wav.len() {
        let length = u32::from_le_bytes(wav[at + 4..at + 8].try_into().unwrap());
        let end = at + 8 + usize::try_from(length).unwrap();
        chunks.push((wav[at..at + 4].try_into().unwrap(), wav[at + 8..end].to_vec()));
        at = end.next_multiple_of(2);
    }
    chunks
}

/// The same file with its sizes in a chunk of their own.
fn rf64(id: &[u8; 4], wav: &[u8]) -> Vec<u8> {
    let mut sizes = vec![0; 28];
    let mut body = Vec::new();
    for (name, content) in chunks(wav) {
        let mut length = u32::try_from(content.len()).unwrap();
        if &name == b"data" {
            sizes[8..16].copy_from_slice(&u64::from(length).to_le_bytes());
            length = u32::MAX;
        } else if &name == b"fact" {
            let samples = u32::from_le_bytes(content[..4].try_into().unwrap());
            sizes[16..24].copy_from_slice(&u64::from(samples).to_le_bytes());
            body.extend([&name[..], &4_u32.to_le_bytes(), &[0xFF; 4]].concat());
            continue;
        }
        body.extend([&name[..], &length.to_le_bytes(), &content].concat());
        body.resize(body.len().next_multiple_of(2), 0);
    }
    let start = [&id[..], &[0xFF; 4], b"WAVEds64", &28_u32.to_le_bytes()].concat();
    [start, sizes, body].concat()
}

fn long_chunk(id: &[u8], content: &[u8]) -> Vec<u8> {
    let mut chunk = [id, &(content.len() as u64 + 24).to_le_bytes(), content].concat();
    chunk.resize(chunk.len().next_multiple_of(8), 0);
    chunk
}

fn file(chunks: &[u8]) -> Vec<u8> {
    let size = (chunks.len() as u64 + 40).to_le_bytes();
    [&b"riff"[..], &RIFF, &size, b"wave", &WAVE, chunks].concat()
}

/// The same file in Wave64, with `tags` instead of its own.
fn wave64(wav: &[u8], tags: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, content) in chunks(wav) {
        match &name {
            b"LIST" => body.extend_from_slice(tags),
            // Numbers of samples are longer, too.
            b"fact" => {
                let samples = [&content[..4], &[0; 4]].concat();
                body.extend(long_chunk(&[&name[..], &WAVE].concat(), &samples));
            }
            _ => body.extend(long_chunk(&[&name[..], &WAVE].concat(), &content)),
        }
    }
    file(&body)
}

/// The list of the fixture as one of Wave64.
fn list(wav: &[u8]) -> Vec<u8> {
    let chunks = chunks(wav);
    let (_, content) = chunks.iter().find(|(name, _)| name == b"LIST").unwrap();
    long_chunk(&[&b"list"[..], &LIST].concat(), content)
}

/// The same file in every large kind, with its tags.
pub(crate) fn of_every_kind(wav: &[u8]) -> [(&'static str, Vec<u8>); 4] {
    [
        ("rf64", rf64(b"RF64", wav)),
        ("bw64", rf64(b"BW64", wav)),
        ("w64", wave64(wav, &list(wav))),
        ("w64 with a summary", wave64(wav, &summary(&[(b"INAM", "Tone"), (b"IART", "Ada")]))),
    ]
}

/// A summary of these items.
fn summary(items: &[(&[u8; 4], &str)]) -> Vec<u8> {
    let mut content = u32::try_from(items.len()).unwrap().to_le_bytes().to_vec();
    for (name, text) in items {
        let text: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).chain([0, 0]).collect();
        content.extend_from_slice(&name[..]);
        content.extend_from_slice(&u32::try_from(text.len()).unwrap().to_le_bytes());
        content.extend(text);
    }
    long_chunk(&SUMMARY, &content)
}

#[core_async::test]
async fn every_large_kind_of_wave_says_the_same() {
    for name in ["tone.wav", "s24.wav", "adpcm.wav"] {
        let wav = bytes(name);
        let plain = read(wav).await.unwrap();
        for (kind, large) in &of_every_kind(wav)[..3] {
            let mut file =
                read(large).await.unwrap_or_else(|error| panic!("{name} {kind}: {error}"));
            assert_eq!(file.size, large.len() as u64);
            (file.size, file.signature) = (plain.size, plain.signature);
            assert_eq!(file, plain, "{name} {kind}");
        }
    }
}

#[core_async::test]
async fn a_summary_in_wave64_is_read() {
    let tags = summary(&[
        (b"INAM", "Tone"),
        (b"ISFT", "somebody"),
        (b"IART", "Ada & Béla"),
        (b"IPRD", "日本"),
        (b"ITRK", "3/12"),
        (b"ICRD", "2004-05-01"),
    ]);
    let file = read(&wave64(bytes("tone.wav"), &tags)).await.unwrap();
    assert_eq!(file.tags.title.as_deref(), Some("Tone"));
    assert_eq!(file.tags.artist.as_deref(), Some("Ada & Béla"));
    assert_eq!(file.tags.album.as_deref(), Some("日本"));
    assert_eq!(
        (file.tags.track_number, file.tags.track_total, file.tags.year),
        (Some(3), Some(12), Some(2004))
    );
    // One that lies of its lengths costs its own fields only.
    for (at, value) in [(0, 0xFF), (8, 0xFF), (11, 0xFF), (10, 1)] {
        let mut tags = summary(&[(b"INAM", "Tone")]);
        tags[24 + at] = value;
        let file = read(&wave64(bytes("tone.wav"), &tags)).await.unwrap();
        assert_eq!(file.duration_ms, Some(500), "{at}");
    }
}

#[core_async::test]
async fn large_files_without_tags_are_listed_all_the_same() {
    let wav = bytes("tone.wav");
    let file = read(&wave64(wav, &[])).await.unwrap();
    assert_eq!((file.tags.title, file.duration_ms, file.codec), (None, Some(500), "pcm"));
    assert!(file.size > 0 && !file.duration_estimated);
    for name in ["a.w64", "a.RF64", "a.bw64"] {
        assert!(is_audio_path(name), "{name}");
    }
}

#[core_async::test]
async fn sizes_that_a_pipe_did_not_know_are_what_is_there() {
    let plain = read(bytes("tone.wav")).await.unwrap();
    let whole = wave64(bytes("tone.wav"), &[]);
    let data = whole.windows(8).position(|bytes| bytes == b"data\xF3\xAC\xD3\x11").unwrap();
    for size in [0, u64::MAX, u64::MAX >> 1, (u64::MAX >> 1) - 7] {
        let mut piped = whole.clone();
        piped[data + 16..data + 24].copy_from_slice(&size.to_le_bytes());
        let file = read(&piped).await.unwrap();
        assert_eq!(file.duration_ms, plain.duration_ms, "{size:x}");
    }
}

#[core_async::test]
async fn large_files_cut_in_half_are_cut_short() {
    let wav = bytes("tone.wav");
    for (_, whole) in of_every_kind(wav) {
        for length in [whole.len() / 2, 60, 100] {
            let half = read(&whole[..length]).await;
            assert!(matches!(half, Err(MetadataError::Truncated)), "{length}: {half:?}");
        }
    }
}
