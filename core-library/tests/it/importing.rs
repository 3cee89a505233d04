//! What imports do to tracks, albums and artists.

use core_library::{AlbumQuery, ArtistQuery, FileChange, LibraryError};
use core_runtime::{Event, LibraryEvent};

use crate::support::{add, all_tracks, file, library};

#[core_async::test]
async fn added_files_become_tracks_albums_and_artists() {
    let (library, events) = library().await;
    let mut receiver = events.subscribe();
    let mut second = file("m/a/2.flac", "Two", "Björk", "Post");
    second.has_cover = true;
    second.year = Some(1995);
    add(&library, vec![file("m/a/1.flac", "One", "Björk", "Post"), second]).await;

    let albums = library.albums(&AlbumQuery::default()).await.unwrap().items;
    assert_eq!(albums.len(), 1);
    let album = &albums[0];
    assert_eq!((album.title.as_str(), album.track_count, album.duration_ms), ("Post", 2, 120_000));
    assert_eq!((album.artist.as_deref(), album.year), (Some("Björk"), Some(1995)));
    assert!(album.has_cover);
    let artists = library.artists(&ArtistQuery::default()).await.unwrap().items;
    assert_eq!(
        (artists[0].name.as_str(), artists[0].track_count, artists[0].album_count),
        ("Björk", 2, 1)
    );
    let tracks = all_tracks(&library).await;
    assert_eq!(album.cover_track_id.as_ref(), Some(&tracks[1].id));

    for track in &tracks {
        let expected = LibraryEvent::TrackAdded { track_id: track.id.clone() };
        assert_eq!(receiver.recv().await, Ok(Event::Library(expected)));
    }
    let expected = LibraryEvent::AlbumAdded { album_id: album.id.clone() };
    assert_eq!(receiver.recv().await, Ok(Event::Library(expected)));
}

#[core_async::test]
async fn a_compilation_without_album_artist_stays_one_album() {
    let (library, _) = library().await;
    add(&library, vec![file("c/1.mp3", "A", "X", "Hits"), file("c/2.mp3", "B", "Y", "Hits")]).await;
    add(&library, vec![file("d/1.mp3", "C", "Z", "Hits")]).await;
    let albums = library.albums(&AlbumQuery::default()).await.unwrap().items;
    let artists: Vec<_> = albums.iter().map(|album| album.artist.as_deref().unwrap()).collect();
    assert_eq!(artists, ["Various Artists", "Z"]);
}

#[core_async::test]
async fn retagging_moves_a_track_to_another_album_and_empties_the_old() {
    let (library, _) = library().await;
    add(&library, vec![file("m/1.flac", "One", "Old", "First")]).await;
    let before = all_tracks(&library).await.remove(0);
    let retagged = file("m/1.flac", "Uno", "New", "Second");
    let change = FileChange::Update { track_id: before.id.clone(), file: retagged };
    library.apply(vec![change]).await.unwrap();

    let after = library.track(&before.id).await.unwrap();
    assert_eq!((after.title.as_str(), after.added_at), ("Uno", before.added_at));
    let albums = library.albums(&AlbumQuery::default()).await.unwrap().items;
    assert_eq!(albums.iter().map(|album| album.title.as_str()).collect::<Vec<_>>(), ["Second"]);
    let artists = library.artists(&ArtistQuery::default()).await.unwrap().items;
    assert_eq!(artists.iter().map(|artist| artist.name.as_str()).collect::<Vec<_>>(), ["New"]);
}

#[core_async::test]
async fn two_files_can_swap_their_places() {
    let (library, _) = library().await;
    add(&library, vec![file("m/1.flac", "One", "A", "X"), file("m/2.flac", "Two", "A", "X")]).await;
    let tracks = all_tracks(&library).await;
    let swap = |at: usize, path: &str| {
        let title = tracks[at].title.as_str();
        FileChange::Move { track_id: tracks[at].id.clone(), file: file(path, title, "A", "X") }
    };
    library.apply(vec![swap(0, "m/2.flac"), swap(1, "m/1.flac")]).await.unwrap();
    assert_eq!(library.track(&tracks[0].id).await.unwrap().path, "m/2.flac");
    assert_eq!(library.track(&tracks[1].id).await.unwrap().path, "m/1.flac");
}

#[core_async::test]
async fn removing_the_last_track_leaves_nothing_behind() {
    let (library, _) = library().await;
    add(&library, vec![file("m/1.flac", "One", "A", "X")]).await;
    let track_id = all_tracks(&library).await.remove(0).id;
    library.apply(vec![FileChange::Remove { track_id: track_id.clone() }]).await.unwrap();
    let counts = library.counts().await.unwrap();
    assert_eq!((counts.tracks, counts.albums, counts.artists), (0, 0, 0));
    let error = library.track(&track_id).await.unwrap_err();
    assert!(matches!(error, LibraryError::NotFound { what: "track", .. }));
}

#[core_async::test]
async fn adding_a_file_twice_updates_it() {
    let (library, _) = library().await;
    add(&library, vec![file("m/1.flac", "One", "A", "X")]).await;
    add(&library, vec![file("m/1.flac", "Uno", "A", "X")]).await;
    let tracks = all_tracks(&library).await;
    assert_eq!(tracks.len(), 1);
    assert_eq!(tracks[0].title, "Uno");
}

#[core_async::test]
async fn known_files_are_those_below_a_root() {
    let (library, _) = library().await;
    let files = ["music/a.flac", "music/sub/b.flac", "music2/c.flac"];
    add(&library, files.map(|path| file(path, "T", "A", "X")).to_vec()).await;
    let known = library.known_files("music").await.unwrap();
    assert_eq!(known.iter().map(|file| &*file.path).collect::<Vec<_>>(), files[..2]);
    assert_eq!(library.known_files("music/a.flac").await.unwrap().len(), 1);
    assert_eq!(library.known_files("").await.unwrap().len(), 3);
}

#[core_async::test]
async fn what_is_on_a_drive_is_no_file_of_the_host() {
    let (library, _) = library().await;
    let files = ["music/a.flac", "remote:account/Music/b.flac?id=1", "remote:account/c.flac"];
    add(&library, files.map(|path| file(path, "T", "A", "X")).to_vec()).await;
    let known = library.known_files("").await.unwrap();
    assert_eq!(known.iter().map(|file| &*file.path).collect::<Vec<_>>(), files[..1]);
    // Those in the bin neither: looking for them in vain must not forget them.
    let on_drive = &library.tracks(&core_library::TrackQuery::default()).await.unwrap().items[1].id;
    library.remove_tracks(std::slice::from_ref(on_drive)).await.unwrap();
    assert_eq!(library.known_files("").await.unwrap().len(), 1);
}
