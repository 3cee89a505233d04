//! The whole core runs in Node.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use bridge_node_whole_core::start;
use bridge_traits::FileSystemExt;
use core_async::sync::CancellationToken;
use core_service::core_library::TrackQuery;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen(module = "node:fs")]
extern "C" {
    #[wasm_bindgen(js_name = mkdtempSync)]
    fn make_directory(prefix: &str) -> String;
}

#[wasm_bindgen(module = "node:os")]
extern "C" {
    fn tmpdir() -> String;
}

/// A second of a quiet tone: 16-bit mono PCM at 8 kHz in a RIFF container.
fn wav(pitch: usize) -> Vec<u8> {
    let mut wav = Vec::new();
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
    let sample = |at: usize| if (at / pitch).is_multiple_of(2) { 800_i16 } else { -800 };
    wav.extend((0..8000).flat_map(|at| sample(at).to_le_bytes()));
    wav
}

#[core_async::test]
async fn it_scans_finds_decodes_and_remembers() {
    let home = make_directory(&format!("{}/bridge-node-core-", tmpdir()));
    let core = start(&home).await.unwrap();
    let album = format!("{home}/music/Artist/Album");
    for (name, pitch) in [("One", 10), ("Two", 20), ("Three", 30)] {
        let path = format!("{album}/{name}.wav");
        core.files().write_bytes(&path, wav(pitch).into()).await.unwrap();
    }
    let (roots, token) = ([format!("{home}/music")], CancellationToken::new());
    let report = core.scan(&roots, &token).await.unwrap();
    assert_eq!((report.added, report.failed.len()), (3, 0), "{report:?}");
    let again = core.scan(&roots, &token).await.unwrap();
    assert_eq!((again.added, again.unchanged), (0, 3));
    let (from, to) = (format!("{album}/One.wav"), format!("{home}/out.wav"));
    assert_eq!(core.decode_to_wav(&from, &to, 0..u64::MAX).await.unwrap(), 8000);
    core.settings().set("volume", 0.5.into()).await.unwrap();
    core.shutdown().await.unwrap();
    drop(core);
    // The operating system takes a moment to take the lock back.
    core_async::time::sleep(core_async::time::Duration::from_millis(50)).await;
    let core = start(&home).await.unwrap();
    let tracks = core.library().tracks(&TrackQuery::default()).await.unwrap().items;
    assert_eq!(tracks.len(), 3);
    assert_eq!(core.settings().get("volume").await.unwrap(), Some(0.5.into()));
    let search = r#"{"method":"library.search","params":{"text":"thr"}}"#;
    let found = core.call_json(search).await.unwrap();
    assert!(found.contains("Three"), "{found}");
    core.shutdown().await.unwrap();
    core.files().remove_directory(&home).await.unwrap();
}
