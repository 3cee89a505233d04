//! Playlists, ratings, history, the queue and live lists, as they cross to TypeScript.

use core_async::sync::CancellationToken;
use core_runtime::{Event, LibraryEvent, PlaybackEvent};
use core_service::CoreService;
use futures::StreamExt;
use serde_json::{Value, json};

use crate::support::{core, entry, wav};

/// A core with tracks called One, Two and Three, and their ids in that order.
async fn library() -> (CoreService, Vec<String>) {
    let core = core().await;
    let files = vec![
        entry("One.wav", wav(10)).await,
        entry("Two.wav", wav(20)).await,
        entry("Three.wav", wav(30)).await,
    ];
    core.import(files, &CancellationToken::new()).await.unwrap();
    let mut ids = Vec::new();
    for title in ["One", "Two", "Three"] {
        let found = call(&core, "library.search", json!({ "text": title })).await;
        ids.push(found["tracks"][0]["id"].as_str().unwrap().to_owned());
    }
    (core, ids)
}

async fn call(core: &CoreService, method: &str, params: Value) -> Value {
    let request = json!({ "method": method, "params": params }).to_string();
    let result = core.call_json(&request).await;
    serde_json::from_str(&result.unwrap_or_else(|error| panic!("{request}: {error}"))).unwrap()
}

fn titles(page: &Value) -> Vec<&str> {
    let entries = page["items"].as_array().unwrap();
    entries.iter().map(|entry| entry["track"]["title"].as_str().unwrap()).collect()
}

#[core_async::test]
async fn playlists_are_made_changed_exported_and_removed() {
    let (core, ids) = library().await;
    let made = call(&core, "playlists.create", json!({ "name": "Mine", "track_ids": ids })).await;
    let id = made["id"].as_str().unwrap();
    let page = call(&core, "playlists.entries", json!({ "id": id })).await;
    assert_eq!(titles(&page), ["One", "Two", "Three"]);
    let (first, last) = (&page["items"][0]["id"], &page["items"][2]["id"]);
    let params = json!({ "id": id, "entry_ids": [last], "place": { "before": first } });
    call(&core, "playlists.move", params).await;
    call(&core, "playlists.remove", json!({ "id": id, "entry_ids": [first] })).await;
    call(&core, "playlists.add", json!({ "id": id, "track_ids": [ids[0], ids[1]] })).await;
    let page = call(&core, "playlists.entries", json!({ "id": id })).await;
    assert_eq!(titles(&page), ["Three", "Two", "One", "Two"]);

    let change = json!({ "id": id, "change": { "name": "Ours" } });
    assert_eq!(call(&core, "playlists.change", change).await["name"], "Ours");
    let file = call(&core, "playlists.export", json!({ "id": id, "format": "m3u8" })).await;
    let read = json!({ "text": file["text"], "name": "Again" });
    let again = call(&core, "playlists.import", read).await;
    assert_eq!((&again["matched"], &again["unresolved"]), (&json!(4), &json!([])));
    call(&core, "playlists.delete", json!({ "id": id })).await;
    let left = call(&core, "playlists.list", json!({})).await;
    assert_eq!(left["items"].as_array().unwrap().len(), 1);
}

#[core_async::test]
async fn rules_find_what_was_rated() {
    let (core, ids) = library().await;
    call(&core, "library.rate", json!({ "ids": [ids[1]], "rating": 90 })).await;
    call(&core, "library.set_favourite", json!({ "ids": [ids[2]], "favourite": true })).await;
    let rules = json!({ "match": "any", "rules": [
        { "field": "rating", "operator": "at_least", "value": 80 },
        { "field": "favourite", "operator": "is", "value": true },
    ], "sort": "title" });
    let found = call(&core, "playlists.preview", json!({ "rules": rules })).await;
    let found: Vec<_> = found["items"].as_array().unwrap().iter().map(|t| &t["title"]).collect();
    assert_eq!(found, ["Three", "Two"]);
    let smart = call(&core, "playlists.create", json!({ "name": "Good", "rules": rules })).await;
    let page = call(&core, "playlists.entries", json!({ "id": smart["id"] })).await;
    assert_eq!(titles(&page), ["Three", "Two"]);
}

#[core_async::test]
async fn what_was_heard_is_counted_and_what_was_skipped_too() {
    let (core, ids) = library().await;
    let mut news = core
        .events()
        .subscribe_to(|event| matches!(event, Event::Library(LibraryEvent::TrackPlayed { .. })));
    let play = |id: &str, position_ms: &[u64]| {
        let track_id = id.to_owned();
        core.events().emit(PlaybackEvent::Started { track_id: track_id.clone() });
        for &position_ms in position_ms {
            let (track_id, duration_ms) = (track_id.clone(), Some(1000));
            core.events().emit(PlaybackEvent::PositionChanged {
                track_id,
                position_ms,
                duration_ms,
            });
        }
        core.events().emit(PlaybackEvent::Stopped { track_id });
    };
    play(&ids[0], &[0, 250, 500]);
    play(&ids[1], &[0, 250]);
    play("not in the library", &[0, 500]);
    play(&ids[2], &[0, 600]);
    let mut last = String::new();
    while last != ids[2] {
        if let Event::Library(LibraryEvent::TrackPlayed { track_id }) = news.recv().await.unwrap() {
            last = track_id;
        }
    }
    let counts = async |id: &str| {
        let track = core.library().track(id).await.unwrap();
        (track.play_count, track.skip_count)
    };
    assert_eq!(counts(&ids[0]).await, (1, 0));
    assert_eq!(counts(&ids[1]).await, (0, 1));
    assert_eq!(counts(&ids[2]).await, (1, 0));
    let history = call(&core, "history.list", json!({ "outcome": "completed" })).await;
    let heard: Vec<_> = history["items"].as_array().unwrap().iter().map(|p| &p["title"]).collect();
    assert_eq!(heard, ["Three", "One"]);
}

#[core_async::test]
async fn the_queue_and_its_position_are_kept() {
    let (core, ids) = library().await;
    assert_eq!(call(&core, "session.get", json!({})).await, Value::Null);
    let queue: Vec<_> = ids.iter().map(|id| json!({ "track_id": id })).collect();
    call(&core, "session.save", json!({ "queue": queue, "index": 1, "position_ms": 0 })).await;
    call(&core, "session.save_position", json!({ "index": 2, "position_ms": 700 })).await;
    let session = call(&core, "session.get", json!({})).await;
    assert_eq!((&session["index"], &session["position_ms"]), (&json!(2), &json!(700)));
    assert_eq!(session["queue"].as_array().unwrap().len(), 3);
    call(&core, "session.clear", json!({})).await;
    assert_eq!(call(&core, "session.get", json!({})).await, Value::Null);
}

#[core_async::test]
async fn live_lists_tell_of_changes() {
    let (core, ids) = library().await;
    let mut pages = core.live_json(r#"{"list":"playlists","query":{}}"#).unwrap();
    let mut next =
        async || -> Value { serde_json::from_str(&pages.next().await.unwrap().unwrap()).unwrap() };
    assert_eq!(next().await["items"], json!([]));
    call(&core, "playlists.create", json!({ "name": "New", "track_ids": ids })).await;
    assert_eq!(next().await["items"][0]["entry_count"], 3);
    let unknown = core.live_json(r#"{"list":"colours","query":{}}"#).err().unwrap();
    assert_eq!(unknown.code(), "invalid_request");
}

#[core_async::test]
async fn storage_tells_how_it_is() {
    let (core, _) = library().await;
    let health = call(&core, "storage.health", json!({})).await;
    assert!(health.get("last_eviction").is_some(), "{health}");
}
