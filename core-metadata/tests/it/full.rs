//! Every field of every tag format.

use core_library::ScannedFile;
use core_metadata::{AudioFile, read_sparse};

use crate::fixtures::{FULL, open, read};

const FIRST: &str = "0383dadf-2a4e-4d10-a46a-e9e041da8eb3";
const SECOND: &str = "f27ec8db-af05-4f36-916e-3d57f91ecf5e";
const WORDS: &str = "First line\nSecond line, ünïcode";

#[track_caller]
fn is_near(name: &str, found: Option<f64>, expected: f64) {
    assert!(found.is_some_and(|found| (found - expected).abs() < 0.01), "{name}: {found:?}");
}

#[track_caller]
fn check(name: &str, file: &AudioFile) {
    let tags = &file.tags;
    let text = |value: &Option<String>, expected: &str| {
        assert_eq!(value.as_deref(), Some(expected), "{name}");
    };
    text(&tags.title, "Tïtle");
    text(&tags.artist, "Ada;Béla");
    assert_eq!(tags.artists, ["Ada", "Béla"], "{name}");
    text(&tags.album, "Album");
    assert_eq!(tags.album_artists, ["Various"], "{name}");
    assert_eq!((tags.track_number, tags.track_total), (Some(3), Some(12)), "{name}");
    assert_eq!((tags.disc_number, tags.disc_total), (Some(1), Some(2)), "{name}");
    assert_eq!(tags.year, Some(2004), "{name}");
    assert_eq!(tags.genres, ["Electronic", "Ambient"], "{name}");
    text(&tags.composer, "Clara");
    text(&tags.comment, "A remark");
    assert!(tags.compilation, "{name}");
    text(&tags.isrc, "ABCDE1234567");
    text(&tags.label, "Tones");
    assert_eq!(tags.bpm, Some(120.0), "{name}");
    text(&tags.mb_track_id, FIRST);
    text(&tags.mb_recording_id, SECOND);
    text(&tags.mb_album_id, FIRST);
    text(&tags.mb_release_group_id, SECOND);
    assert_eq!(tags.mb_artist_ids, [FIRST, SECOND], "{name}");
    assert_eq!(tags.mb_album_artist_ids, [SECOND], "{name}");
    text(&tags.album_artist_sort, "Artists, Various");
    let lyrics = tags.lyrics.as_ref().unwrap_or_else(|| panic!("{name} has lyrics"));
    text(&lyrics.plain, WORDS);

    // What some formats have no field for, or another one.
    let (is_id3, is_opus) =
        (name.ends_with(".mp3") || name.ends_with(".aiff"), name == "full.opus");
    if name != "full23.mp3" {
        text(&tags.title_sort, "Title");
        text(&tags.artist_sort, "Ada, A.");
        text(&tags.album_sort, "Album, The");
        text(&tags.disc_subtitle, "Side A");
        text(&tags.release_date, "2004-05-01");
    }
    if is_opus {
        is_near(name, tags.replaygain_track_gain, -1659.0 / 256.0 + 5.0);
        is_near(name, tags.replaygain_album_gain, 307.0 / 256.0 + 5.0);
    } else {
        is_near(name, tags.replaygain_track_gain, -6.48);
        is_near(name, tags.replaygain_track_peak, 0.988_553);
    }
    if is_id3 {
        assert_eq!(tags.original_year, Some(1999), "{name}");
        if name != "full23.mp3" {
            // From a volume adjustment.
            is_near(name, tags.replaygain_album_gain, 1.5);
            is_near(name, tags.replaygain_album_peak, 0.75);
        }
        assert_eq!(lyrics.language.as_deref(), Some("eng"), "{name}");
        let lines: Vec<_> =
            lyrics.lines.iter().map(|line| (line.at_ms, line.text.as_str())).collect();
        assert_eq!(lines, [(1_000, "First line"), (2_500, "Second line, ünïcode")], "{name}");
    }
}

#[core_async::test]
async fn every_field_of_every_format_is_read() {
    for (name, content) in FULL {
        check(name, &read(content).await.unwrap_or_else(|error| panic!("{name}: {error}")));
        let far = read_sparse(open(Default::default(), content).await).await.unwrap();
        check(name, &far);
    }
}

#[core_async::test]
async fn the_library_gets_all_of_it() {
    let file = read(FULL[0].1).await.unwrap();
    let tags = file.tags.clone();
    let scanned = file.into_scanned("a/b.mp3".into(), Some(1));
    let expected = ScannedFile {
        genre: Some("Electronic".into()),
        artists: tags.artists,
        mb_recording_id: tags.mb_recording_id,
        replaygain_track_gain: tags.replaygain_track_gain,
        lyrics: tags.lyrics,
        duration_estimated: false,
        ..scanned.clone()
    };
    assert_eq!(scanned, expected);
    assert!(scanned.signature.starts_with("partial-"));
}
