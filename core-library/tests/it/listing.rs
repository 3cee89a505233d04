//! Filters, sorts and pages.

use core_library::{AlbumQuery, ArtistQuery, LibraryError, TrackQuery};

use crate::support::{add, file, library};

#[core_async::test]
async fn pages_follow_each_other_without_gap_or_repeat() {
    let (library, _) = library().await;
    let files = (0..25).map(|n| {
        let mut file = file(&format!("m/{n}"), &format!("Title {:02}", n % 7), "A", "X");
        file.year = (n % 3 > 0).then_some(2000 + n % 3);
        file
    });
    add(&library, files.collect()).await;
    for sort in ["title", "-title", "year", "-year", "album", "-artist", "duration", "added"] {
        let all = TrackQuery { sort: Some(sort.into()), limit: Some(100), ..TrackQuery::default() };
        let all = library.tracks(&all).await.unwrap().items;
        let mut paged = Vec::new();
        let mut after = None;
        loop {
            let query = TrackQuery {
                sort: Some(sort.into()),
                limit: Some(4),
                after,
                ..TrackQuery::default()
            };
            let page = library.tracks(&query).await.unwrap();
            paged.extend(page.items);
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(paged, all, "{sort}");
        assert_eq!(paged.len(), 25, "{sort}");
    }
}

#[core_async::test]
async fn filters_take_names_and_ids() {
    let (library, _) = library().await;
    let mut rock = file("m/1", "One", "Sigur Rós", "Takk");
    rock.genre = Some("Post-Rock".into());
    rock.year = Some(2005);
    add(&library, vec![rock, file("m/2", "Two", "Other", "Takk")]).await;
    let titles = |query: TrackQuery| {
        let library = library.clone();
        async move {
            let page = library.tracks(&query).await.unwrap();
            page.items.into_iter().map(|track| track.title).collect::<Vec<_>>()
        }
    };
    let all = TrackQuery::default;
    assert_eq!(titles(TrackQuery { artist: Some("sigur ros".into()), ..all() }).await, ["One"]);
    assert_eq!(titles(TrackQuery { genre: Some("post-rock".into()), ..all() }).await, ["One"]);
    assert_eq!(titles(TrackQuery { year: Some(2005), ..all() }).await, ["One"]);
    assert_eq!(titles(TrackQuery { album: Some("takk".into()), ..all() }).await.len(), 2);
    assert_eq!(titles(TrackQuery { artist: Some("nobody".into()), ..all() }).await.len(), 0);
    let album = library.albums(&AlbumQuery::default()).await.unwrap().items.remove(0);
    assert_eq!(titles(TrackQuery { album: Some(album.id), ..all() }).await.len(), 2);

    let genre = AlbumQuery { genre: Some("Post-Rock".into()), ..AlbumQuery::default() };
    assert_eq!(library.albums(&genre).await.unwrap().items.len(), 1);
    let year = ArtistQuery { year: Some(2005), ..ArtistQuery::default() };
    let artists = library.artists(&year).await.unwrap().items;
    assert_eq!(artists[0].name, "Sigur Rós");
    assert_eq!(artists.len(), 1);
}

#[core_async::test]
async fn bad_queries_say_what_is_allowed() {
    let (library, _) = library().await;
    let bad = TrackQuery { sort: Some("colour".into()), ..TrackQuery::default() };
    let error = library.tracks(&bad).await.unwrap_err();
    assert!(matches!(&error, LibraryError::InvalidQuery(_)));
    assert!(error.to_string().contains("title, artist, album"), "{error}");
    let bad = TrackQuery { limit: Some(0), ..TrackQuery::default() };
    assert_eq!(library.tracks(&bad).await.unwrap_err().code(), "invalid_request");
    let bad = TrackQuery { after: Some("nonsense".into()), ..TrackQuery::default() };
    assert_eq!(library.tracks(&bad).await.unwrap_err().code(), "invalid_request");
}
