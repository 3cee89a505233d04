//! What `build_wasm_bridges` gives, wherever it is called: these tests also run in a window and in a
//! service worker.

use std::sync::Arc;

use bridge_conformance::database::DatabaseUnderTest;
use bridge_conformance::http::HttpUnderTest;
use bridge_conformance::{
    Place, clock_conformance, database_conformance, database_durability_conformance,
    file_system_conformance, http_conformance, image_resizer_conformance, network_conformance,
    randomness_conformance, secure_store_conformance, settings_conformance,
};
use bridge_traits::policy::{HttpPolicy, PacingPolicy, PolicyHttpClient};
use bridge_traits::{
    DatabaseSettings, ErrorKind, FileSystemExt, HttpClient, Request, Schema, Secret, SecureStore,
    SecurityLevel, SettingsStore,
};
use bridge_wasm::{
    ChannelHostNews, FetchHttpClient, WasmBridgeConfig, WasmBridges, build_wasm_bridges,
    is_cross_origin_isolated, is_storage_persisted, persist_storage, storage_use,
};
use core_async::time::{Duration, sleep, timeout};
use js_sys::{Function, Reflect};
use wasm_bindgen::JsCast;

use crate::conformance::stored_secrets;
use crate::server;
use crate::support::{fails, javascript, profile};

async fn build(name: &str) -> WasmBridges {
    build_wasm_bridges(WasmBridgeConfig::new(profile(name))).await.unwrap()
}

database_conformance!(async { build("built").await.database });

database_durability_conformance!(async {
    let profile = profile("built");
    DatabaseUnderTest::durable(move || {
        let config = WasmBridgeConfig::new("built").with_database(&profile);
        async move { build_wasm_bridges(config).await.unwrap().database }
    })
});

file_system_conformance!(async { build("built").await.files });

image_resizer_conformance!(formats: async { build("built").await.image_resizer });

secure_store_conformance!(durable: async {
    let profile = profile("built");
    let name = format!("mpc-secrets:{profile}");
    Place::<dyn SecureStore>::durable(move || {
        let config = WasmBridgeConfig::new(&profile);
        async move { build_wasm_bridges(config).await.unwrap().secrets }
    })
    .with_stored_bytes(move || stored_secrets(name.clone()))
});

settings_conformance!(durable: async {
    let profile = profile("built");
    Place::<dyn SettingsStore>::durable(move || {
        let config = WasmBridgeConfig::new(&profile);
        async move {
            let bridges = build_wasm_bridges(config).await.unwrap();
            bridges.database.open(Schema::new(vec![DatabaseSettings::schema()])).await.unwrap();
            bridges.settings
        }
    })
});

http_conformance!(async {
    let subject: HttpUnderTest = server::start().await;
    subject.with_client(build("built").await.http)
});

network_conformance!(async { build("built").await.network });

clock_conformance!(running: async { build("built").await.clock });

randomness_conformance!(async { build("built").await.randomness });

/// Where a context is: a window, or a worker of a kind.
fn context() -> String {
    let scope = js_sys::global();
    let name = Reflect::get(&scope, &"constructor".into()).unwrap();
    Reflect::get(&name, &"name".into()).unwrap().as_string().unwrap()
}

#[core_async::test]
async fn capabilities_say_what_was_found() {
    let bridges = build("capabilities").await;
    let capabilities = &bridges.capabilities;
    // Only dedicated workers write to the private file system at once.
    match context().as_str() {
        "DedicatedWorkerGlobalScope" => assert_eq!(capabilities.files, "opfs"),
        _ => assert_eq!(capabilities.files, "indexeddb"),
    }
    assert_eq!(capabilities.bridge, "wasm");
    assert_eq!(capabilities.security, Some(SecurityLevel::NonExtractableKey));
    assert_eq!(capabilities.security, Some(bridges.secrets.security_level()));
    assert_eq!(capabilities.cross_origin_isolated, Some(is_cross_origin_isolated()));
}

#[core_async::test]
async fn bridges_of_one_namespace_share_what_they_keep() {
    let profile = profile("shared");
    let one = build_wasm_bridges(WasmBridgeConfig::new(&profile)).await.unwrap();
    let two = build_wasm_bridges(WasmBridgeConfig::new(&profile)).await.unwrap();
    one.secrets.put("token", &Secret::new("kept")).await.unwrap();
    assert_eq!(two.secrets.get("token").await.unwrap().unwrap().expose(), b"kept");
    one.files.write_bytes("a/b", "kept".into()).await.unwrap();
    assert_eq!(two.files.read_bytes("a/b", 10).await.unwrap(), "kept");
    let other = build("other").await;
    assert!(other.files.list("").await.unwrap().is_empty());
    assert!(other.secrets.names().await.unwrap().is_empty());
}

#[core_async::test]
async fn two_tabs_do_not_own_one_profile() {
    let name = profile("lock");
    let config = || WasmBridgeConfig::new("locks").with_label("the first tab");
    let (one, two) = (build_wasm_bridges(config()).await, build_wasm_bridges(config()).await);
    let (one, two) = (one.unwrap().instance_lock, two.unwrap().instance_lock);
    let held = one.try_acquire(&name).await.unwrap();
    assert!(held.is_some() && two.try_acquire(&name).await.unwrap().is_none());
    let holder = two.holder(&name).await.unwrap().unwrap();
    assert_eq!(holder.label.as_deref(), Some("the first tab"));
    drop(held);
    timeout(Duration::from_secs(10), two.acquire(&name)).await.unwrap().unwrap();
}

/// A function that answers everything with what it was asked for.
async fn echo() -> Function {
    let body = "return (request) => {
        if (request.url.endsWith('/throws')) throw new TypeError('thrown');
        if (request.url.endsWith('/rejects')) return Promise.reject(new TypeError('rejected'));
        if (request.url.endsWith('/plain')) return new Response('no promise');
        return Promise.resolve(new Response(`${request.method} ${request.url}`));
    };";
    javascript(body, "").await.unchecked_into()
}

#[core_async::test]
async fn requests_go_through_the_given_fetch() {
    let config = WasmBridgeConfig::new(profile("fetch")).with_fetch(echo().await);
    let client = build_wasm_bridges(config).await.unwrap().http;
    let response = client.send(Request::get("https://nowhere.invalid/a")).await.unwrap();
    assert_eq!(response.bytes(100).await.unwrap(), "GET https://nowhere.invalid/a");
    let plain = client.send(Request::get("https://nowhere.invalid/plain")).await.unwrap();
    assert_eq!(plain.bytes(100).await.unwrap(), "no promise");
    for path in ["throws", "rejects"] {
        let url = format!("https://nowhere.invalid/{path}");
        fails(client.send(Request::get(url)).await, ErrorKind::Unavailable);
    }
    // The browser's own is not touched.
    let own = FetchHttpClient::new().send(Request::get("http://127.0.0.1:1/")).await;
    fails(own, ErrorKind::Unavailable);
}

#[core_async::test]
async fn space_is_known_and_only_a_window_asks_to_keep_it() {
    let space = storage_use().await.unwrap().unwrap();
    assert!(space.used <= space.quota && space.quota > 1 << 20, "{space:?}");
    is_storage_persisted().await.unwrap();
    match context().as_str() {
        // It may refuse, and says so.
        "Window" => drop(persist_storage().await.unwrap()),
        _ => drop(fails(persist_storage().await, ErrorKind::Unsupported)),
    }
}

#[core_async::test]
async fn tabs_keep_one_pace() {
    let custom = echo().await;
    let origin = format!("https://{}.invalid", profile("pace").replace('/', "-"));
    let slow = PacingPolicy {
        burst: 1,
        interval: Duration::from_secs(3600),
        longest_wait: Duration::from_secs(1),
        ..PacingPolicy::default()
    };
    let tab = async || {
        let config = WasmBridgeConfig::new("pace").with_fetch(custom.clone());
        let bridges = build_wasm_bridges(config).await.unwrap();
        let policy = HttpPolicy::default().with_host(&origin, slow);
        PolicyHttpClient::new(bridges.http, bridges.clock, bridges.randomness, policy)
            .sharing_pace(Arc::new(ChannelHostNews::new().unwrap()))
    };
    let (one, two) = (tab().await, tab().await);
    one.send(Request::get(format!("{origin}/a"))).await.unwrap();
    let told = async {
        while two.hosts().is_empty() {
            sleep(Duration::from_millis(1)).await;
        }
    };
    timeout(Duration::from_secs(10), told).await.unwrap();
    let error = two.send(Request::get(format!("{origin}/b"))).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TimedOut, "{error:?}");
}
