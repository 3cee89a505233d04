//! Playlists from and to files of other players.

use core_library::{
    NewPlaylist, PathStyle, PlaylistError, PlaylistFormat, PlaylistImport, PlaylistSource,
};

use crate::playlists::{content, playlist};
use crate::support::{World, add, file};

async fn world() -> World {
    let world = World::new().await;
    let files = vec![
        file("/music/Ann/Sky/01 Blue.flac", "Blue", "Ann", "Sky"),
        // As a Mac writes it: the accent on its own.
        file("/music/Ann/Sky/02 Bleu\u{301}.flac", "Bleué", "Ann", "Sky"),
        file("/music/Bob/Sea/01 Blue.flac", "Blue", "Bob", "Sea"),
        file("/music/#odd.flac", "Odd", "Bob", "Sea"),
    ];
    add(&world.library, files).await;
    world
}

async fn import(world: &World, bytes: &[u8], folder: &str) -> PlaylistImport {
    let source = PlaylistSource { bytes, folder, name: "Unnamed" };
    world.library.import_playlist(&source).await.unwrap()
}

#[core_async::test]
async fn an_m3u_finds_its_tracks_and_loses_nothing() {
    let world = world().await;
    let text = "\u{feff}#EXTM3U\r\n#PLAYLIST:Road\r\n\
        ../Ann/Sky/01 Blue.flac\r\n\
        /music/Ann/Sky/02 Bleu\u{301}.flac\r\n\
        file:///music/%23odd.flac\r\n\
        #EXTINF:61,Bob - Blue\r\nD:\\Old\\sea\\01 blue.FLAC\r\n\
        #EXTINF:60,Ann - Blue\r\nelsewhere.mp3\r\n\
        #EXTINF:200,Cid - Lost\r\nlost/a.mp3\r\n\
        http://radio.example/live\r\n\
        ../Ann/Sky/01 Blue.flac\r\n";
    let import = import(&world, text.as_bytes(), "/music/lists").await;
    assert_eq!((import.playlist.name.as_str(), import.matched), ("Road", 6));
    assert_eq!((import.playlist.entry_count, import.playlist.duration_ms), (8, 560_000));
    let lost: Vec<_> = import
        .unresolved
        .iter()
        .map(|entry| (entry.place, entry.location.as_str(), entry.title.as_deref()))
        .collect();
    let expected = [
        (15, "/music/lists/lost/a.mp3", Some("Cid - Lost")),
        (17, "http://radio.example/live", None),
    ];
    let places: Vec<_> = lost.iter().map(|(_, location, title)| (*location, *title)).collect();
    assert_eq!(places, expected.map(|(_, location, title)| (location, title)));
    assert!(lost[0].0 < lost[1].0);
    let (titles, _) = content(&world, &import.playlist.id).await;
    let lost = "/music/lists/lost/a.mp3";
    let radio = "http://radio.example/live";
    assert_eq!(titles, ["Blue", "Bleué", "Odd", "Blue", "Blue", lost, radio, "Blue"]);
    let entries = world.library.playlist_entries(&import.playlist.id, None, None).await.unwrap();
    let artist = |index: usize| entries.items[index].track.clone().unwrap().artist.unwrap();
    assert_eq!((artist(3), artist(4)), ("Bob".to_owned(), "Ann".to_owned()));
    assert_eq!(entries.items[5].title.as_deref(), Some("Cid - Lost"));
}

/// What could mean several tracks means none of them.
#[core_async::test]
async fn nothing_is_guessed() {
    let world = world().await;
    let import = import(&world, b"#EXTINF:60,Somebody - Blue\n01 Blue.flac\n", "/x").await;
    assert_eq!(import.matched, 0);
    assert_eq!((import.playlist.name.as_str(), import.playlist.entry_count), ("Unnamed", 1));
}

#[core_async::test]
async fn an_old_m3u_is_latin_1() {
    let world = World::new().await;
    add(&world.library, vec![file("m/Björk.mp3", "Jóga", "Björk", "H")]).await;
    let import = import(&world, b"#EXTINF:60,Bj\xf6rk - J\xf3ga\rBj\xf6rk.mp3\r", "m").await;
    assert_eq!((import.matched, import.unresolved.len()), (1, 0));
}

#[core_async::test]
async fn every_format_and_path_style_comes_back() {
    let world = world().await;
    let text = "#PLAYLIST:Röad\n#EXTINF:60,Cid - Lost\n/gone/a.mp3\n/music/#odd.flac\n\
        /music/Ann/Sky/01 Blue.flac\n/music/#odd.flac\n";
    let first = import(&world, text.as_bytes(), "").await.playlist;
    let expected = content(&world, &first.id).await.0;
    assert_eq!(expected, ["/gone/a.mp3", "Odd", "Blue", "Odd"]);
    for format in [PlaylistFormat::M3u8, PlaylistFormat::Json] {
        for folder in ["", "/music/lists", "/"] {
            let paths = match folder {
                "" => PathStyle::Absolute,
                folder => PathStyle::RelativeTo(folder.to_owned()),
            };
            let text = world.library.export_playlist(&first.id, format, &paths).await.unwrap();
            let back = import(&world, text.as_bytes(), folder).await;
            assert_eq!(back.playlist.name, "Röad");
            assert_eq!(content(&world, &back.playlist.id).await.0, expected, "{text}");
            assert_eq!(back.playlist.duration_ms, first.duration_ms);
            assert_eq!(back.unresolved.len(), 1);
            assert_eq!(back.unresolved[0].title.as_deref(), Some("Cid - Lost"));
        }
    }
    let relative = PathStyle::RelativeTo("/music/lists".into());
    let text =
        world.library.export_playlist(&first.id, PlaylistFormat::M3u8, &relative).await.unwrap();
    assert!(
        text.contains("\n../#odd.flac\n") && text.contains("\n#EXTINF:60,Ann - Blue\n"),
        "{text}"
    );
}

#[core_async::test]
async fn rules_travel_as_json() {
    let world = world().await;
    let rules = r#"{"rules": [{"field": "artist", "operator": "is", "value": "ann"}]}"#;
    let rules = serde_json::from_str(rules).unwrap();
    let new = NewPlaylist { name: "Ann".into(), rules: Some(rules), ..NewPlaylist::default() };
    let smart = world.library.create_playlist(new).await.unwrap();
    let paths = PathStyle::Absolute;
    let text =
        world.library.export_playlist(&smart.id, PlaylistFormat::Json, &paths).await.unwrap();
    let back = import(&world, text.as_bytes(), "").await.playlist;
    assert_eq!((&back.rules, back.entry_count), (&smart.rules, 2));
    let text =
        world.library.export_playlist(&smart.id, PlaylistFormat::M3u8, &paths).await.unwrap();
    let back = import(&world, text.as_bytes(), "").await;
    assert_eq!((back.playlist.rules, back.matched), (None, 2));
}

#[core_async::test]
async fn files_that_are_no_playlist_leave_nothing_behind() {
    let world = world().await;
    for bytes in [
        &b"{"[..],
        br#"{"format": "other", "version": 1, "entries": []}"#,
        br#"{"format": "music-platform-playlist", "version": 2}"#,
    ] {
        let source = PlaylistSource { bytes, folder: "", name: "x" };
        let error = world.library.import_playlist(&source).await.unwrap_err();
        assert!(matches!(error, PlaylistError::InvalidFile(_)), "{error}");
    }
    let nameless = PlaylistSource { bytes: b"a.mp3", folder: "", name: "" };
    world.library.import_playlist(&nameless).await.unwrap_err();
    assert_eq!(world.library.playlist_count().await.unwrap(), 0);
    playlist(&world, "x", &[]).await;
}
