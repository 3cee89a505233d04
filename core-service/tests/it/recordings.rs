//! What tracks sound like: fingerprints are kept, and recordings compared.

use std::sync::Arc;

use bridge_memory::{ManualClock, MemoryFileSystem};
use bridge_traits::{FileSystemAccess, FileSystemExt};
use bytes::Bytes;
use core_async::sync::CancellationToken;
use core_async::time::Duration;
use core_service::core_library::{Track, TrackQuery};
use core_service::core_runtime::{Event, LibraryEvent};
use core_service::{CoreService, ErrorCode, RpcError};
use serde_json::{Value, json};

use crate::support::bridges;

/// Twelve seconds of music that nobody has heard: 16-bit mono PCM in a RIFF container. Pieces with
/// other numbers are other music.
fn music(number: u64, rate: u32) -> Bytes {
    let frames = u64::from(rate) * 12;
    let mut wav = Vec::from(*b"RIFF");
    let length = u32::try_from(frames * 2).unwrap();
    wav.extend((length + 36).to_le_bytes());
    wav.extend(b"WAVEfmt ");
    wav.extend(16_u32.to_le_bytes());
    wav.extend([1, 0, 1, 0]);
    wav.extend(rate.to_le_bytes());
    wav.extend((rate * 2).to_le_bytes());
    wav.extend([2, 0, 16, 0]);
    wav.extend(b"data");
    wav.extend(length.to_le_bytes());
    for frame in 0..frames {
        let beat = frame * 10 / u64::from(rate) / 3;
        let mut sample = 0_i16;
        for voice in 0..3 {
            let random = scramble((number << 32) | (beat << 8) | voice);
            let pitch = 200 + (random >> 58) * 12;
            let is_up = (frame * pitch * 2 / u64::from(rate)).is_multiple_of(2);
            sample += if is_up { 2000 } else { -2000 };
        }
        wav.extend(sample.to_le_bytes());
    }
    wav.into()
}

fn scramble(seed: u64) -> u64 {
    let mut state = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    state ^ (state >> 31)
}

/// The same with a title and an artist, in a chunk of its own behind the music.
fn titled(number: u64, rate: u32, title: &str) -> Bytes {
    let mut wav = music(number, rate).to_vec();
    let mut info = Vec::from(*b"INFO");
    for (name, value) in [(b"INAM", title), (b"IART", "Somebody")] {
        let even = value.len() + value.len() % 2;
        info.extend(name);
        info.extend(u32::try_from(even).unwrap().to_le_bytes());
        info.extend(value.bytes().chain([0]).take(even));
    }
    wav.extend(b"LIST");
    wav.extend(u32::try_from(info.len()).unwrap().to_le_bytes());
    wav.extend(info);
    let length = u32::try_from(wav.len() - 8).unwrap();
    wav[4..8].copy_from_slice(&length.to_le_bytes());
    wav.into()
}

struct World {
    core: CoreService,
    files: Arc<dyn FileSystemAccess>,
    clock: Arc<ManualClock>,
}

impl World {
    async fn new() -> Self {
        let files: Arc<dyn FileSystemAccess> = Arc::new(MemoryFileSystem::new());
        let clock = Arc::new(ManualClock::default());
        let mut bridges = bridges();
        bridges.files = Some(files.clone());
        bridges.clock = Some(clock.clone());
        let core = CoreService::start("test", bridges).await.unwrap();
        Self { core, files, clock }
    }

    async fn put(&self, path: &str, content: Bytes) {
        self.files.write_bytes(path, content).await.unwrap();
    }

    /// Scans everything a while later, and gives what is there by path.
    async fn scan(&self) -> Vec<Track> {
        self.clock.advance(Duration::from_secs(60));
        self.core.scan(&["music".to_owned()], &CancellationToken::new()).await.unwrap();
        let mut tracks = self.core.library().tracks(&TrackQuery::default()).await.unwrap().items;
        tracks.sort_by(|one, other| one.path.cmp(&other.path));
        tracks
    }

    async fn call(&self, method: &str, params: Value) -> Result<Value, RpcError> {
        let request = json!({ "method": method, "params": params }).to_string();
        let result = self.core.call_json(&request).await;
        Ok(serde_json::from_str(&result.map_err(|error| RpcError::from(&error))?).unwrap())
    }
}

#[core_async::test]
async fn a_fingerprint_is_made_once_and_kept() {
    let world = World::new().await;
    world.put("music/one.wav", music(1, 16_000)).await;
    let id = world.scan().await[0].id.clone();
    let made = world.call("library.fingerprint", json!({ "id": id })).await.unwrap();
    assert!(made.as_str().unwrap().starts_with("AQAA"), "{made}");
    // It needs the file no more.
    world.files.remove_file("music/one.wav").await.unwrap();
    assert_eq!(world.call("library.fingerprint", json!({ "id": id })).await.unwrap(), made);
    // Another file has another, and there is nothing to make it from.
    world.put("music/one.wav", music(2, 16_000)).await;
    world.scan().await;
    world.files.remove_file("music/one.wav").await.unwrap();
    let error = world.call("library.fingerprint", json!({ "id": id })).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::NotFound, "{}", error.message);
    let error = world.call("library.fingerprint", json!({ "id": "nobody" })).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::NotFound);
}

#[core_async::test]
async fn two_files_of_one_recording_are_told_from_other_music() {
    let world = World::new().await;
    world.put("music/a.wav", music(3, 16_000)).await;
    world.put("music/b.wav", music(3, 22_050)).await;
    world.put("music/c.wav", music(4, 16_000)).await;
    let tracks = world.scan().await;
    let compare = async |one: usize, other: usize| {
        let params = json!({ "one": tracks[one].id, "other": tracks[other].id });
        world.call("library.compare_recordings", params).await.unwrap()
    };
    let same = compare(0, 1).await;
    assert_eq!(same["same_recording"], true, "{same}");
    assert!(same["similarity"].as_f64().unwrap() > 0.9, "{same}");
    let other = compare(0, 2).await;
    assert_eq!(other["same_recording"], false, "{other}");
}

#[core_async::test]
async fn a_sound_check_finds_what_is_the_same_and_what_only_has_the_same_name() {
    let world = World::new().await;
    world.put("music/a.wav", titled(3, 16_000, "Same")).await;
    world.put("music/b.wav", titled(3, 22_050, "Same")).await;
    world.put("music/c.wav", titled(4, 16_000, "Namesake")).await;
    world.put("music/d.wav", titled(5, 22_050, "Namesake")).await;
    world.put("music/e.wav", titled(6, 16_000, "Gone")).await;
    world.put("music/f.wav", titled(6, 22_050, "Gone")).await;
    world.scan().await;
    world.files.remove_file("music/f.wav").await.unwrap();
    let found = async || {
        let page = world.call("library.duplicates", json!({})).await.unwrap();
        let groups = page["items"].as_array().unwrap().clone();
        let name = |group: &Value| {
            format!("{} {}", group["evidence"], group["tracks"][0]["title"]).replace('"', "")
        };
        let mut names: Vec<_> = groups.iter().map(name).collect();
        names.sort();
        names
    };
    assert_eq!(found().await, ["tags Gone", "tags Namesake", "tags Same"]);

    let mut events = world.core.events().subscribe();
    let check = world.call("library.check_sounds", json!({})).await.unwrap();
    assert_eq!((&check["listened"], &check["alike"]), (&json!(5), &json!(1)), "{check}");
    assert_eq!(check["failed"][0]["path"], "music/f.wav", "{check}");
    let mut told = Vec::new();
    while let Ok(event) = events.try_recv() {
        if let Event::Library(LibraryEvent::SoundCheckProgress { done, total }) = event {
            told.push((done, total));
        }
    }
    assert_eq!(told, [(1, 3), (2, 3), (3, 3)]);
    assert_eq!(found().await, ["sound Same", "tags Gone"]);

    // Once is enough, and what comes back is listened to then.
    world.put("music/f.wav", titled(6, 22_050, "Gone")).await;
    let check = world.call("library.check_sounds", json!({})).await.unwrap();
    assert_eq!((&check["listened"], &check["failed"]), (&json!(1), &json!([])), "{check}");
    assert_eq!(found().await, ["sound Gone", "sound Same"]);
}
