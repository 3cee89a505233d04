//! Edits, services and files: whose value holds, and what became of it.

use bridge_traits::{Record, Value, WriteBatch};
use core_library::{
    FieldValue, FileChange, HistoryKind, HistoryQuery, Library, LibraryError, Lyrics, Reason,
    Source, Track, TrackDetails, TrackEdit, TrackField,
};
use core_runtime::{Event, LibraryEvent};

use crate::recomputed::check_counts;
use crate::support::{World, add_one, file, library};

async fn rescan(library: &Library, track: &Track, title: &str, artist: &str) {
    let file = file(&track.path, title, artist, "Album");
    let change = FileChange::Update { track_id: track.id.clone(), file };
    library.apply(vec![change]).await.unwrap();
}

fn source(details: &TrackDetails, field: TrackField) -> Source {
    details.origins.iter().find(|origin| origin.field == field).map_or(Source::Tag, |o| o.source)
}

#[core_async::test]
async fn an_edit_outlives_rescans_and_a_revert_gives_back_what_the_file_says_now() {
    let World { library, events, .. } = World::new().await;
    let track = add_one(&library, file("m/1", "Old", "A", "Album")).await;
    let mut receiver = events.subscribe();
    let edit = TrackEdit::new().set(TrackField::Title, "Mine").set(TrackField::Year, 1999);
    let edited = library.edit_track(&track.id, &edit).await.unwrap();
    assert_eq!((&*edited.title, edited.year), ("Mine", Some(1999)));
    let updated = LibraryEvent::TrackUpdated { track_id: track.id.clone() };
    assert_eq!(receiver.recv().await, Ok(Event::Library(updated)));

    rescan(&library, &track, "New", "B").await;
    let after = library.track(&track.id).await.unwrap();
    assert_eq!((&*after.title, after.artist.as_deref()), ("Mine", Some("B")));
    let details = library.track_details(&track.id).await.unwrap();
    assert_eq!(source(&details, TrackField::Title), Source::User);
    let tag = details.origins.iter().find(|origin| origin.field == TrackField::Title);
    assert_eq!(tag.unwrap().tag, Some(FieldValue::from("New")));

    let reverted = library.revert(&track.id, &[TrackField::Title]).await.unwrap();
    assert_eq!((&*reverted.title, reverted.year), ("New", Some(1999)));
    let reverted = library.revert(&track.id, &[]).await.unwrap();
    assert_eq!(reverted.year, None);
    assert!(library.track_details(&track.id).await.unwrap().origins.is_empty());
    check_counts(&library).await;
}

#[core_async::test]
async fn an_edited_artist_is_the_only_one_and_comes_back_with_the_others() {
    let (library, _) = library().await;
    let mut duet = file("m/1", "Duet", "A feat. B", "Album");
    duet.artists = vec!["A".into(), "B".into()];
    let track = add_one(&library, duet).await;
    let edit = TrackEdit::new().set(TrackField::Artist, "C");
    let edited = library.edit_track(&track.id, &edit).await.unwrap();
    let names = |track: &Track| -> Vec<String> {
        track.artists.iter().map(|credit| credit.name.clone()).collect()
    };
    assert_eq!(names(&edited), ["C"]);
    check_counts(&library).await;
    let reverted = library.revert(&track.id, &[TrackField::Artist]).await.unwrap();
    assert_eq!(
        (names(&reverted), reverted.artist.as_deref()),
        (vec!["A".into(), "B".into()], Some("A feat. B"))
    );
    let edit = TrackEdit::new().set(TrackField::Artists, &["X", "Y"][..]);
    let edited = library.edit_track(&track.id, &edit).await.unwrap();
    assert_eq!(edited.artist.as_deref(), Some("X, Y"));
    check_counts(&library).await;
}

#[core_async::test]
async fn a_service_fills_what_nobody_else_says() {
    let (library, _) = library().await;
    let track = add_one(&library, file("m/1", "One", "A", "Album")).await;
    let ids = [track.id.clone()];
    let lyrics = Lyrics { plain: Some("la".into()), ..Lyrics::default() };
    let known = TrackEdit::new()
        .set(TrackField::Title, "Wrong")
        .set(TrackField::Lyrics, lyrics.clone())
        .set(TrackField::OriginalYear, 1970);
    library.set_service_values(&ids, "lyrics-service", &known).await.unwrap();
    let details = library.track_details(&track.id).await.unwrap();
    assert_eq!((&*details.track.title, details.track.original_year), ("One", Some(1970)));
    assert!(details.track.has_lyrics);
    assert_eq!(details.tags.lyrics, Some(lyrics));
    assert_eq!(source(&details, TrackField::Lyrics), Source::Service);
    assert_eq!(source(&details, TrackField::Title), Source::Tag);

    let edit = TrackEdit::new().clear(TrackField::OriginalYear);
    let edited = library.edit_track(&track.id, &edit).await.unwrap();
    assert_eq!(edited.original_year, None, "emptied by the user");
    let reverted = library.revert(&track.id, &[TrackField::OriginalYear]).await.unwrap();
    assert_eq!(reverted.original_year, Some(1970));
    let forgotten = TrackEdit::new().clear(TrackField::OriginalYear);
    library.set_service_values(&ids, "lyrics-service", &forgotten).await.unwrap();
    assert_eq!(library.track(&track.id).await.unwrap().original_year, None);
}

#[core_async::test]
async fn many_tracks_are_edited_together_or_not_at_all() {
    let (library, _) = library().await;
    let mut ids = Vec::new();
    for n in 0..20 {
        ids.push(add_one(&library, file(&format!("m/{n}"), "T", "A", "Album")).await.id);
    }
    let edit = TrackEdit::new().set(TrackField::Album, "Other");
    library.edit_tracks(&ids, &edit).await.unwrap();
    assert_eq!(library.counts().await.unwrap().albums, 1);
    check_counts(&library).await;

    ids.push("nobody".into());
    let edit = TrackEdit::new().set(TrackField::Album, "Third");
    let error = library.edit_tracks(&ids, &edit).await.unwrap_err();
    assert_eq!(error.code(), "not_found");
    let track = library.track(&ids[0]).await.unwrap();
    assert_eq!(track.album.as_deref(), Some("Other"));
    let too_many = vec![String::new(); Library::MAX_TOGETHER + 1];
    let error = library.edit_tracks(&too_many, &edit).await.unwrap_err();
    assert!(matches!(error, LibraryError::TooMany { most: Library::MAX_TOGETHER, .. }));
}

#[core_async::test]
async fn values_that_cannot_be_are_refused_with_what_can() {
    let (library, _) = library().await;
    let track = add_one(&library, file("m/1", "One", "A", "Album")).await;
    let set = |field, value: FieldValue| TrackEdit::new().set(field, value);
    for (edit, says) in [
        (TrackEdit::new().clear(TrackField::Title), "cannot be empty"),
        (set(TrackField::Title, "  ".into()), "title must be a text"),
        (set(TrackField::Title, "a\u{0}b".into()), "control characters"),
        (set(TrackField::Title, "x".repeat(5000).into()), "4096 bytes"),
        (set(TrackField::Year, 0.into()), "a year from 1 to 9999"),
        (set(TrackField::Year, 1999.5.into()), "a year"),
        (set(TrackField::TrackNumber, "1".into()), "a whole number"),
        (set(TrackField::ReleaseDate, "2001-13".into()), "a date such as"),
        (set(TrackField::Isrc, "GB".into()), "an ISRC such as"),
        (set(TrackField::MbAlbumId, "no".into()), "a MusicBrainz id"),
        (set(TrackField::ReplaygainTrackGain, f64::NAN.into()), "from -60 to 60"),
        (set(TrackField::Genres, vec![String::from("g"); 65].into()), "at most 64"),
        (set(TrackField::Compilation, 1.into()), "true or false"),
    ] {
        let error = library.edit_track(&track.id, &edit).await.unwrap_err();
        assert_eq!(error.code(), "invalid_request");
        assert!(error.to_string().contains(says), "{error}");
    }
    assert_eq!(library.track(&track.id).await.unwrap(), track);
}

#[core_async::test]
async fn the_history_says_what_changed_and_why() {
    let World { library, clock, .. } = World::new().await;
    clock.set(1_000);
    let track = add_one(&library, file("m/1", "Old", "A", "Album")).await;
    let step = core_async::time::Duration::from_secs(1);
    clock.advance(step);
    rescan(&library, &track, "Old", "A").await;
    clock.advance(step);
    rescan(&library, &track, "New", "A").await;
    clock.advance(step);
    library.edit_track(&track.id, &TrackEdit::new().set(TrackField::Title, "Mine")).await.unwrap();
    clock.advance(step);
    library.remove_tracks(std::slice::from_ref(&track.id)).await.unwrap();
    clock.advance(step);
    library.restore_tracks(std::slice::from_ref(&track.id)).await.unwrap();

    let query = HistoryQuery { track_id: Some(track.id.clone()), ..HistoryQuery::default() };
    let entries = library.history(&query).await.unwrap().items;
    let told: Vec<_> = entries.iter().map(|entry| (entry.kind, entry.reason, entry.at)).collect();
    assert_eq!(
        told,
        [
            (HistoryKind::Restored, Reason::Restore, 6_000),
            (HistoryKind::Removed, Reason::Edit, 5_000),
            (HistoryKind::Changed, Reason::Edit, 4_000),
            (HistoryKind::Changed, Reason::Scan, 3_000),
        ],
        "a scan that finds nothing new is no change"
    );
    assert_eq!(entries[2].before.as_deref(), Some(r#"{"title":"New"}"#));
    assert_eq!(entries[2].after.as_deref(), Some(r#"{"title":"Mine"}"#));
}

#[core_async::test]
async fn the_history_keeps_the_newest_entries() {
    let World { library, database, clock, .. } = World::new().await;
    clock.set(1_000);
    let track = add_one(&library, file("m/1", "One", "A", "Album")).await;
    let mut batch = WriteBatch::new();
    for number in 0..9_999_u32 {
        let entry = Record::new(format!("00000000-0000-7000-8000-{number:012}")).with(number);
        let entry = entry.with(&*track.id).with("changed").with("scan");
        batch.put("changes", entry.with(Value::Null).with(Value::Null));
    }
    database.write(batch).await.unwrap();
    for year in [2001, 2002, 2003] {
        clock.advance(core_async::time::Duration::from_secs(1));
        let edit = TrackEdit::new().set(TrackField::Year, year);
        library.edit_track(&track.id, &edit).await.unwrap();
    }
    let mut query = HistoryQuery { limit: Some(5_000), ..HistoryQuery::default() };
    let page = library.history(&query).await.unwrap();
    assert_eq!((page.items.len(), page.items[0].at), (5_000, 4_000));
    query.after = page.next;
    let page = library.history(&query).await.unwrap();
    assert_eq!((page.items.len(), page.items[4_999].at, page.next), (5_000, 2, None));
}
