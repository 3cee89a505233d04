//! Genres, folders, every filter, every sort, pages and streams.

use core_library::{
    AlbumQuery, ArtistQuery, FileChange, FolderQuery, GenreQuery, Library, NewPlaylist, Track,
    TrackQuery,
};
use futures::TryStreamExt;

use crate::support::{World, add, add_one, all_tracks, file, library};

async fn titles(library: &Library, query: TrackQuery) -> Vec<String> {
    let count = library.count_tracks(&query).await.unwrap();
    let page = library.tracks(&query).await.unwrap();
    assert_eq!(page.items.len() as u64, count);
    page.items.into_iter().map(|track| track.title).collect()
}

#[core_async::test]
async fn genres_and_folders_are_browsed_with_their_counts() {
    let (library, _) = library().await;
    let mut files = Vec::new();
    for (path, genres) in [
        ("m/a/1", &["Rock", "Jazz"][..]),
        ("m/a/2", &["rock"]),
        ("m/a/deep/3", &["Ambient"]),
        ("m/b/4", &[]),
    ] {
        let mut file = file(path, path, "A", "Album");
        file.genres = genres.iter().map(|&genre| genre.to_owned()).collect();
        files.push(file);
    }
    add(&library, files).await;
    let sort = Some("-tracks".into());
    let genres = library.genres(&GenreQuery { sort, ..GenreQuery::default() }).await.unwrap();
    let told: Vec<_> = genres.items.iter().map(|g| (&*g.name, g.track_count)).collect();
    assert_eq!(told[0], ("Rock", 2));
    assert_eq!(told.len(), 3);
    assert_eq!(library.genre("jazz").await.unwrap().name, "Jazz");
    let query = GenreQuery { text: Some("amb".into()), ..GenreQuery::default() };
    assert_eq!(library.genres(&query).await.unwrap().items.len(), 1);
    for (genre, count) in [("ROCK", 2), ("Jazz", 1), ("Pop", 0)] {
        let query = TrackQuery { genre: Some(genre.into()), ..TrackQuery::default() };
        assert_eq!(titles(&library, query).await.len(), count, "{genre}");
    }

    let top = library.folders(&FolderQuery::default()).await.unwrap().items;
    let told = |f: &core_library::Folder| {
        (f.id.clone(), f.track_count, f.own_track_count, f.folder_count, f.duration_ms)
    };
    assert_eq!(top.iter().map(told).collect::<Vec<_>>(), [("m".into(), 4, 0, 2, 240_000)]);
    let query = FolderQuery { parent: Some("m".into()), ..FolderQuery::default() };
    let below = library.folders(&query).await.unwrap().items;
    let expected = [("m/a".into(), 3, 2, 1, 180_000), ("m/b".into(), 1, 1, 0, 60_000)];
    assert_eq!(below.iter().map(told).collect::<Vec<_>>(), expected);
    assert_eq!(library.folder("m/a/deep").await.unwrap().name, "deep");
    let query = FolderQuery { text: Some("deep".into()), ..FolderQuery::default() };
    assert_eq!(library.folders(&query).await.unwrap().items.len(), 1);
    for (folder, count) in [("m/a", 3), ("m/a/", 3), ("m", 4), ("m/", 4), ("x", 0), ("", 4)] {
        let query = TrackQuery { folder: Some(folder.into()), ..TrackQuery::default() };
        assert_eq!(titles(&library, query).await.len(), count, "{folder}");
    }
    for (folder, count) in [("m/a", 2), ("m", 0), ("m/a/deep", 1)] {
        let query = TrackQuery { in_folder: Some(folder.into()), ..TrackQuery::default() };
        assert_eq!(titles(&library, query).await.len(), count, "{folder}");
    }
}

/// Three tracks that differ in everything that can be asked for.
async fn varied() -> (World, Vec<Track>) {
    let fixture = World::new().await;
    fixture.clock.set(1_000);
    for (n, title) in ["a", "b", "c"].into_iter().enumerate() {
        let number = i32::try_from(n).unwrap();
        let mut file = file(&format!("m/{title}"), title, &format!("Artist {title}"), title);
        file.year = (n > 0).then_some(2000 + number);
        file.duration_ms = Some(60_000 * (n as u64 + 1));
        add(&fixture.library, vec![file]).await;
        fixture.clock.advance(core_async::time::Duration::from_secs(1));
    }
    let tracks = all_tracks(&fixture.library).await;
    for (n, track) in tracks.iter().enumerate().skip(1) {
        let n = i64::try_from(n).unwrap();
        fixture.set(&track.id, "rating", 40 * n).await;
        fixture.set(&track.id, "play_count", 5 * n).await;
        fixture.set(&track.id, "last_played_at", 7_000 + n).await;
        fixture.set(&track.id, "favourite", n == 2).await;
    }
    (fixture, tracks)
}

#[core_async::test]
async fn every_filter_narrows() {
    let (World { library, .. }, tracks) = varied().await;
    let list = NewPlaylist {
        name: "list".into(),
        track_ids: vec![tracks[2].id.clone(), tracks[0].id.clone(), tracks[2].id.clone()],
        ..NewPlaylist::default()
    };
    let list = library.create_playlist(list).await.unwrap().id;
    let all = TrackQuery::default;
    let text = |text: &str| Some(text.to_owned());
    for (query, expected) in [
        (TrackQuery { artist: text("artist b"), ..all() }, "b"),
        (TrackQuery { album: text("c"), ..all() }, "c"),
        (TrackQuery { year: Some(2001), ..all() }, "b"),
        (TrackQuery { year_from: Some(2001), year_to: Some(2001), ..all() }, "b"),
        (TrackQuery { year_from: Some(1), ..all() }, "bc"),
        (TrackQuery { year_to: Some(2001), ..all() }, "b"),
        (TrackQuery { duration_from: Some(120_000), ..all() }, "bc"),
        (TrackQuery { duration_to: Some(119_999), ..all() }, "a"),
        (TrackQuery { text: text("artist"), ..all() }, "abc"),
        (TrackQuery { text: text("art b"), ..all() }, "b"),
        (TrackQuery { text: text("?!"), ..all() }, ""),
        (TrackQuery { rating_from: Some(41), ..all() }, "c"),
        (TrackQuery { rating_to: Some(41), ..all() }, "b"),
        (TrackQuery { favourite: Some(true), ..all() }, "c"),
        (TrackQuery { favourite: Some(false), ..all() }, "ab"),
        (TrackQuery { play_count_from: Some(1), ..all() }, "bc"),
        (TrackQuery { play_count_to: Some(0), ..all() }, "a"),
        (TrackQuery { added_from: Some(2_000), ..all() }, "bc"),
        (TrackQuery { added_to: Some(2_999), ..all() }, "ab"),
        (TrackQuery { last_played_from: Some(7_002), ..all() }, "c"),
        (TrackQuery { last_played_to: Some(9_000), ..all() }, "bc"),
        (TrackQuery { favourite: Some(false), year_from: Some(2000), ..all() }, "b"),
        (TrackQuery { deleted: true, ..all() }, ""),
        (TrackQuery { playlist: Some(list.clone()), ..all() }, "ac"),
        (TrackQuery { playlist: Some(list), year_from: Some(1), ..all() }, "c"),
    ] {
        assert_eq!(titles(&library, query.clone()).await.concat(), expected, "{query:?}");
    }
    let albums = |query: AlbumQuery| {
        let library = library.clone();
        async move {
            let albums = library.albums(&query).await.unwrap().items;
            albums.into_iter().map(|album| album.title).collect::<String>()
        }
    };
    let all = AlbumQuery::default;
    assert_eq!(
        albums(AlbumQuery { year_from: Some(2001), year_to: Some(2001), ..all() }).await,
        "b"
    );
    assert_eq!(albums(AlbumQuery { text: text("artist c"), ..all() }).await, "c");
    assert_eq!(albums(AlbumQuery { sort: text("-duration"), ..all() }).await, "cba");
    assert_eq!(albums(AlbumQuery { sort: text("tracks"), ..all() }).await, "abc");
    let query = ArtistQuery { text: text("art c"), ..ArtistQuery::default() };
    assert_eq!(library.artists(&query).await.unwrap().items.len(), 1);
}

#[core_async::test]
async fn every_sort_orders_and_comes_in_pages() {
    let (World { library, .. }, _) = varied().await;
    for (sort, expected) in [
        ("title", "abc"),
        ("-title", "cba"),
        ("artist", "abc"),
        ("-album", "cba"),
        ("year", "abc"),
        ("-year", "cba"),
        ("duration", "abc"),
        ("-added", "cba"),
        ("rating", "abc"),
        ("-rating", "cba"),
        ("-play_count", "cba"),
        ("last_played", "abc"),
        ("-last_played", "cba"),
        ("path", "abc"),
    ] {
        let mut query =
            TrackQuery { sort: Some(sort.into()), limit: Some(1), ..TrackQuery::default() };
        let mut found = String::new();
        loop {
            let page = library.tracks(&query).await.unwrap();
            found.extend(page.items.into_iter().map(|track| track.title));
            match page.next {
                Some(next) => query.after = Some(next),
                None => break,
            }
        }
        assert_eq!(found, expected, "{sort}");
    }
}

#[core_async::test]
async fn sort_names_decide_the_order() {
    let (library, _) = library().await;
    for (artist, sort) in [("The Beatles", Some("Beatles, The")), ("Cat", None), ("Abba", None)] {
        let mut file = file(&format!("m/{artist}"), artist, artist, artist);
        file.artist_sort = sort.map(str::to_owned);
        file.title_sort = sort.map(str::to_owned);
        file.album_sort = sort.map(str::to_owned);
        add_one(&library, file).await;
    }
    let expected = ["Abba", "The Beatles", "Cat"];
    assert_eq!(titles(&library, TrackQuery::default()).await, expected);
    let sort = Some("artist".to_owned());
    assert_eq!(titles(&library, TrackQuery { sort, ..TrackQuery::default() }).await, expected);
    let artists = library.artists(&ArtistQuery::default()).await.unwrap().items;
    assert_eq!(artists.iter().map(|artist| &*artist.name).collect::<Vec<_>>(), expected);
    let albums = library.albums(&AlbumQuery::default()).await.unwrap().items;
    assert_eq!(albums.iter().map(|album| &*album.title).collect::<Vec<_>>(), expected);
    let by_name = TrackQuery { album: Some("the beatles".into()), ..TrackQuery::default() };
    assert_eq!(titles(&library, by_name).await, ["The Beatles"]);
}

#[core_async::test]
async fn pages_stay_whole_while_tracks_come_and_go() {
    let (library, _) = library().await;
    let files = (0..40).map(|n| file(&format!("m/{n:02}"), &format!("t{n:02}"), "A", "X"));
    add(&library, files.collect()).await;
    let before = all_tracks(&library).await;
    let mut query = TrackQuery { limit: Some(5), ..TrackQuery::default() };
    let mut seen = Vec::new();
    for (round, gone) in before.iter().enumerate() {
        let page = library.tracks(&query).await.unwrap();
        seen.extend(page.items.into_iter().map(|track| track.title));
        // Something comes before and behind the page, and something read already goes.
        for side in ["a", "t99"] {
            let path = format!("n/{side}{round}");
            add(&library, vec![file(&path, &format!("{side}{round}"), "A", "X")]).await;
        }
        library.remove_tracks(std::slice::from_ref(&gone.id)).await.unwrap();
        match page.next {
            Some(next) if round < 7 => query.after = Some(next),
            _ => break,
        }
    }
    let stayed: Vec<_> = seen.iter().filter(|title| title.len() == 3).collect();
    let expected: Vec<_> = (0..40).map(|n| format!("t{n:02}")).collect();
    assert_eq!(stayed, expected.iter().collect::<Vec<_>>());
}

#[core_async::test]
async fn a_stream_has_every_match_once() {
    let (library, _) = library().await;
    let files = (0..450).map(|n| file(&format!("m/{}/{n:03}", n % 2), "T", "A", "X"));
    library.apply(files.map(FileChange::Add).collect()).await.unwrap();
    let query = TrackQuery { folder: Some("m/1".into()), limit: Some(1), ..TrackQuery::default() };
    let stream = library.stream_tracks(&query).await.unwrap();
    let tracks: Vec<Track> = stream.try_collect().await.unwrap();
    assert_eq!(tracks.len(), 225);
    assert!(tracks.is_sorted_by_key(|track| track.path.clone()));
    let bad = TrackQuery { sort: Some("colour".into()), ..TrackQuery::default() };
    assert!(library.stream_tracks(&bad).await.is_err());
}
