//! Tags that ask for memory, time or depth.

use core_metadata::{CueSheet, MetadataError, parse_lyrics, read_cover};
use miniz_oxide::deflate::compress_to_vec_zlib;

use crate::fixtures::{FULL, bytes, open, read};

/// An MP3 file whose tag of version 3 or 4 has this content.
fn mp3(version: u8, frames: &[u8]) -> Vec<u8> {
    let mp3 = bytes("noxing.mp3");
    let audio = mp3.windows(2).position(|bytes| bytes == [0xFF, 0xFB]).unwrap();
    let size = [21, 14, 7, 0].map(|shift| u8::try_from((frames.len() >> shift) & 0x7F).unwrap());
    [&b"ID3"[..], &[version, 0, 0], &size, frames, &mp3[audio..]].concat()
}

/// A frame of version 3.
fn frame(id: &[u8; 4], flags: u8, content: &[u8]) -> Vec<u8> {
    let size = u32::try_from(content.len()).unwrap().to_be_bytes();
    [&id[..], &size, &[0, flags], content].concat()
}

const COMPRESSED: u8 = 0x80;

fn compressed(id: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let size = u32::try_from(content.len()).unwrap().to_be_bytes();
    frame(id, COMPRESSED, &[&size[..], &compress_to_vec_zlib(content, 9)].concat())
}

#[core_async::test]
async fn compressed_frames_are_read() {
    let title = format!("\0Tones for a long evening, {}", "and more ".repeat(20));
    let file = read(&mp3(3, &compressed(b"TIT2", title.as_bytes()))).await.unwrap();
    assert_eq!(file.tags.title.as_deref(), Some(title[1..].trim()));
}

#[core_async::test]
async fn bombs_are_left_out_and_spoil_nothing() {
    // A thousand to one, in a text that would be short enough, and in one that would not.
    for length in [60_000, 50_000_000] {
        let bomb = compressed(b"TIT2", &[&b"\0"[..], &vec![b'a'; length]].concat());
        assert!(bomb.len() < length / 100);
        let frames = [bomb, frame(b"TPE1", 0, b"\0Ada")].concat();
        if frames.len() > 60_000 {
            // Longer than any title before it is inflated.
            continue;
        }
        let file = read(&mp3(3, &frames)).await.unwrap();
        assert_eq!((file.tags.title, file.tags.artist.as_deref()), (None, Some("Ada")));
    }
    let picture = [&b"\0image/png\0\x03\0\x89PNG\r\n\x1A\n"[..], &vec![0; 30_000_000]].concat();
    let content = mp3(3, &compressed(b"APIC", &picture));
    let cover = read_cover(open(Default::default(), &content).await).await.unwrap();
    assert_eq!(cover, None);
}

#[core_async::test]
async fn damaged_compression_is_left_out() {
    let mut whole = compressed(b"TIT2", b"\0A title that is compressed");
    let last = whole.len() - 1;
    whole[last] ^= 0xFF;
    whole[last - 8] ^= 0xFF;
    let frames = [whole, frame(b"TALB", COMPRESSED, b"\0\0"), frame(b"TPE1", 0, b"\0Ada")].concat();
    let file = read(&mp3(3, &frames)).await.unwrap();
    assert_eq!((file.tags.title, file.tags.artist.as_deref()), (None, Some("Ada")));
}

#[core_async::test]
async fn many_frames_are_not_many_values() {
    let one = frame(b"TXXX", 0, b"\0ARTISTS\0Somebody");
    let mut frames = Vec::new();
    for number in 0..20_000_u32 {
        let mut next = one.clone();
        next.extend_from_slice(&number.to_be_bytes().map(|byte| b'a' + byte % 26));
        let size = u32::try_from(next.len() - 10).unwrap();
        next[4..8].copy_from_slice(&size.to_be_bytes());
        frames.extend(next);
    }
    let file = read(&mp3(3, &frames)).await.unwrap();
    assert!(file.tags.artists.len() <= 1_024, "{}", file.tags.artists.len());
}

#[core_async::test]
async fn many_timed_words_are_bounded() {
    let part = [&b"\nla\0"[..], &[0, 0, 1, 0]].concat();
    let sylt = [&b"\0eng\x02\x01\0"[..], &part.repeat(60_000)].concat();
    let file = read(&mp3(3, &frame(b"SYLT", 0, &sylt))).await.unwrap();
    assert!(file.tags.lyrics.unwrap().lines.len() <= 20_000);
    // Timed lyrics without an end, without a text, and of another unit.
    for broken in
        [&b"\0eng\x02\x01"[..], b"\0eng\x02\x01\0la", b"\x01en", b"\0eng\x01\x01\0la\0\0\0\0\x01"]
    {
        let file = read(&mp3(3, &frame(b"SYLT", 0, broken))).await.unwrap();
        assert_eq!(file.tags.lyrics, None);
    }
}

#[core_async::test]
async fn lying_counts_end_with_the_file() {
    // Comments that claim to be four thousand millions, each of the largest size.
    let mut content = FULL.iter().find(|(name, _)| *name == "full.flac").unwrap().1.to_vec();
    let vendor = content.windows(4).position(|bytes| bytes == b"Lavf").unwrap();
    let length = usize::from(content[vendor - 4]);
    content[vendor + length..vendor + length + 4].fill(0xFF);
    let file = read(&content).await.unwrap();
    assert_eq!(file.tags.artists, ["Ada", "Béla"]);
    content[vendor - 4..vendor].fill(0xFF);
    assert_eq!(read(&content).await.unwrap().tags.title, None);
    // An APE tag that claims as many items.
    let footer = [&b"APETAGEX"[..], &[0xD0, 7, 0, 0, 40, 0, 0, 0], &[0xFF; 4], &[0; 12]].concat();
    let content = [bytes("noxing.mp3"), &[0xFF; 8], &footer].concat();
    assert!(read(&content).await.is_ok());
}

#[core_async::test]
async fn volume_adjustments_of_any_shape_are_harmless() {
    for peak_bits in [0, 1, 16, 32, 33, 64, 255] {
        let content = [&b"track\0\x01\x7F\xFF"[..], &[peak_bits], &[0xFF; 32]].concat();
        let file = read(&mp3(4, &frame(b"RVA2", 0, &content))).await.unwrap();
        let peak = file.tags.replaygain_track_peak;
        assert!(peak.is_none_or(|peak| peak.is_finite() && peak >= 0.0), "{peak_bits}: {peak:?}");
    }
}

#[core_async::test]
async fn every_cut_and_every_altered_byte_of_a_full_tag_ends_well() {
    for (name, content) in FULL {
        // Headers and tags are at the start, or at the end.
        let step = if name.ends_with(".aiff") || name.ends_with(".wv") { 17 } else { 7 };
        for at in (0..content.len()).step_by(step) {
            let cut = read(&content[..at]).await;
            assert!(!matches!(cut, Err(MetadataError::Interrupted)), "{name} cut at {at}");
            let mut altered = content.to_vec();
            altered[at] = !altered[at];
            let altered = read(&altered).await;
            assert!(!matches!(altered, Err(MetadataError::Interrupted)), "{name} altered at {at}");
        }
    }
}

#[core_async::test]
async fn text_files_of_any_bytes_are_harmless() {
    let mut state = 7_u32;
    for _ in 0..2_000 {
        let text: String = (0..200)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let at = usize::try_from(state >> 24).unwrap();
                b"[]<>:.0123456789 \n\"TRACKINDEXFILE offset"
                    .get(at % 43)
                    .map_or('é', |b| char::from(*b))
            })
            .collect();
        parse_lyrics(&text);
        CueSheet::parse(&text).ok();
    }
}
