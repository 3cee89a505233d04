//! Streams a body with the bridge and with `fetch` alone, in turns: `cargo xtask bench async` runs it and reads
//! what it prints, the middle round of both in microseconds per mebibyte.

#![expect(clippy::unwrap_used, reason = "a measurement that fails ends")]

use bridge_traits::{HttpClient, Request};
use bridge_wasm::FetchHttpClient;
use core_async::time::Instant;
use futures::TryStreamExt;
use js_sys::{Function, Promise};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// Where the conformance kit's server listens.
const SERVER: Option<&str> = option_env!("MPC_TEST_HTTP_SERVER");

const ROUNDS: usize = 7;
const MEBIBYTES: u32 = 32;
const LENGTH: u32 = MEBIBYTES * 1024 * 1024;

#[core_async::test(timeout_ms = 120_000)]
async fn http_stream() {
    let server = SERVER.expect("`cargo xtask bench async` says where the server listens");
    let client = FetchHttpClient::new();
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    let run = js_sys::Date::now();
    for round in 0..ROUNDS {
        let url = |side: &str| format!("{server}/endless/{side}-{run}-{round}");
        let start = Instant::now();
        with_bridge(&client, url("bridge")).await;
        ours.push(per_mebibyte(start));
        let start = Instant::now();
        with_fetch(&url("bare")).await;
        theirs.push(per_mebibyte(start));
    }
    ours.sort_by(f64::total_cmp);
    theirs.sort_by(f64::total_cmp);
    let (ours, theirs) = (ours[ROUNDS / 2], theirs[ROUNDS / 2]);
    wasm_bindgen_test::console_log!("bench: http_stream {ours} {theirs}");
}

fn per_mebibyte(start: Instant) -> f64 {
    start.elapsed().as_secs_f64() * 1e6 / f64::from(MEBIBYTES)
}

async fn with_bridge(client: &FetchHttpClient, url: String) {
    let mut body = client.send(Request::get(url)).await.unwrap().body;
    let mut left = LENGTH as usize;
    while left > 0 {
        left = left.saturating_sub(body.try_next().await.unwrap().unwrap().len());
    }
}

/// Without a line of Rust between two pieces.
async fn with_fetch(url: &str) {
    let script = "
        return (async () => {
            const reader = (await fetch(url, { cache: 'no-store' })).body.getReader();
            for (let left = length; left > 0;) left -= (await reader.read()).value.length;
            await reader.cancel();
        })();";
    let script = Function::new_with_args("url, length", script);
    let reading =
        script.call2(&JsValue::UNDEFINED, &JsValue::from_str(url), &JsValue::from(LENGTH)).unwrap();
    JsFuture::from(reading.unchecked_into::<Promise>()).await.unwrap();
}
