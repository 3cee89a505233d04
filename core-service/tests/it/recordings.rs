//! What tracks sound like: fingerprints are kept, and recordings compared.

use std::sync::Arc;

use bridge_memory::{ManualClock, MemoryFileSystem};
use bridge_traits::{FileSystemAccess, FileSystemExt};
use bytes::Bytes;
use core_async::sync::CancellationToken;
use core_async::time::Duration;
use core_service::core_library::{Track, TrackQuery};
use core_service::{CoreService, ErrorCode, RpcError};
use serde_json::{Value, json};

use crate::support::bridges;

/// Twelve seconds of music that nobody has heard: 16-bit mono PCM in a RIFF container. Pieces with other numbers are
/// other music.
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
            let random = (number * 1009 + beat * 31 + voice).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            let pitch = 200 + (random >> 58) * 12;
            let is_up = (frame * pitch * 2 / u64::from(rate)).is_multiple_of(2);
            sample += if is_up { 2000 } else { -2000 };
        }
        wav.extend(sample.to_le_bytes());
    }
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
