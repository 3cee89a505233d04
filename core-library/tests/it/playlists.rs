//! Playlists that a person fills.

use core_async::join;
use core_library::{
    FileChange, NewPlaylist, Place, Playlist, PlaylistChange, PlaylistError, PlaylistQuery,
    PlaylistSource, ScannedFile,
};
use core_runtime::{Event, LibraryEvent};

use crate::support::{World, add, file};

pub(crate) async fn playlist(world: &World, name: &str, track_ids: &[String]) -> Playlist {
    let new =
        NewPlaylist { name: name.into(), track_ids: track_ids.to_vec(), ..NewPlaylist::default() };
    world.library.create_playlist(new).await.unwrap()
}

/// The titles of a playlist's entries, and their ids.
pub(crate) async fn content(world: &World, id: &str) -> (Vec<String>, Vec<String>) {
    let page = world.library.playlist_entries(id, Some(10_000), None).await.unwrap();
    let split = page.items.into_iter().map(|entry| {
        let title = entry.track.map_or_else(|| entry.location.clone(), |track| track.title);
        (title, entry.id.unwrap_or_default())
    });
    split.unzip()
}

#[core_async::test]
async fn a_track_may_be_there_twice_and_entries_keep_their_ids() {
    let world = World::new().await;
    let tracks = world.tracks(&["a", "b"]).await;
    let list = playlist(&world, " Mix ", &[tracks[0].clone(), tracks[1].clone()]).await;
    assert_eq!((list.name.as_str(), list.entry_count, list.duration_ms), ("Mix", 2, 120_000));
    let twice = [tracks[0].clone()];
    world.library.add_to_playlist(&list.id, &twice, Place::End).await.unwrap();
    let (titles, ids) = content(&world, &list.id).await;
    assert_eq!(titles, ["a", "b", "a"]);
    assert_ne!(ids[0], ids[2]);

    let moved = [ids[2].clone(), ids[1].clone()];
    world.library.move_in_playlist(&list.id, &moved, Place::Start).await.unwrap();
    let (titles, after) = content(&world, &list.id).await;
    assert_eq!(titles, ["a", "b", "a"]);
    assert_eq!(after, [ids[2].clone(), ids[1].clone(), ids[0].clone()]);
    let list = world.library.playlist(&list.id).await.unwrap();
    assert_eq!((list.entry_count, list.duration_ms), (3, 180_000));
}

#[core_async::test]
async fn entries_go_where_they_are_told() {
    let world = World::new().await;
    let tracks = world.tracks(&["a", "b", "c", "d"]).await;
    let list = playlist(&world, "L", &tracks).await.id;
    let (_, ids) = content(&world, &list).await;
    let (a, b, c, d) = (&ids[0], &ids[1], &ids[2], &ids[3]);
    for (moved, place, expected) in [
        (vec![a], Place::End, "b c d a"),
        (vec![d, a], Place::Before(b.clone()), "d a b c"),
        (vec![b], Place::After(d.clone()), "d b a c"),
        (vec![c, d], Place::Index(1), "b c d a"),
        (vec![a], Place::Index(99), "b c d a"),
        // Before one of the moved entries itself: where it stands.
        (vec![c, d], Place::Before(c.clone()), "b c d a"),
        (vec![a, b, c, d], Place::Start, "a b c d"),
    ] {
        let moved: Vec<_> = moved.into_iter().cloned().collect();
        world.library.move_in_playlist(&list, &moved, place.clone()).await.unwrap();
        assert_eq!(content(&world, &list).await.0.join(" "), expected, "{moved:?} {place:?}");
    }
    let place = Place::Before(b.clone());
    world.library.add_to_playlist(&list, &tracks[3..], place).await.unwrap();
    assert_eq!(content(&world, &list).await.0.join(" "), "a d b c d");
    let removed = [a.clone(), c.clone()];
    world.library.remove_from_playlist(&list, &removed).await.unwrap();
    assert_eq!(content(&world, &list).await.0.join(" "), "d b d");
}

#[core_async::test]
async fn edits_that_make_no_sense_change_nothing() {
    let world = World::new().await;
    let tracks = world.tracks(&["a", "b"]).await;
    let list = playlist(&world, "L", &tracks).await;
    let (_, ids) = content(&world, &list.id).await;
    let library = &world.library;
    let gone = ["gone".to_owned()];
    let missing = library.remove_from_playlist(&list.id, &gone).await.unwrap_err();
    assert!(matches!(missing, PlaylistError::NotFound { what: "playlist entry", .. }));
    let place = Place::After("gone".into());
    let missing = library.move_in_playlist(&list.id, &ids[..1], place).await.unwrap_err();
    assert_eq!(missing.code(), "not_found");
    let twice = [ids[0].clone(), ids[0].clone()];
    let repeated = library.move_in_playlist(&list.id, &twice, Place::End).await.unwrap_err();
    assert!(matches!(repeated, PlaylistError::RepeatedEntry { .. }));
    let half = [tracks[0].clone(), "gone".to_owned()];
    let missing = library.add_to_playlist(&list.id, &half, Place::End).await.unwrap_err();
    assert!(matches!(missing, PlaylistError::NotFound { what: "track", .. }));
    let nameless = PlaylistChange { name: Some(" ".into()), ..PlaylistChange::default() };
    let nameless = library.change_playlist(&list.id, &nameless).await.unwrap_err();
    assert!(matches!(nameless, PlaylistError::InvalidText { what: "name", .. }));
    assert_eq!(library.playlist(&list.id).await.unwrap(), list);
    assert_eq!(content(&world, &list.id).await.1, ids);
}

#[core_async::test]
async fn playlists_are_renamed_described_listed_and_deleted() {
    let world = World::new().await;
    let tracks = world.tracks(&["a"]).await;
    let mut events = world.events.subscribe();
    let one = playlist(&world, "Zwei", &tracks).await;
    let two = playlist(&world, "eins", &[]).await;
    world.clock.advance(core_async::time::Duration::from_secs(1));
    let change = PlaylistChange {
        name: Some("Ähm".into()),
        description: Some("for the road".into()),
        rules: None,
    };
    let changed = world.library.change_playlist(&one.id, &change).await.unwrap();
    assert_eq!(changed.description.as_deref(), Some("for the road"));
    assert!(changed.updated_at > one.updated_at);
    let listed = world.library.playlists(&PlaylistQuery::default()).await.unwrap().items;
    let names: Vec<_> = listed.iter().map(|list| list.name.as_str()).collect();
    assert_eq!(names, ["Ähm", "eins"]);
    world.library.delete_playlist(&one.id).await.unwrap();
    let missing = world.library.playlist_entries(&one.id, None, None).await.unwrap_err();
    assert_eq!(missing.code(), "not_found");
    assert_eq!(world.library.playlist_count().await.unwrap(), 1);
    let (one, two) = (one.id, two.id);
    for expected in [
        LibraryEvent::PlaylistCreated { playlist_id: one.clone() },
        LibraryEvent::PlaylistCreated { playlist_id: two },
        LibraryEvent::PlaylistUpdated { playlist_id: one.clone() },
        LibraryEvent::PlaylistDeleted { playlist_id: one },
    ] {
        assert_eq!(events.try_recv().unwrap(), Event::from(expected));
    }
}

#[core_async::test]
async fn pages_of_entries_neither_overlap_nor_skip() {
    let world = World::new().await;
    let tracks = world.tracks(&["a", "b", "c", "d", "e"]).await;
    let list = playlist(&world, "L", &tracks).await.id;
    let (mut titles, mut after) = (Vec::new(), None);
    loop {
        let page = world.library.playlist_entries(&list, Some(2), after.as_deref()).await.unwrap();
        titles.extend(page.items.into_iter().filter_map(|entry| entry.track).map(|t| t.title));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(titles, ["a", "b", "c", "d", "e"]);
}

/// Two windows edit the same playlist at once: nothing is lost, counts are true.
#[core_async::test]
async fn two_windows_at_once_lose_no_edit() {
    let world = World::contended().await;
    let tracks = world.tracks(&["a", "b"]).await;
    let list = playlist(&world, "L", &[]).await.id;
    let other = world.second();
    let edit = async |world: &World, track: &String| {
        for round in 0..40 {
            let place = if round % 2 == 0 { Place::Start } else { Place::End };
            let ids = [track.clone()];
            let new = world.library.add_to_playlist(&list, &ids, place).await.unwrap();
            core_async::task::yield_now().await;
            if round % 4 == 0 {
                world.library.move_in_playlist(&list, &new, Place::Index(3)).await.unwrap();
            } else if round % 4 == 1 {
                world.library.remove_from_playlist(&list, &new).await.unwrap();
            }
        }
    };
    join!(edit(&world, &tracks[0]), edit(&other, &tracks[1]));
    let (titles, ids) = content(&world, &list).await;
    assert_eq!(titles.iter().filter(|title| *title == "a").count(), 30);
    assert_eq!(titles.iter().filter(|title| *title == "b").count(), 30);
    assert_eq!(ids.iter().collect::<std::collections::BTreeSet<_>>().len(), 60);
    let list = other.library.playlist(&list).await.unwrap();
    assert_eq!((list.entry_count, list.duration_ms), (60, 60 * 60_000));
}

/// What happens to files shows in playlists at once, and nothing gets lost on the way.
#[core_async::test]
async fn playlists_follow_their_files() {
    let world = World::new().await;
    let tracks = world.tracks(&["a", "b"]).await;
    let list = playlist(&world, "L", &[&tracks[..], &tracks[..]].concat()).await.id;
    let with = |title: &str, duration: u64| {
        let path = format!("m/{title}.flac");
        ScannedFile { duration_ms: Some(duration), ..file(&path, title, "A", "B") }
    };
    let state = async || {
        let list = world.library.playlist(&list).await.unwrap();
        let (titles, _) = content(&world, &list.id).await;
        (titles.join(" "), list.entry_count, list.duration_ms)
    };
    let longer = FileChange::Update { track_id: tracks[0].clone(), file: with("a", 90_000) };
    world.library.apply(vec![longer]).await.unwrap();
    assert_eq!(state().await, ("a b a b".to_owned(), 4, 300_000));
    let gone = FileChange::Remove { track_id: tracks[1].clone() };
    world.library.apply(vec![gone]).await.unwrap();
    assert_eq!(state().await, ("a m/b.flac a m/b.flac".to_owned(), 4, 300_000));
    let entries = world.library.playlist_entries(&list, None, None).await.unwrap().items;
    assert_eq!(entries[1].title.as_deref(), Some("A - b"));
    add(&world.library, vec![with("b", 30_000)]).await;
    assert_eq!(state().await, ("a b a b".to_owned(), 4, 240_000));
    // An imported playlist may come before its files.
    let source = PlaylistSource { bytes: b"#EXTINF:9,x\nm/new.flac\n", folder: "", name: "N" };
    let import = world.library.import_playlist(&source).await.unwrap();
    assert_eq!((import.unresolved.len(), import.playlist.duration_ms), (1, 9_000));
    add(&world.library, vec![with("new", 8_000)]).await;
    let list = world.library.playlist(&import.playlist.id).await.unwrap();
    assert_eq!((content(&world, &list.id).await.0, list.duration_ms), (vec!["new".into()], 8_000));
}
