//! Who is who, and which tracks make an album.

use core_library::{AlbumQuery, Artist, ArtistQuery, FileChange, Library, TrackQuery};

use crate::support::{add, add_one, all_tracks, file, library};

const ONE: &str = "10000000-0000-4000-8000-000000000001";
const OTHER: &str = "20000000-0000-4000-8000-000000000002";

async fn artists(library: &Library) -> Vec<Artist> {
    library.artists(&ArtistQuery::default()).await.unwrap().items
}

async fn albums(library: &Library) -> Vec<(String, Option<String>, u32)> {
    let albums = library.albums(&AlbumQuery::default()).await.unwrap().items;
    albums.into_iter().map(|album| (album.title, album.artist, album.track_count)).collect()
}

#[core_async::test]
async fn two_artists_of_one_name_are_told_apart_by_their_ids() {
    let (library, _) = library().await;
    let mut first = file("m/1", "One", "Nirvana", "Bleach");
    first.mb_artist_ids = vec![ONE.into()];
    let mut second = file("m/2", "Two", "NIRVANA", "Simon Simopath");
    second.mb_artist_ids = vec![OTHER.into()];
    add(&library, vec![first, second]).await;
    let found = artists(&library).await;
    assert_eq!(found.len(), 2);
    let by = |artist: &str| TrackQuery { artist: Some(artist.into()), ..TrackQuery::default() };
    for artist in &found {
        let tracks = library.tracks(&by(&artist.id)).await.unwrap().items;
        assert_eq!(tracks.len(), 1);
    }
    assert_eq!(library.tracks(&by("nirvana")).await.unwrap().items.len(), 2, "a name is both");
}

#[core_async::test]
async fn an_id_that_comes_later_joins_the_artist_without_one() {
    let (library, _) = library().await;
    add(&library, vec![file("m/1", "One", "Low", "Hey What")]).await;
    let before = artists(&library).await.remove(0);
    let mut known = file("m/2", "Two", "Low", "Hey What");
    known.mb_artist_ids = vec![ONE.into()];
    add(&library, vec![known, file("m/3", "Three", "low", "Hey What")]).await;
    let after = artists(&library).await;
    assert_eq!(after.len(), 1);
    assert_eq!((&after[0].id, after[0].track_count), (&before.id, 3));
    assert_eq!(after[0].mb_artist_id.as_deref(), Some(ONE));
}

#[core_async::test]
async fn every_credited_artist_has_the_track() {
    let (library, _) = library().await;
    let mut duet = file("m/1", "Duet", "A feat. B", "Album");
    duet.artists = vec!["A".into(), "B".into()];
    duet.album_artist = Some("A".into());
    let track = add_one(&library, duet).await;
    let names: Vec<_> = track.artists.iter().map(|credit| credit.name.as_str()).collect();
    assert_eq!((track.artist.as_deref(), names), (Some("A feat. B"), vec!["A", "B"]));
    assert_eq!(track.artist_id.as_ref(), Some(&track.artists[0].id));
    for (artist, by_album_artist) in [("a", 1), ("b", 0)] {
        let by = TrackQuery { artist: Some(artist.into()), ..TrackQuery::default() };
        assert_eq!(library.tracks(&by).await.unwrap().items.len(), 1, "{artist}");
        let by = TrackQuery { album_artist: Some(artist.into()), ..TrackQuery::default() };
        let found = library.tracks(&by).await.unwrap().items.len();
        assert_eq!(found, by_album_artist, "{artist}");
    }
    let counts: Vec<_> =
        artists(&library).await.iter().map(|a| (a.track_count, a.album_count)).collect();
    assert_eq!(counts, [(1, 1), (1, 0)]);
    let main = ArtistQuery { has_albums: true, ..ArtistQuery::default() };
    assert_eq!(library.artists(&main).await.unwrap().items.len(), 1, "B is a guest");
}

#[core_async::test]
async fn an_artist_is_called_as_its_files_are_retagged() {
    let (library, _) = library().await;
    let track = add_one(&library, file("m/1", "One", "Bjork", "Debut")).await;
    let file = file("m/1", "One", "Björk", "Debut");
    library.apply(vec![FileChange::Update { track_id: track.id, file }]).await.unwrap();
    let after = artists(&library).await;
    assert_eq!(after.len(), 1);
    assert_eq!((after[0].name.as_str(), Some(&after[0].id)), ("Björk", track.artist_id.as_ref()));
}

#[core_async::test]
async fn compilations_are_one_album_by_various_artists() {
    let (library, _) = library().await;
    let mut files = Vec::new();
    for (path, artist) in [("a/1", "A"), ("b/2", "B"), ("c/3", "C")] {
        let mut file = file(path, "T", artist, "Hits");
        file.compilation = true;
        files.push(file);
    }
    add(&library, files).await;
    let various = Some("Various Artists".to_owned());
    assert_eq!(albums(&library).await, [("Hits".to_owned(), various, 3)]);
    let query = AlbumQuery { artist: Some("various artists".into()), ..AlbumQuery::default() };
    assert_eq!(library.albums(&query).await.unwrap().items.len(), 1);
    let query = AlbumQuery { compilation: Some(false), ..AlbumQuery::default() };
    assert_eq!(library.albums(&query).await.unwrap().items.len(), 0);
}

#[core_async::test]
async fn discs_in_sibling_folders_are_one_album_in_order() {
    let (library, _) = library().await;
    let mut files = Vec::new();
    for (path, album) in [
        ("m/Box/CD2/01", "Box"),
        ("m/Box/CD1/02", "Box"),
        ("m/Box/CD1/01", "Box"),
        ("m/Box/Disc 3 - Live/01", "Box [Disc 3]"),
    ] {
        let mut file = file(path, path, "A", album);
        file.track_number = path.rsplit('/').next().and_then(|number| number.parse().ok());
        files.push(file);
    }
    add(&library, files).await;
    assert_eq!(albums(&library).await, [("Box".to_owned(), Some("A".to_owned()), 4)]);
    let album = library.albums(&AlbumQuery::default()).await.unwrap().items.remove(0);
    assert_eq!(album.disc_count, 3);
    let query = TrackQuery { album: Some(album.id), ..TrackQuery::default() };
    let tracks = library.tracks(&query).await.unwrap().items;
    let paths: Vec<_> = tracks.iter().map(|track| &*track.path).collect();
    let expected = ["m/Box/CD1/01", "m/Box/CD1/02", "m/Box/CD2/01", "m/Box/Disc 3 - Live/01"];
    assert_eq!(paths, expected);
}

#[core_async::test]
async fn editions_are_told_apart_by_release_and_joined_without() {
    let (library, _) = library().await;
    let edition = |path: &str, release: Option<&str>| {
        let mut file = file(path, "T", "A", "Album");
        file.album_artist = Some("A".into());
        file.mb_album_id = release.map(str::to_owned);
        file
    };
    // The album without release becomes the first one that names it.
    let first = add_one(&library, edition("m/1", None)).await;
    let second = add_one(&library, edition("m/2", Some(ONE))).await;
    assert_eq!(first.album_id, second.album_id);
    let third = add_one(&library, edition("m/3", Some(OTHER))).await;
    assert_ne!(third.album_id, first.album_id);
    // Read again, a track stays where it was.
    let change = FileChange::Update { track_id: first.id.clone(), file: edition("m/1", None) };
    library.apply(vec![change]).await.unwrap();
    assert_eq!(library.track(&first.id).await.unwrap().album_id, first.album_id);
    assert_eq!(library.counts().await.unwrap().albums, 2);
}

#[core_async::test]
async fn what_has_no_tags_is_listed_by_its_file_name() {
    let (library, _) = library().await;
    let untagged = core_library::ScannedFile {
        path: "m/some song.mp3".into(),
        codec: "mp3".into(),
        artists: vec![" ".into()],
        ..Default::default()
    };
    add(&library, vec![untagged]).await;
    let track = all_tracks(&library).await.remove(0);
    assert_eq!((&*track.title, track.artist, track.album_id), ("some song", None, None));
    let counts = library.counts().await.unwrap();
    assert_eq!((counts.tracks, counts.albums, counts.artists), (1, 0, 0));
}
