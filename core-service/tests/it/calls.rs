//! The calls that cross to TypeScript.

use core_async::sync::CancellationToken;
use core_service::{ErrorCode, RpcError};

use crate::support::{core, entry, wav};

#[core_async::test]
async fn calls_answer_as_json() {
    let core = core().await;
    let files = vec![entry("One.wav", wav(10)).await];
    core.import(files, &CancellationToken::new()).await.unwrap();
    let call = |request: &'static str| {
        let core = core.clone();
        async move {
            let json = core.call_json(request).await.unwrap();
            serde_json::from_str::<serde_json::Value>(&json).unwrap()
        }
    };
    let page = call(r#"{"method":"library.tracks","params":{"sort":"title","limit":10}}"#).await;
    assert_eq!(page["items"][0]["title"], "One");
    assert_eq!(page["items"][0]["duration_ms"], 1000);
    assert_eq!(page["next"], serde_json::Value::Null);
    let found = call(r#"{"method":"library.search","params":{"text":"on"}}"#).await;
    assert_eq!(found["tracks"].as_array().unwrap().len(), 1);
    assert_eq!(call(r#"{"method":"status","params":{}}"#).await["tracks"], 1);
    let status = call(r#"{"method":"player.status","params":{}}"#).await;
    assert_eq!(status["state"], "stopped");
}

#[core_async::test]
async fn wrong_calls_fail_with_a_code_and_a_sentence() {
    let core = core().await;
    for (request, code) in [
        ("nonsense", ErrorCode::InvalidRequest),
        (r#"{"method":"library.explode","params":{}}"#, ErrorCode::InvalidRequest),
        (r#"{"method":"library.tracks","params":{"colour":1}}"#, ErrorCode::InvalidRequest),
        (r#"{"method":"library.tracks","params":{"sort":"colour"}}"#, ErrorCode::InvalidRequest),
        (r#"{"method":"library.track","params":{"id":"x"}}"#, ErrorCode::NotFound),
        (r#"{"method":"player.play","params":{"id":"x"}}"#, ErrorCode::NotFound),
        (r#"{"method":"player.pause","params":{}}"#, ErrorCode::InvalidRequest),
    ] {
        let error = RpcError::from(&core.call_json(request).await.unwrap_err());
        assert_eq!(error.code, code, "{request}: {}", error.message);
        assert!(!error.message.is_empty());
    }
}
