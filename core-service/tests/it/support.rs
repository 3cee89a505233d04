//! A core on the in-memory bridges, and music for it.

use std::sync::Arc;

use bridge_memory::{
    ManualClock, MemoryDatabase, MemoryFileSystem, MemoryImageResizer, MemoryOutput,
    SeededRandomness,
};
use bridge_traits::{Capabilities, FileSystemAccess, FileSystemExt, ReadAt, SecurityLevel};
use bytes::Bytes;
use core_metadata::Artwork;
use core_service::{Bridges, CoreService, ImportEntry};

pub(crate) fn bridges() -> Bridges {
    let capabilities = Capabilities {
        bridge: "memory".into(),
        database: "memory".into(),
        files: "memory".into(),
        security: Some(SecurityLevel::SessionOnly),
        audio_output: Some("memory".into()),
        durable: false,
        cross_origin_isolated: None,
    };
    let files: Arc<dyn FileSystemAccess> = Arc::new(MemoryFileSystem::new());
    let clock = Arc::new(ManualClock::default());
    let resizer = Arc::new(MemoryImageResizer);
    let artwork = Artwork::new(Arc::clone(&files), "covers", resizer, Arc::clone(&clock) as _);
    Bridges {
        database: Some(Arc::new(MemoryDatabase::new())),
        files: Some(files),
        artwork: Some(Arc::new(artwork)),
        clock: Some(clock),
        randomness: Some(Arc::new(SeededRandomness::new(1))),
        audio_output: Some(Arc::new(MemoryOutput::new())),
        capabilities: Some(capabilities),
        ..Bridges::default()
    }
}

pub(crate) async fn core() -> CoreService {
    CoreService::start("test", bridges()).await.unwrap()
}

/// A second of a quiet tone: 16-bit mono PCM at 8 kHz in a RIFF container.
pub(crate) fn wav(pitch: usize) -> Bytes {
    let mut wav = Vec::new();
    let samples: Vec<i16> =
        (0..8000_usize).map(|n| if (n / pitch).is_multiple_of(2) { 800 } else { -800 }).collect();
    wav.extend(b"RIFF");
    wav.extend(16_036_u32.to_le_bytes());
    wav.extend(b"WAVEfmt ");
    wav.extend(16_u32.to_le_bytes());
    wav.extend([1, 0, 1, 0]);
    wav.extend(8000_u32.to_le_bytes());
    wav.extend(16_000_u32.to_le_bytes());
    wav.extend([2, 0, 16, 0]);
    wav.extend(b"data");
    wav.extend(16_000_u32.to_le_bytes());
    wav.extend(samples.iter().flat_map(|sample| sample.to_le_bytes()));
    wav.into()
}

/// A file that a user chose.
pub(crate) async fn entry(path: &str, content: Bytes) -> ImportEntry {
    let files = MemoryFileSystem::new();
    files.write_bytes("chosen", content).await.unwrap();
    let source: Arc<dyn ReadAt> = files.open("chosen").await.unwrap();
    ImportEntry { path: path.into(), source }
}
