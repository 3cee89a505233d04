//! Playlists that rules fill.

use core_async::time::Duration;
use core_library::{
    NewPlaylist, Place, PlayOutcome, PlaylistChange, PlaylistError, PlaylistQuery, RuleError,
    SmartRules,
};

use crate::playlists::playlist;
use crate::support::{World, add, file};

fn rules(json: &str) -> SmartRules {
    serde_json::from_str(json).unwrap()
}

async fn world() -> World {
    let world = World::new().await;
    world.clock.advance(Duration::from_secs(100 * 24 * 60 * 60));
    let mut files = Vec::new();
    for (number, (title, artist, genre, year)) in [
        ("Blue", "Ann", "Jazz", Some(1959)),
        ("Azul", "Ann", "Latin", Some(1999)),
        ("Bleu", "Bob", "jazz", None),
        ("Ärger", "Bob", "Pop", Some(2010)),
    ]
    .into_iter()
    .enumerate()
    {
        let mut file = file(&format!("m/{number}.flac"), title, artist, "Album");
        file.genre = Some(genre.into());
        file.genres = vec![genre.into()];
        file.year = year;
        files.push(file);
    }
    add(&world.library, files).await;
    world
}

async fn found(world: &World, json: &str) -> String {
    let page = world.library.smart_tracks(&rules(json), Some(100), None).await.unwrap();
    page.items.into_iter().map(|track| track.title).collect::<Vec<_>>().join(" ")
}

#[core_async::test]
async fn rules_find_what_they_say() {
    let world = world().await;
    let id = async |path: &str| world.library.find_track_at(path).await.unwrap().unwrap().id;
    let (blue, azul) = (id("m/0.flac").await, id("m/1.flac").await);
    world.library.rate_tracks(std::slice::from_ref(&blue), Some(90)).await.unwrap();
    world.library.add_favourites(std::slice::from_ref(&azul)).await.unwrap();
    let play = world.library.start_play(&blue).await.unwrap();
    world.library.end_play(&play.id, PlayOutcome::Completed, 0).await.unwrap();
    let list = playlist(&world, "L", &[azul.clone(), azul, blue]).await.id;
    for (rule, expected) in [
        (r#""field": "genre", "operator": "is", "value": "JAZZ""#, "Bleu Blue"),
        (r#""field": "genre", "operator": "is_not", "value": "jazz""#, "Azul Ärger"),
        (r#""field": "title", "operator": "starts_with", "value": "bl""#, "Bleu Blue"),
        (r#""field": "title", "operator": "is", "value": "arger""#, "Ärger"),
        (r#""field": "text", "operator": "has_words", "value": "ann jaz""#, "Blue"),
        (r#""field": "year", "operator": "at_least", "value": 1999"#, "Ärger Azul"),
        (r#""field": "year", "operator": "at_most", "value": 1998"#, "Blue"),
        (r#""field": "year", "operator": "between", "value": [1959, 1999]"#, "Azul Blue"),
        (r#""field": "year", "operator": "is_not_set""#, "Bleu"),
        (r#""field": "rating", "operator": "is_set""#, "Blue"),
        (r#""field": "rating", "operator": "is", "value": 90"#, "Blue"),
        (r#""field": "favourite", "operator": "is", "value": true"#, "Azul"),
        (r#""field": "favourite", "operator": "is_not", "value": true"#, "Ärger Bleu Blue"),
        (r#""field": "play_count", "operator": "is", "value": 0"#, "Ärger Azul Bleu"),
        (r#""field": "last_played_at", "operator": "in_last_days", "value": 7"#, "Blue"),
        (
            r#""field": "last_played_at", "operator": "not_in_last_days", "value": 7"#,
            "Ärger Azul Bleu",
        ),
        (r#""field": "path", "operator": "starts_with", "value": "m/3""#, "Ärger"),
        (&format!(r#""field": "playlist", "operator": "is", "value": "{list}""#), "Azul Blue"),
        (&format!(r#""field": "playlist", "operator": "is_not", "value": "{list}""#), "Ärger Bleu"),
    ] {
        let mut titles: Vec<String> = Vec::new();
        let all = found(&world, &format!(r#"{{"rules": [{{{rule}}}]}}"#)).await;
        titles.extend(all.split(' ').map(str::to_owned));
        titles.sort_by_key(|title| core_library::fold(title));
        let mut expected: Vec<_> = expected.split(' ').map(str::to_owned).collect();
        expected.sort_by_key(|title| core_library::fold(title));
        assert_eq!(titles, expected, "{rule}");
    }
}

#[core_async::test]
async fn groups_sorts_and_limits_combine() {
    let world = world().await;
    let any = r#"{"match": "any", "rules": [
        {"field": "year", "operator": "is", "value": 2010},
        {"match": "all", "rules": [
            {"field": "artist", "operator": "is", "value": "ann"},
            {"field": "year", "operator": "at_most", "value": 1990}
        ]}
    ], "sort": "-year"}"#;
    assert_eq!(found(&world, any).await, "Ärger Blue");
    assert_eq!(
        found(&world, r#"{"rules": [], "sort": "-title", "limit": 3}"#).await,
        "Blue Bleu Azul"
    );
    assert_eq!(found(&world, r#"{"match": "any", "rules": []}"#).await, "");
    let three = rules(r#"{"sort": "-title", "limit": 3}"#);
    let first = world.library.smart_tracks(&three, Some(2), None).await.unwrap();
    let second = world.library.smart_tracks(&three, Some(2), first.next.as_deref()).await.unwrap();
    assert_eq!((first.items.len(), second.items.len(), second.next), (2, 1, None));
    let odd = world.library.smart_tracks(&three, None, Some("nonsense")).await.unwrap_err();
    assert_eq!(odd.code(), "invalid_request");
}

#[core_async::test]
async fn what_is_wrong_with_rules_is_said() {
    for (json, at, message) in [
        (
            r#"{"rules": [{"field": "rating", "operator": "starts_with", "value": "x"}]}"#,
            "rules[0]",
            "choose one of is, is_not, at_least",
        ),
        (
            r#"{"rules": [{"match": "any", "rules": [{"field": "year", "operator": "is", "value": "x"}]}]}"#,
            "rules[0].rules[0]",
            "expected a whole number",
        ),
        (
            r#"{"rules": [{"field": "year", "operator": "between", "value": [2, 1]}]}"#,
            "rules[0]",
            "the smaller first",
        ),
        (
            r#"{"rules": [{"field": "title", "operator": "is", "value": ""}]}"#,
            "rules[0]",
            "expected a text",
        ),
        (
            r#"{"rules": [{"field": "year", "operator": "is_set", "value": 1}]}"#,
            "rules[0]",
            "no value",
        ),
        (
            r#"{"rules": [{"field": "added_at", "operator": "in_last_days", "value": 0}]}"#,
            "rules[0]",
            "days above 0",
        ),
        (r#"{"sort": "colour"}"#, "", "there is no sort"),
        (r#"{"limit": 0}"#, "", "limit must be"),
    ] {
        let error = rules(json).validate().unwrap_err().to_string();
        assert!(error.contains(at) && error.contains(message), "{json}: {error}");
    }
    for (json, message) in [
        (
            r#"{"rules": [{"field": "colour", "operator": "is", "value": 1}]}"#,
            "there is no field \"colour\"",
        ),
        (
            r#"{"rules": [{"field": "year", "operator": "like", "value": 1}]}"#,
            "there is no operator \"like\"",
        ),
        (r#"{"rules": [{"field": "year"}]}"#, "either field and operator"),
        (
            r#"{"rules": [{"field": "year", "operator": "is", "rules": []}]}"#,
            "either field and operator",
        ),
    ] {
        let error = serde_json::from_str::<SmartRules>(json).unwrap_err().to_string();
        assert!(error.contains(message), "{json}: {error}");
    }
    let deep = format!("{}{}", r#"{"rules": ["#.repeat(9), "]}".repeat(9));
    assert!(matches!(rules(&deep).validate().unwrap_err(), RuleError::TooMany { .. }));
}

#[core_async::test]
async fn a_smart_playlist_is_saved_counted_and_not_edited_by_hand() {
    let world = world().await;
    let jazz = r#"{"rules": [{"field": "genre", "operator": "is", "value": "jazz"}]}"#;
    let new =
        NewPlaylist { name: "Jazz".into(), rules: Some(rules(jazz)), ..NewPlaylist::default() };
    let list = world.library.create_playlist(new).await.unwrap();
    assert_eq!((list.entry_count, list.duration_ms), (2, 120_000));
    assert_eq!(list.rules, Some(rules(jazz)));
    let entries = world.library.playlist_entries(&list.id, None, None).await.unwrap().items;
    assert!(entries.iter().all(|entry| entry.id.is_none() && entry.track.is_some()));
    let edit = world.library.add_to_playlist(&list.id, &[], Place::End).await.unwrap_err();
    assert!(matches!(edit, PlaylistError::Smart { .. }));
    let old = rules(r#"{"rules": [{"field": "year", "operator": "at_most", "value": 1960}]}"#);
    let change = PlaylistChange { rules: Some(old), ..PlaylistChange::default() };
    let list = world.library.change_playlist(&list.id, &change).await.unwrap();
    assert_eq!(list.entry_count, 1);
    let by_hand = playlist(&world, "L", &[]).await;
    let refused = world.library.change_playlist(&by_hand.id, &change).await.unwrap_err();
    assert!(matches!(refused, PlaylistError::NotSmart { .. }));
    let only = PlaylistQuery { smart: Some(true), ..PlaylistQuery::default() };
    assert_eq!(world.library.playlists(&only).await.unwrap().items, std::slice::from_ref(&list));
    // Rules that name a playlist find nothing once it is gone, and say so when asked.
    let on = format!(
        r#"{{"rules": [{{"field": "playlist", "operator": "is", "value": "{}"}}]}}"#,
        by_hand.id
    );
    let change = PlaylistChange { rules: Some(rules(&on)), ..PlaylistChange::default() };
    world.library.change_playlist(&list.id, &change).await.unwrap();
    world.library.delete_playlist(&by_hand.id).await.unwrap();
    assert_eq!(world.library.playlist(&list.id).await.unwrap().entry_count, 0);
    let missing = world.library.playlist_entries(&list.id, None, None).await.unwrap_err();
    assert!(matches!(missing, PlaylistError::InvalidRules(RuleError::NoSuchPlaylist { .. })));
}
