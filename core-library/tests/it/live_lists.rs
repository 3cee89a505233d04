//! Lists that stay up to date by themselves.

use core_library::{NewPlaylist, Place, PlaylistQuery, TrackQuery};
use futures::{FutureExt, StreamExt};

use crate::playlists::playlist;
use crate::support::World;

#[core_async::test]
async fn a_list_follows_commits_and_coalesces_them() {
    let world = World::new().await;
    let mut live = world.library.live_tracks(TrackQuery::default());
    let titles = |page: core_library::Page<core_library::Track>| {
        page.items.into_iter().map(|track| track.title).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(titles(live.next().await.unwrap().unwrap()), "");
    assert!(live.next().now_or_never().is_none(), "nothing has happened");
    let tracks = world.tracks(&["a"]).await;
    world.tracks(&["b"]).await;
    world.tracks(&["c"]).await;
    assert_eq!(titles(live.next().await.unwrap().unwrap()), "a b c");
    assert!(live.next().now_or_never().is_none(), "three commits, one page");
    // Another window's commits count too, and what leaves the page as it is does not.
    world.second().library.rate_tracks(&tracks, Some(5)).await.unwrap();
    assert_eq!(live.next().await.unwrap().unwrap().items[0].rating, Some(5));
    playlist(&world, "L", &tracks).await;
    assert!(live.next().now_or_never().is_none());
}

#[core_async::test]
async fn a_reader_that_lags_reads_again() {
    let world = World::new().await;
    let tracks = world.tracks(&["a"]).await;
    let mut live = world.library.live_tracks(TrackQuery::default());
    live.next().await.unwrap().unwrap();
    for rating in 0..600 {
        world.library.rate_tracks(&tracks, Some(rating % 100)).await.unwrap();
    }
    assert_eq!(live.next().await.unwrap().unwrap().items[0].rating, Some(99));
    assert!(live.next().now_or_never().is_none());
}

#[core_async::test]
async fn playlists_and_their_entries_are_live() {
    let world = World::new().await;
    let tracks = world.tracks(&["a", "b"]).await;
    let list = playlist(&world, "L", &tracks[..1]).await.id;
    let mut lists = world.library.live_playlists(PlaylistQuery::default());
    let mut entries = world.library.live_playlist_entries(&list, None);
    let rules = r#"{"rules": [{"field": "favourite", "operator": "is", "value": true}]}"#;
    let rules = serde_json::from_str(rules).unwrap();
    let smart = NewPlaylist { name: "S".into(), rules: Some(rules), ..NewPlaylist::default() };
    let smart = world.library.create_playlist(smart).await.unwrap();
    let mut favourites = world.library.live_playlist_entries(&smart.id, None);
    assert_eq!(lists.next().await.unwrap().unwrap().items.len(), 2);
    assert_eq!(entries.next().await.unwrap().unwrap().items.len(), 1);
    assert_eq!(favourites.next().await.unwrap().unwrap().items.len(), 0);
    world.library.add_to_playlist(&list, &tracks, Place::End).await.unwrap();
    assert_eq!(entries.next().await.unwrap().unwrap().items.len(), 3);
    assert_eq!(lists.next().await.unwrap().unwrap().items[0].entry_count, 3);
    world.library.add_favourites(&tracks).await.unwrap();
    assert_eq!(favourites.next().await.unwrap().unwrap().items.len(), 2);
    assert_eq!(lists.next().await.unwrap().unwrap().items[1].entry_count, 2);
}

#[core_async::test]
async fn closing_the_database_ends_a_list() {
    let world = World::new().await;
    let mut live = world.library.live_tracks(TrackQuery::default());
    live.next().await.unwrap().unwrap();
    world.database.close().await.unwrap();
    assert!(live.next().await.is_none());
}
