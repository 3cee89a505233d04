//! Every field a file can bring, and everything about one track.

use core_library::{Lyrics, LyricsLine, ScannedFile, Source, TrackEdit, TrackField, TrackTags};

use crate::support::{World, add_one, file, library};

fn everything() -> ScannedFile {
    let text = |text: &str| Some(text.to_owned());
    ScannedFile {
        path: "m/all.flac".into(),
        size: 12_345,
        modified_millis: Some(99),
        signature: "s".into(),
        title: text("Title"),
        artist: text("A & B"),
        artists: vec!["A".into(), "B".into()],
        album_artist: text("A, C"),
        album_artists: vec!["A".into(), "C".into()],
        album: text("Album"),
        track_number: Some(1),
        track_total: Some(2),
        disc_number: Some(3),
        disc_total: Some(4),
        disc_subtitle: text("Third"),
        year: Some(2001),
        original_year: Some(1999),
        release_date: text("2001-05-17"),
        genre: text("Rock"),
        genres: vec!["Rock".into(), "Jazz".into()],
        composer: text("Composer"),
        comment: text("Comment"),
        compilation: true,
        title_sort: text("Title, The"),
        artist_sort: text("A and B"),
        album_sort: text("Album, The"),
        album_artist_sort: text("A and C"),
        label: text("Label"),
        isrc: text("GBAYE0601498"),
        bpm: Some(120.5),
        mb_track_id: text("t"),
        mb_recording_id: text("r"),
        mb_album_id: text("al"),
        mb_release_group_id: text("rg"),
        mb_artist_ids: vec!["a".into(), "b".into()],
        mb_album_artist_ids: vec!["a".into(), "c".into()],
        replaygain_track_gain: Some(-7.5),
        replaygain_track_peak: Some(0.98),
        replaygain_album_gain: Some(-8.25),
        replaygain_album_peak: Some(1.01),
        lyrics: Some(Lyrics {
            plain: text("la la"),
            lines: vec![LyricsLine { at_ms: 10, text: "la".into() }],
            language: text("eng"),
        }),
        duration_ms: Some(1000),
        duration_estimated: true,
        bitrate_estimated: true,
        codec: "flac".into(),
        sample_rate: Some(44_100),
        channels: Some(2),
        bits_per_sample: Some(16),
        bitrate: Some(900),
        playable: true,
        has_cover: true,
    }
}

#[core_async::test]
async fn every_field_is_stored_and_shown() {
    let (library, _) = library().await;
    let file = everything();
    let track = add_one(&library, file.clone()).await;
    let details = library.track_details(&track.id).await.unwrap();
    assert_eq!(details.track, track);
    let names = |credits: &[core_library::ArtistCredit]| -> Vec<String> {
        credits.iter().map(|credit| credit.name.clone()).collect()
    };
    assert_eq!((track.artist, names(&track.artists)), (file.artist, file.artists));
    let album_artists = (track.album_artist, names(&track.album_artists));
    assert_eq!(album_artists, (file.album_artist, file.album_artists));
    assert_eq!((track.genre, track.genres), (file.genre, file.genres));
    assert_eq!((track.disc_subtitle, track.composer), (file.disc_subtitle, file.composer));
    assert_eq!((track.year, track.original_year), (file.year, file.original_year));
    assert!(track.compilation && track.has_lyrics && track.has_cover && track.playable);
    assert_eq!((track.bits_per_sample, track.bitrate), (Some(16), Some(900)));
    let expected = TrackTags {
        title_sort: file.title_sort,
        artist_sort: file.artist_sort,
        album_sort: file.album_sort,
        album_artist_sort: file.album_artist_sort,
        comment: file.comment,
        release_date: file.release_date,
        label: file.label,
        isrc: file.isrc,
        bpm: file.bpm,
        mb_track_id: file.mb_track_id,
        mb_recording_id: file.mb_recording_id,
        mb_album_id: file.mb_album_id,
        mb_release_group_id: file.mb_release_group_id,
        mb_artist_ids: file.mb_artist_ids,
        mb_album_artist_ids: file.mb_album_artist_ids,
        replaygain_track_gain: file.replaygain_track_gain,
        replaygain_track_peak: file.replaygain_track_peak,
        replaygain_album_gain: file.replaygain_album_gain,
        replaygain_album_peak: file.replaygain_album_peak,
        lyrics: file.lyrics,
        duration_estimated: true,
        bitrate_estimated: true,
    };
    assert_eq!(details.tags, expected);
    let album = details.album.unwrap();
    assert_eq!((album.title.as_str(), album.artist.as_deref()), ("Album", Some("A, C")));
    assert_eq!(names(&album.artists), ["A", "C"]);
    assert_eq!(album.mb_album_id.as_deref(), Some("al"));
    assert_eq!(album.mb_release_group_id.as_deref(), Some("rg"));
    let artists: Vec<_> = details.artists.iter().map(|a| a.mb_artist_id.as_deref()).collect();
    assert_eq!(artists, [Some("a"), Some("b")]);
    assert_eq!(library.tracks_of_recording("r").await.unwrap()[0].id, track.id);
    assert_eq!(library.tracks_with_isrc("GBAYE0601498").await.unwrap()[0].id, track.id);
    assert!(library.track_details("nobody").await.is_err());
}

#[core_async::test]
async fn numbers_that_are_none_are_unknown() {
    let (library, _) = library().await;
    let mut file = everything();
    file.replaygain_track_gain = Some(f64::NAN);
    file.bpm = Some(f64::INFINITY);
    let track = add_one(&library, file).await;
    let tags = library.track_details(&track.id).await.unwrap().tags;
    assert_eq!((tags.replaygain_track_gain, tags.bpm), (None, None));
    assert_eq!(tags.replaygain_album_gain, Some(-8.25));
}

#[core_async::test]
async fn details_are_of_one_moment_whoever_edits_meanwhile() {
    let World { library, .. } = World::contended().await;
    let track = add_one(&library, file("m/1", "Title", "A", "A")).await;
    let edit = async {
        for name in ["B", "C"].into_iter().cycle().take(30) {
            let edit = TrackEdit::new().set(TrackField::Artist, name).set(TrackField::Album, name);
            library.edit_track(&track.id, &edit).await.unwrap();
            library.revert(&track.id, &[]).await.unwrap();
        }
    };
    let read = async {
        for _ in 0..100 {
            let details = library.track_details(&track.id).await.unwrap();
            let name = details.track.artist.as_deref();
            assert_eq!(details.track.album.as_deref(), name);
            assert_eq!(details.album.as_ref().map(|album| &*album.title), name);
            assert_eq!(details.artists.first().map(|artist| &*artist.name), name);
            let is_edited = details.origins.iter().any(|origin| origin.source == Source::User);
            assert_eq!(is_edited, name != Some("A"));
        }
    };
    core_async::join!(edit, read);
}
