//! HTTP against a server on this computer that answers, stalls, truncates and redirects.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes as Body;
use axum::extract::Request as Incoming;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{AppendHeaders, IntoResponse};
use axum::routing::{any, get};
use bridge_desktop::ReqwestHttpClient;
use bridge_traits::{ByteRange, ErrorKind, HttpClient, Method, Request};
use core_async::sync::Notify;
use core_async::time::{Duration, timeout};
use futures::StreamExt;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const CONTENT: &[u8] = b"0123456789abcdefghij";

fn client() -> ReqwestHttpClient {
    ReqwestHttpClient::new().unwrap()
}

/// Serves `router` and returns its address.
async fn serve(router: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    core_async::task::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

/// Reads one request head per connection and hands the connection to `answer`.
async fn serve_raw<F, A>(answer: F) -> String
where
    F: Fn(TcpStream) -> A + Send + 'static,
    A: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    core_async::task::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                head.push(stream.read_u8().await.unwrap());
            }
            core_async::task::spawn(answer(stream));
        }
    });
    format!("http://{address}/")
}

async fn ranged(headers: HeaderMap) -> impl IntoResponse {
    let range = headers.get("range").and_then(|value| value.to_str().ok());
    let Some((start, last)) = range.and_then(|range| range.strip_prefix("bytes=")?.split_once('-'))
    else {
        return (StatusCode::OK, [("content-range", String::new())], CONTENT.to_vec());
    };
    let start: usize = start.parse().unwrap();
    let last = last.parse().unwrap_or(CONTENT.len() - 1);
    let content_range = format!("bytes {start}-{last}/{}", CONTENT.len());
    let part = CONTENT[start..=last].to_vec();
    (StatusCode::PARTIAL_CONTENT, [("content-range", content_range)], part)
}

async fn echo(request: Incoming) -> impl IntoResponse {
    let method = request.method().to_string();
    let encoding = request.headers().get("accept-encoding").cloned();
    let body: Body = axum::body::to_bytes(request.into_body(), 1 << 20).await.unwrap();
    let mut answer = method.into_bytes();
    answer.push(b' ');
    answer.extend_from_slice(encoding.as_ref().map_or(b"", |value| value.as_bytes()));
    answer.push(b' ');
    answer.extend_from_slice(&body);
    answer
}

#[core_async::test]
async fn a_response_has_status_headers_and_body() {
    let cookies = || async { (AppendHeaders([("set-cookie", "a=1"), ("set-cookie", "b=2")]), "x") };
    let router = Router::new()
        .route("/ok", get(cookies))
        .route("/missing", get(|| async { (StatusCode::NOT_FOUND, "no such track") }))
        .route("/broken", get(|| async { StatusCode::INTERNAL_SERVER_ERROR }));
    let address = serve(router).await;
    let response = client().send(Request::get(format!("{address}/ok"))).await.unwrap();
    assert!(response.is_success());
    assert_eq!(response.headers.all("Set-Cookie").collect::<Vec<_>>(), ["a=1", "b=2"]);
    assert_eq!(response.content_length(), Some(1));
    assert_eq!(response.bytes(10).await.unwrap(), "x");

    let missing = client().send(Request::get(format!("{address}/missing"))).await.unwrap();
    assert_eq!(missing.status, 404);
    assert_eq!(missing.bytes(100).await.unwrap(), "no such track");
    let broken = client().send(Request::get(format!("{address}/broken"))).await.unwrap();
    assert_eq!(broken.status, 500);
}

#[core_async::test]
async fn every_method_carries_its_body_and_asks_for_plain_bytes() {
    let address = serve(Router::new().fallback(any(echo))).await;
    let methods = [Method::Post, Method::Put, Method::Patch, Method::Delete, Method::Propfind];
    for method in methods {
        let request = Request::new(method, &address).with_body("body");
        let answer = client().send(request).await.unwrap().bytes(100).await.unwrap();
        assert_eq!(answer, format!("{} identity body", method.as_str()));
    }
    let request = Request::get(&address).with_header("Accept-Encoding", "gzip");
    let answer = client().send(request).await.unwrap().bytes(100).await.unwrap();
    assert_eq!(answer, "GET gzip ");
    let head = client().send(Request::new(Method::Head, &address)).await.unwrap();
    assert!(head.bytes(0).await.unwrap().is_empty());
}

#[core_async::test]
async fn ranges_give_the_bytes_asked_for() {
    let address = serve(Router::new().route("/", get(ranged))).await;
    let part = |range| {
        let request = Request::get(format!("{address}/")).with_range(range);
        async move {
            let response = client().send(request).await.unwrap();
            assert_eq!(response.status, 206);
            let described = response.headers.get("content-range").unwrap();
            let (described, total) = ByteRange::parse_content_range(described).unwrap();
            assert_eq!(total, Some(CONTENT.len() as u64));
            (described.start, response.bytes(100).await.unwrap())
        }
    };
    assert_eq!(part(ByteRange::of_length(5, 4).unwrap()).await, (5, "5678".into()));
    assert_eq!(part(ByteRange::from_start(18)).await, (18, "ij".into()));
}

#[core_async::test]
async fn a_redirect_is_returned_and_not_followed() {
    let router = Router::new()
        .route("/", get(|| async { (StatusCode::FOUND, [("location", "/elsewhere")]) }))
        .route("/elsewhere", get(|| async { "followed" }));
    let address = serve(router).await;
    let response = client().send(Request::get(format!("{address}/"))).await.unwrap();
    assert_eq!(response.status, 302);
    assert_eq!(response.headers.get("location"), Some("/elsewhere"));
}

#[core_async::test]
async fn a_head_that_does_not_come_times_out() {
    let address = serve_raw(|stream| async move {
        std::future::pending::<()>().await;
        drop(stream);
    })
    .await;
    let request = Request::get(address).with_timeout(Duration::from_millis(100));
    let error = client().send(request).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TimedOut);
}

#[core_async::test]
async fn a_body_that_stalls_times_out_after_what_came() {
    let address = serve_raw(|mut stream| async move {
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nfirst").await.unwrap();
        std::future::pending::<()>().await;
    })
    .await;
    let request = Request::get(address).with_timeout(Duration::from_millis(200));
    let mut body = client().send(request).await.unwrap().body;
    assert_eq!(body.next().await.unwrap().unwrap(), "first");
    assert_eq!(body.next().await.unwrap().unwrap_err().kind(), ErrorKind::TimedOut);
    assert!(body.next().await.is_none(), "an error is the end");
}

#[core_async::test]
async fn a_body_that_takes_long_but_keeps_coming_does_not_time_out() {
    let address = serve_raw(|mut stream| async move {
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n").await.unwrap();
        for byte in b"slow!" {
            core_async::time::sleep(Duration::from_millis(80)).await;
            stream.write_all(&[*byte]).await.unwrap();
        }
    })
    .await;
    let request = Request::get(address).with_timeout(Duration::from_millis(250));
    assert_eq!(client().send(request).await.unwrap().bytes(5).await.unwrap(), "slow!");
}

#[core_async::test]
async fn a_body_that_ends_early_is_an_error() {
    for head in
        ["content-length: 100\r\n\r\npart", "transfer-encoding: chunked\r\n\r\n4\r\npart\r\n"]
    {
        let address = serve_raw(move |mut stream| async move {
            stream.write_all(b"HTTP/1.1 200 OK\r\n").await.unwrap();
            stream.write_all(head.as_bytes()).await.unwrap();
        })
        .await;
        let response = client().send(Request::get(address)).await.unwrap();
        let error = response.bytes(1000).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unavailable, "{head:?}");
    }
}

#[core_async::test]
async fn what_is_dropped_closes_the_connection() {
    let closed = Arc::new(Notify::new());
    let server = Arc::clone(&closed);
    let address = serve_raw(move |mut stream| {
        let closed = Arc::clone(&server);
        async move {
            let head = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nfirst";
            stream.write_all(head).await.unwrap();
            // The other side hangs up.
            while !matches!(stream.read(&mut [0; 16]).await, Ok(0) | Err(_)) {}
            closed.notify_one();
        }
    })
    .await;
    let client = client();
    let mut response = client.send(Request::get(address)).await.unwrap();
    response.body.next().await.unwrap().unwrap();
    drop(response);
    timeout(Duration::from_secs(5), closed.notified()).await.unwrap();

    let silent = Arc::clone(&closed);
    let address = serve_raw(move |mut stream| {
        let closed = Arc::clone(&silent);
        async move {
            while !matches!(stream.read(&mut [0; 16]).await, Ok(0) | Err(_)) {}
            closed.notify_one();
        }
    })
    .await;
    let send = client.send(Request::get(address));
    timeout(Duration::from_millis(100), send).await.unwrap_err();
    timeout(Duration::from_secs(5), closed.notified()).await.unwrap();
}

#[core_async::test]
async fn what_is_no_request_is_refused() {
    let injected = "x\r\nauthorization: stolen";
    for request in [
        Request::get("ftp://127.0.0.1/"),
        Request::get("file:///etc/passwd"),
        Request::get("/relative"),
        Request::get(""),
        Request::get("http://127.0.0.1:1/").with_header("x", injected),
        Request::get("http://127.0.0.1:1/").with_header("x y", "z"),
    ] {
        let error = client().send(request.clone()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{request:?}");
        assert!(!error.to_string().contains("stolen"));
    }
}

#[core_async::test]
async fn without_a_connection_the_error_says_what_to_wait_for() {
    let unused = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let refused = client().send(Request::get(format!("http://{unused}/?token=canary"))).await;
    let refused = refused.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Unavailable);
    assert!(refused.is_retryable());
    let chain = format!("{refused:?}");
    assert!(!chain.contains("canary"), "an address may carry a token: {chain}");
    let nowhere = Request::get("http://no-such-host.invalid/");
    assert_eq!(client().send(nowhere).await.unwrap_err().kind(), ErrorKind::Offline);
}
