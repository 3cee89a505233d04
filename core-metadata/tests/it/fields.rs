//! Tags and properties of whole files, as other programs read them.

use bridge_memory::MemoryFileSystem;
use core_metadata::{AudioFile, read_audio_file};

use crate::fixtures::{self, ALL, bytes, read};

/// Codec, rate, channels, bits, milliseconds.
type Properties = (&'static str, u32, u32, Option<u32>, u64);

/// What differs between the fixtures.
const PROPERTIES: [(&str, Properties); 18] = [
    ("adpcm.wav", ("adpcm", 44_100, 1, None, 500)),
    ("alac.m4a", ("alac", 44_100, 1, Some(16), 500)),
    ("flac.oga", ("flac", 44_100, 1, Some(16), 500)),
    ("fragmented.m4a", ("aac", 44_100, 1, None, 523)),
    ("noxing.mp3", ("mp3", 44_100, 1, None, 549)),
    ("plain.aiff", ("pcm", 44_100, 1, Some(16), 100)),
    ("s24.wav", ("pcm", 48_000, 2, Some(24), 100)),
    ("tone.aac", ("aac", 44_100, 1, None, 534)),
    ("tone.aiff", ("pcm", 44_100, 1, Some(16), 500)),
    ("tone.flac", ("flac", 44_100, 2, Some(16), 500)),
    ("tone.m4a", ("aac", 44_100, 2, None, 500)),
    ("tone.mp3", ("mp3", 44_100, 1, None, 549)),
    ("tone.ogg", ("vorbis", 44_100, 2, None, 500)),
    ("tone.opus", ("opus", 48_000, 1, None, 500)),
    ("tone.spx", ("speex", 16_000, 1, None, 500)),
    ("tone.wav", ("pcm", 44_100, 1, Some(16), 500)),
    ("tone.wv", ("wavpack", 44_100, 2, Some(16), 500)),
    ("vbr.mp3", ("mp3", 44_100, 2, None, 549)),
];

#[core_async::test]
async fn properties_are_what_the_format_says() {
    for (name, (codec, rate, channels, bits, millis)) in PROPERTIES {
        let file = read(bytes(name)).await.unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(file.codec, codec, "{name}");
        assert_eq!((file.sample_rate, file.channels), (rate, channels), "{name}");
        assert_eq!(file.bits_per_sample, bits, "{name}");
        let found = file.duration_ms.unwrap_or_default();
        assert!(found.abs_diff(millis) <= 14, "{name}: {found} ms");
        assert_eq!(file.size, bytes(name).len() as u64, "{name}");
    }
}

#[core_async::test]
async fn every_tag_format_gives_the_same_fields() {
    for (name, content) in ALL {
        let file = read(content).await.unwrap();
        check_fields(name, &file);
    }
}

#[track_caller]
fn check_fields(name: &str, file: &AudioFile) {
    // Raw AAC has no tags; ffmpeg writes only the title in chunks of AIFF, and more in those of WAV.
    if name == "tone.aac" {
        return;
    }
    assert_eq!(file.tags.title.as_deref(), Some("Tone"), "{name}");
    if name == "plain.aiff" {
        return;
    }
    assert_eq!(file.tags.artist.as_deref(), Some("Ada & Béla"), "{name}");
    assert_eq!(file.tags.artists, ["Ada & Béla"], "{name}");
    assert_eq!(file.tags.album.as_deref(), Some("Test Tones"), "{name}");
    assert_eq!((file.tags.track_number, file.tags.track_total), (Some(3), Some(12)), "{name}");
    assert_eq!(file.tags.year, Some(2004), "{name}");
    assert_eq!(file.tags.genres[..], ["Electronic"], "{name}");
    if name.ends_with(".wav") {
        return;
    }
    assert_eq!(file.tags.album_artist.as_deref(), Some("Various"), "{name}");
    assert_eq!((file.tags.disc_number, file.tags.disc_total), (Some(1), Some(2)), "{name}");
    assert_eq!(file.tags.composer.as_deref(), Some("Clara"), "{name}");
}

#[core_async::test]
async fn files_that_answer_later_give_the_same() {
    for (name, content) in ALL {
        let at_once = read(content).await.unwrap();
        // Longer than what is read of every file, so that parsers have to ask for more.
        let file = fixtures::open(MemoryFileSystem::async_only(), content).await;
        assert_eq!(read_audio_file(file).await.unwrap(), at_once, "{name}");
    }
}

#[core_async::test]
async fn a_description_in_the_middle_is_fetched() {
    // A megabyte of free space before and after the description, which is neither in the head nor
    // in the tail then.
    let padding = [&1_000_008_u32.to_be_bytes()[..], b"free", &[0; 1_000_000]].concat();
    let content = bytes("tone.m4a");
    let first = usize::try_from(u32::from_be_bytes(content[..4].try_into().unwrap())).unwrap();
    let (head, rest) = content.split_at(first);
    let content = [head, &padding, rest, &padding].concat();
    let at_once = read(&content).await.unwrap();
    check_fields("tone.m4a", &at_once);
    assert!(at_once.has_cover);
    let file = fixtures::open(MemoryFileSystem::async_only(), &content).await;
    assert_eq!(read_audio_file(file).await.unwrap(), at_once);
}

#[core_async::test]
async fn covers_are_noticed_without_being_read() {
    for (name, content) in ALL {
        let expected = matches!(*name, "tone.mp3" | "tone.flac" | "tone.m4a");
        assert_eq!(read(content).await.unwrap().has_cover, expected, "{name}");
    }
}

#[core_async::test]
async fn durations_without_a_summary_are_marked_as_estimates() {
    for (name, content) in ALL {
        let expected = *name == "noxing.mp3";
        assert_eq!(read(content).await.unwrap().duration_estimated, expected, "{name}");
    }
}

#[core_async::test]
async fn names_are_no_evidence() {
    // Opus in a file called `.ogg` is Opus, because nobody looks at the name.
    let file = read(bytes("tone.opus")).await.unwrap();
    assert_eq!((file.container, file.codec), ("ogg", "opus"));
}
