//! The calls that write the library to a file and read it back.

use core_async::sync::CancellationToken;
use core_service::bridge_traits::FileSystemExt;
use core_service::{CoreService, ErrorCode, RpcError};
use serde_json::{Value, json};

use crate::support::{core, entry, wav};

async fn call(core: &CoreService, method: &str, params: Value) -> Result<Value, RpcError> {
    let request = json!({ "method": method, "params": params }).to_string();
    let answer = core.call_json(&request).await.map_err(|error| RpcError::from(&error))?;
    Ok(serde_json::from_str(&answer).unwrap())
}

#[core_async::test]
async fn a_library_is_written_to_a_file_and_read_from_it() {
    let core = core().await;
    let files = vec![entry("One.wav", wav(10)).await, entry("Two.wav", wav(20)).await];
    core.import(files, &CancellationToken::new()).await.unwrap();
    let tracks = call(&core, "library.tracks", json!({})).await.unwrap();
    let id = &tracks["items"][0]["id"];
    call(&core, "library.rate", json!({ "ids": [id], "rating": 70 })).await.unwrap();
    let written = call(&core, "library.export", json!({ "path": "copies/all" })).await.unwrap();
    assert_eq!(written["path"], "copies/all");
    let bytes = core.files().read_bytes("copies/all", 1 << 20).await.unwrap();
    assert_eq!(written["bytes"], bytes.len());

    call(&core, "library.rate", json!({ "ids": [id], "rating": 10 })).await.unwrap();
    let merge = json!({ "path": "copies/all", "mode": "merge" });
    let report = call(&core, "library.import", merge).await.unwrap();
    assert_eq!((&report["tracks"], &report["matched"]), (&json!(2), &json!(2)));
    let track = call(&core, "library.track", json!({ "id": id })).await.unwrap();
    assert_eq!(track["rating"], 10, "what is here wins");

    let mode = json!({ "replace": { "safety_copy": "copies/before" } });
    let replace = json!({ "path": "copies/all", "mode": mode });
    call(&core, "library.import", replace).await.unwrap();
    let track = call(&core, "library.track", json!({ "id": id })).await.unwrap();
    assert_eq!(track["rating"], 70);
    assert!(core.files().metadata("copies/before").await.unwrap().length > 100);
}

#[core_async::test]
async fn another_file_is_refused_with_what_to_do() {
    let core = core().await;
    core.files().write_bytes("song", wav(10)).await.unwrap();
    for mode in [json!("merge"), json!({ "replace": { "safety_copy": null } })] {
        let wrong = json!({ "path": "song", "mode": mode });
        let error = call(&core, "library.import", wrong).await.unwrap_err();
        assert_eq!(error.code, ErrorCode::UnsupportedFormat, "{}", error.message);
        assert!(error.message.contains("choose a file"), "{}", error.message);
        let missing = json!({ "path": "nowhere", "mode": mode });
        let error = call(&core, "library.import", missing).await.unwrap_err();
        assert_eq!(error.code, ErrorCode::NotFound, "{}", error.message);
    }
}
