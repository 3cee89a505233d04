//! Scripted servers.

use std::time::Duration;

use bridge_memory::{MemoryHttpClient, MemoryResponse};
use bridge_traits::{ErrorKind, HttpClient, Request};

#[core_async::test]
async fn the_longest_prefix_answers() {
    let client = MemoryHttpClient::new();
    client.serve("https://a.test/", "root");
    client.serve("https://a.test/file", "file");
    let ask = async |url: &str| {
        let response = client.send(Request::get(url)).await.unwrap();
        response.bytes(100).await.unwrap()
    };
    assert_eq!(ask("https://a.test/file?x=1").await, "file");
    assert_eq!(ask("https://a.test/other").await, "root");
    let urls: Vec<_> = client.requests().into_iter().map(|request| request.url).collect();
    assert_eq!(urls, ["https://a.test/file?x=1", "https://a.test/other"]);
}

#[core_async::test]
async fn unknown_paths_are_404_and_unknown_hosts_unavailable() {
    let client = MemoryHttpClient::new();
    client.serve("https://a.test/file", "file");
    let response = client.send(Request::get("https://a.test/x")).await.unwrap();
    assert_eq!(response.status, 404);
    let error = client.send(Request::get("https://b.test/file")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
}

#[core_async::test]
async fn a_stalled_server_times_out() {
    let client = MemoryHttpClient::new();
    client.route("http://head.test", |_| std::future::pending());
    client.route("http://body.test", |_| {
        std::future::ready(Ok(MemoryResponse::ok("begin").then_stalled()))
    });
    let ask = |url| Request::get(url).with_timeout(Duration::from_millis(20));
    let error = client.send(ask("http://head.test")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TimedOut);
    let response = client.send(ask("http://body.test")).await.unwrap();
    assert_eq!(response.bytes(100).await.unwrap_err().kind(), ErrorKind::TimedOut);
}

#[core_async::test]
async fn a_broken_connection_is_an_error_behind_what_arrived() {
    let client = MemoryHttpClient::new();
    client.route("http://a.test", |_| {
        let response = MemoryResponse::new(200).with_header("content-length", "10");
        std::future::ready(Ok(response.then_disconnected()))
    });
    let response = client.send(Request::get("http://a.test")).await.unwrap();
    assert_eq!(response.bytes(100).await.unwrap_err().kind(), ErrorKind::Unavailable);
}
