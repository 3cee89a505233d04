//! Redirects are followed, and nothing goes where it does not belong.

use std::sync::Arc;

use bridge_memory::MemoryHttpClient;
use bridge_traits::policy::{HttpPolicy, HttpRefusal};
use bridge_traits::{ErrorKind, HttpClient, Method, Request};

use crate::http::support::{get, refusal, serve_redirect, serve_statuses, with_policy};

const FROM: &str = "https://music.test/from";

/// Everything that must not be seen elsewhere.
fn with_secrets(request: Request) -> Request {
    request
        .with_bearer("canary")
        .with_header("Cookie", "session=canary")
        .with_secret_header("X-Api-Key", "canary")
        .with_header("X-Never-Heard-Of", "canary")
        .with_header("Accept", "audio/flac")
        .with_header("Range", "bytes=0-9")
}

fn network(status: u16, to: &str) -> Arc<MemoryHttpClient> {
    let network = Arc::new(MemoryHttpClient::new());
    serve_redirect(&network, FROM, status, to);
    network
}

#[core_async::test(start_paused = true)]
async fn credentials_do_not_reach_another_origin() {
    for status in [301, 302, 303, 307, 308] {
        for to in [
            "https://other.test/to",
            "https://music.test:8443/to",
            "https://cdn.music.test/to",
            "https://music.test.evil.test/to",
            "//other.test/to",
        ] {
            let network = network(status, to);
            network.serve(&to.replace("https:", "").replace("//", "https://"), "music");
            let client = with_policy(&network, HttpPolicy::default());
            let response = client.send(with_secrets(Request::get(FROM))).await.unwrap();
            assert_eq!(response.url, to.replace("https:", "").replace("//", "https://"));
            let [first, second] = network.requests().try_into().unwrap();
            assert_eq!(first.headers.all("authorization").count(), 1);
            let all: Vec<_> = second.headers.iter().collect();
            assert_eq!(all, [("accept", "audio/flac"), ("range", "bytes=0-9")], "{status} {to}");
            assert!(!second.url.contains("canary"));
        }
    }
}

#[core_async::test(start_paused = true)]
async fn credentials_stay_within_their_origin() {
    for to in ["/to", "to", "https://MUSIC.test:443/to", "//music.test/to", "./x/../to"] {
        let network = network(302, to);
        network.serve("https://music.test/to", "music");
        let client = with_policy(&network, HttpPolicy::default());
        let response = client.send(with_secrets(Request::get(FROM))).await.unwrap();
        assert_eq!(response.url, "https://music.test/to");
        let [_, second] = network.requests().try_into().unwrap();
        assert_eq!(second.headers.get("authorization"), Some("Bearer canary"), "{to}");
        assert_eq!(second.headers.get("x-api-key"), Some("canary"));
    }
}

#[core_async::test(start_paused = true)]
async fn credentials_do_not_come_back_with_a_detour() {
    let network = network(302, "https://other.test/detour");
    serve_redirect(&network, "https://other.test/detour", 302, "https://music.test/to");
    network.serve("https://music.test/to", "music");
    let client = with_policy(&network, HttpPolicy::default());
    client.send(with_secrets(Request::get(FROM))).await.unwrap();
    let [_, _, third] = network.requests().try_into().unwrap();
    assert!(!third.headers.has_secrets() && third.headers.get("x-never-heard-of").is_none());
}

#[core_async::test(start_paused = true)]
async fn methods_change_as_the_standard_says() {
    use Method::{Delete, Get, Head, Post, Propfind, Put};
    for (status, from, to) in [
        (301, Post, Get),
        (302, Post, Get),
        (303, Post, Get),
        (303, Put, Get),
        (303, Delete, Get),
        (303, Head, Head),
        (307, Post, Post),
        (308, Post, Post),
        (301, Put, Put),
        (302, Delete, Delete),
        (308, Propfind, Propfind),
        (301, Head, Head),
    ] {
        let network = network(status, "/to");
        network.serve("https://music.test/to", "music");
        let client = with_policy(&network, HttpPolicy::default());
        let request = Request::new(from, FROM).with_typed_body("text/plain", "body");
        client.send(request).await.unwrap();
        let [_, second] = network.requests().try_into().unwrap();
        assert_eq!(second.method, to, "{status} {from:?}");
        let keeps_body = from == to;
        assert_eq!(second.body.is_empty(), !keeps_body, "{status} {from:?}");
        assert_eq!(second.headers.get("content-type").is_some(), keeps_body);
    }
}

#[core_async::test(start_paused = true)]
async fn a_body_does_not_reach_another_origin() {
    for (status, method) in [(307, Method::Post), (308, Method::Put), (301, Method::Put)] {
        let network = network(status, "https://other.test/to");
        network.serve("https://other.test/to", "music");
        let client = with_policy(&network, HttpPolicy::default());
        let request = Request::new(method, FROM).with_body("canary");
        let error = client.send(request).await.unwrap_err();
        assert_eq!(refusal(&error), HttpRefusal::RedirectBody);
        assert_eq!(error.kind(), ErrorKind::PermissionDenied);
        assert_eq!(network.requests().len(), 1);
    }
    // After a 303 there is no body left to protect.
    let network = network(303, "https://other.test/to");
    network.serve("https://other.test/to", "music");
    let client = with_policy(&network, HttpPolicy::default());
    let request = Request::new(Method::Post, FROM).with_body("canary");
    assert_eq!(client.send(request).await.unwrap().status, 200);
    assert!(network.requests()[1].body.is_empty());
}

#[core_async::test(start_paused = true)]
async fn where_a_redirect_may_not_lead_is_not_asked() {
    for (to, expected) in [
        ("http://music.test/to", HttpRefusal::RedirectDowngrade),
        ("http://music.test:443/to", HttpRefusal::RedirectDowngrade),
        ("file:///etc/passwd", HttpRefusal::RedirectScheme),
        ("data:text/plain,x", HttpRefusal::RedirectScheme),
        ("blob:https://music.test/x", HttpRefusal::RedirectScheme),
        ("javascript:alert(1)", HttpRefusal::RedirectScheme),
        ("https://name:canary@music.test/", HttpRefusal::RedirectCredentials),
        ("https://music.test\\@evil.test/", HttpRefusal::RedirectCredentials),
        ("https://", HttpRefusal::RedirectTarget),
        ("https:/to", HttpRefusal::RedirectTarget),
    ] {
        let network = network(302, to);
        let client = with_policy(&network, HttpPolicy::default());
        let error = client.send(Request::get(FROM)).await.unwrap_err();
        assert_eq!(refusal(&error), expected, "{to}");
        assert_eq!(network.requests().len(), 1, "{to}");
        assert!(!format!("{error:?}").contains("canary"));
    }
    let network = Arc::new(MemoryHttpClient::new());
    serve_statuses(&network, FROM, &[302]);
    let error = with_policy(&network, HttpPolicy::default()).send(Request::get(FROM)).await;
    assert_eq!(refusal(&error.unwrap_err()), HttpRefusal::RedirectTarget);
}

#[core_async::test(start_paused = true)]
async fn a_loop_ends_after_ten_hops() {
    let network = network(302, "/from");
    let error = with_policy(&network, HttpPolicy::default()).send(Request::get(FROM)).await;
    assert_eq!(refusal(&error.unwrap_err()), HttpRefusal::TooManyRedirects { limit: 10 });
    assert_eq!(network.requests().len(), 11);
}

#[core_async::test(start_paused = true)]
async fn other_statuses_of_the_three_hundreds_are_answers() {
    let network = Arc::new(MemoryHttpClient::new());
    serve_statuses(&network, FROM, &[300, 304, 305]);
    let client = with_policy(&network, HttpPolicy::default());
    for status in [300, 304, 305] {
        assert_eq!(get(&client, FROM).await.0, status);
    }
}

#[core_async::test(start_paused = true)]
async fn credentials_in_an_address_are_refused_at_once() {
    let network = Arc::new(MemoryHttpClient::new());
    let client = with_policy(&network, HttpPolicy::default());
    let error = client.send(Request::get("https://name:canary@music.test/")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert!(network.requests().is_empty() && !format!("{error:?}").contains("canary"));
}

/// Where the host hides redirects, it follows those of requests that carry nothing.
#[core_async::test(start_paused = true)]
async fn hidden_redirects_are_followed_where_nothing_can_go_astray() {
    let network = Arc::new(MemoryHttpClient::hiding_redirects());
    serve_redirect(&network, FROM, 302, "https://other.test/to");
    serve_redirect(&network, "https://music.test/down", 302, "http://other.test/plain");
    network.serve("https://other.test/to", "music");
    network.serve("http://other.test/plain", "music");
    let client = with_policy(&network, HttpPolicy::default());
    let plain = Request::get(FROM).with_header("range", "bytes=0-1");
    let response = client.send(plain).await.unwrap();
    assert_eq!((response.status, &*response.url), (206, "https://other.test/to"));
    for request in [
        Request::get(FROM).with_bearer("canary"),
        Request::get(FROM).with_header("x-never-heard-of", "canary"),
        Request::new(Method::Post, FROM).with_body("canary"),
    ] {
        let asked = network.requests().len();
        let error = client.send(request).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert_eq!(network.requests().len(), asked + 1, "the target is not asked");
    }
    let error = client.send(Request::get("https://music.test/down")).await.unwrap_err();
    assert_eq!(refusal(&error), HttpRefusal::RedirectDowngrade);
}
