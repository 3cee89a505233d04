//! Search as you type.

use core_library::{
    FileChange, Library, Lyrics, LyricsLine, NewPlaylist, PlaylistChange, SearchQuery,
    SearchResults,
};

use crate::support::{add, all_tracks, file, library};

async fn titles(library: &Library, text: &str) -> Vec<String> {
    let found = search(library, text, None).await;
    found.tracks.into_iter().map(|track| track.title).collect()
}

async fn search(library: &Library, text: &str, limit: Option<u32>) -> SearchResults {
    library.search(&SearchQuery { text: text.into(), limit }).await.unwrap()
}

#[core_async::test]
async fn words_match_across_fields_without_accents() {
    let (library, _) = library().await;
    add(
        &library,
        vec![
            file("m/1", "Hoppípolla", "Sigur Rós", "Takk..."),
            file("m/2", "Ænima", "Tool", "Ænima"),
            file("m/3", "T.N.T.", "AC/DC", "High Voltage"),
            file("m/4", "群青日和", "東京事変", "教育"),
            file("m/5", "Takk", "Somebody", "Else"),
        ],
    )
    .await;
    assert_eq!(titles(&library, "hopp sig").await, ["Hoppípolla"]);
    assert_eq!(titles(&library, "AENIMA").await, ["Ænima"]);
    assert_eq!(titles(&library, "ac/dc").await, ["T.N.T."]);
    assert_eq!(titles(&library, "事変").await, ["群青日和"]);
    assert_eq!(titles(&library, "京事").await, ["群青日和"]);
    assert_eq!(titles(&library, "takk").await, ["Takk", "Hoppípolla"]);
    assert!(titles(&library, "polla").await.is_empty());
    for text in ["", "\"", "AND OR", "*", "(\"", "-", "a\u{0}b", "'; DROP TABLE tracks; --"] {
        titles(&library, text).await;
    }
    let found = search(&library, "sigur", Some(1)).await;
    assert_eq!(
        (found.artists[0].name.as_str(), found.albums[0].title.as_str()),
        ("Sigur Rós", "Takk...")
    );
}

#[core_async::test]
async fn exact_names_come_first_then_beginnings_words_and_typos() {
    let (library, _) = library().await;
    let titles_in = ["Haven", "Heaven Knows", "Stairway to Heaven", "Heaven", "Hell"];
    let files = titles_in.map(|title| file(&format!("m/{title}"), title, "A", "B"));
    add(&library, files.into()).await;
    let expected = ["Heaven", "Heaven Knows", "Stairway to Heaven", "Haven"];
    assert_eq!(titles(&library, "heaven").await, expected);
    assert_eq!(search(&library, "heaven", Some(2)).await.tracks.len(), 2);
    assert!(search(&library, "heaven", Some(0)).await.tracks.is_empty());
}

#[core_async::test]
async fn one_typo_is_forgiven_in_words_of_five_letters() {
    let (library, _) = library().await;
    add(
        &library,
        vec![
            file("m/1", "Smells Like Teen Spirit", "Nirvana", "Nevermind"),
            file("m/2", "Hyperballad", "Björk", "Post"),
            file("m/3", "Love", "Nobody", "Nowhere"),
        ],
    )
    .await;
    for text in ["nirvanna", "nirvna", "mirvana", "nrivana", "nirvaan", "smels like spirti"] {
        assert_eq!(titles(&library, text).await, ["Smells Like Teen Spirit"], "{text}");
    }
    for text in ["bjrok", "bjöork", "hyperbalad", "hiperballad", "hyprebal"] {
        assert_eq!(titles(&library, text).await, ["Hyperballad"], "{text}");
    }
    for text in ["lovr", "nirvnaa x", "nivrnaa", "spirti zzz", "nirxxna"] {
        assert!(titles(&library, text).await.is_empty(), "{text}");
    }
    assert_eq!(search(&library, "nirvanna", None).await.artists[0].name, "Nirvana");
    assert_eq!(search(&library, "nevermidn", None).await.albums[0].title, "Nevermind");
}

#[core_async::test]
async fn the_best_are_found_however_many_match() {
    let (library, _) = library().await;
    let mut files: Vec<_> = (0..3_000)
        .map(|n| file(&format!("m/{n:04}"), &format!("Aaa{n} Love"), "Artist", &format!("L{n}")))
        .collect();
    files.push(file("z/1", "Love", "Zz", "Z"));
    files.push(file("z/2", "Love Zebra", "Zz", "Z"));
    add(&library, files).await;
    let found = search(&library, "love", Some(4)).await.tracks;
    let found: Vec<_> = found.iter().map(|track| track.title.as_str()).collect();
    assert_eq!(found, ["Love", "Love Zebra", "Aaa0 Love", "Aaa1 Love"]);
    let albums = search(&library, "l", Some(3)).await.albums;
    assert_eq!(albums.len(), 3);
}

#[core_async::test]
async fn punctuation_inside_words_makes_no_difference() {
    let (library, _) = library().await;
    add(
        &library,
        vec![
            file("m/1", "Don't Stop Me Now", "Queen", "Jazz"),
            file("m/2", "Thunderstruck", "AC/DC", "The Razors Edge"),
            file("m/3", "L'amour", "Somebody", "B-Sides"),
            file("m/4", "HipHop", "Someone", "X"),
        ],
    )
    .await;
    for text in ["dont stop", "don't stop", "don’t stop", "don t stop", "dont s"] {
        assert_eq!(titles(&library, text).await, ["Don't Stop Me Now"], "{text}");
    }
    for text in ["acdc", "ac/dc", "ac dc", "ac-dc"] {
        assert_eq!(titles(&library, text).await, ["Thunderstruck"], "{text}");
    }
    for text in ["amour", "lamour", "l'amour"] {
        assert_eq!(titles(&library, text).await, ["L'amour"], "{text}");
    }
    assert_eq!(titles(&library, "hip-hop").await, ["HipHop"]);
}

#[core_async::test]
async fn scripts_without_word_borders_are_found_inside() {
    let (library, _) = library().await;
    add(
        &library,
        vec![
            file("m/1", "한 페이지가 될 수 있게", "데이식스", "The Book of Us"),
            file("m/2", "ความรัก", "ใครสักคน", "อัลบั้ม"),
            file("m/3", "残酷な天使のテーゼ", "高橋洋子", "NEON GENESIS"),
        ],
    )
    .await;
    assert_eq!(titles(&library, "이지").await, ["한 페이지가 될 수 있게"]);
    assert_eq!(titles(&library, "รัก").await, ["ความรัก"]);
    assert_eq!(titles(&library, "天使 洋子").await, ["残酷な天使のテーゼ"]);
    assert!(titles(&library, "使天").await.is_empty());
}

#[core_async::test]
async fn what_is_played_and_liked_comes_first_among_equals() {
    let (library, _) = library().await;
    let titles_in = ["Blue Moon", "Blue Monday", "Blue Train", "Blue"];
    let files = titles_in.map(|title| file(&format!("m/{title}"), title, "A", "B"));
    add(&library, files.into()).await;
    let id = |title: &str| {
        let title = title.to_owned();
        let tracks = all_tracks(&library);
        async move { tracks.await.into_iter().find(|track| track.title == title).unwrap().id }
    };
    library.rate_tracks(&[id("Blue Train").await], Some(90)).await.unwrap();
    assert_eq!(
        titles(&library, "blue").await,
        ["Blue", "Blue Train", "Blue Monday", "Blue Moon"],
        "rated first, then by title"
    );
}

#[core_async::test]
async fn playlists_are_found_by_name() {
    let (library, _) = library().await;
    let new = NewPlaylist { name: "Sunday Mornings".into(), ..NewPlaylist::default() };
    let playlist = library.create_playlist(new).await.unwrap();
    for text in ["sunday", "MORN", "mornigns"] {
        let found = search(&library, text, None).await.playlists;
        assert_eq!(found, std::slice::from_ref(&playlist), "{text}");
    }
    let change = PlaylistChange { name: Some("Öde Tage".into()), ..PlaylistChange::default() };
    library.change_playlist(&playlist.id, &change).await.unwrap();
    assert!(search(&library, "sunday", None).await.playlists.is_empty());
    assert_eq!(search(&library, "ode tage", None).await.playlists.len(), 1);
}

#[core_async::test]
async fn lyrics_are_found_behind_names_and_follow_renames() {
    let (library, _) = library().await;
    let mut sung = file("m/1", "Untitled", "Somebody", "Record");
    let line = LyricsLine { at_ms: 10, text: "Across the évening sky".into() };
    sung.lyrics = Some(Lyrics { lines: vec![line], ..Lyrics::default() });
    add(&library, vec![sung.clone(), file("m/2", "Evening", "Else", "Other")]).await;
    assert_eq!(titles(&library, "evening").await, ["Evening", "Untitled"]);
    assert_eq!(titles(&library, "somebody across sk").await, ["Untitled"]);
    assert!(titles(&library, "acrosss").await.is_empty(), "no typos in lyrics");
    let id = all_tracks(&library).await.into_iter().find(|t| t.path == "m/1").unwrap().id;
    sung.artist = Some("Renamed".into());
    library.apply(vec![FileChange::Update { track_id: id, file: sung }]).await.unwrap();
    assert_eq!(titles(&library, "renamed across").await, ["Untitled"]);
    assert!(titles(&library, "somebody across").await.is_empty());
    assert_eq!(titles(&library, "rename").await, ["Untitled"]);
}
