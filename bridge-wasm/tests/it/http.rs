//! `fetch` against the server that serves these tests, and against nobody.

use bridge_traits::{ByteRange, ErrorKind, HttpClient, Method, Request};
use bridge_wasm::FetchHttpClient;
use core_async::time::Duration;
use futures::StreamExt;

use crate::support::{fails, javascript, scope};

fn here(path: &str) -> String {
    format!("{}{path}", scope().location().origin())
}

/// A file of some length that the test runner serves.
fn module() -> String {
    here("/wasm-bindgen-test.js")
}

#[core_async::test]
async fn a_body_streams_and_has_its_announced_length() {
    let mut response = FetchHttpClient::new().send(Request::get(module())).await.unwrap();
    assert!(response.is_success(), "{response:?}");
    assert!(response.headers.get("Content-Type").unwrap().contains("javascript"));
    let announced = response.content_length();
    let mut received = 0;
    while let Some(piece) = response.body.next().await {
        received += piece.unwrap().len() as u64;
    }
    assert!(received > 1_000);
    assert!(announced.is_none_or(|length| length == received));
}

#[core_async::test]
async fn other_statuses_are_answers() {
    let response = FetchHttpClient::new().send(Request::get(here("/no-such-file"))).await.unwrap();
    assert_eq!(response.status, 404);
    response.bytes(1 << 16).await.unwrap();
}

#[core_async::test]
async fn a_range_header_reaches_the_server() {
    let request = Request::get(module()).with_range(ByteRange::of_length(0, 100).unwrap());
    let response = FetchHttpClient::new().send(request).await.unwrap();
    let status = response.status;
    let length = response.bytes(1 << 24).await.unwrap().len();
    // The runner's server may ignore ranges, which is allowed and then a 200.
    assert!((status == 206 && length == 100) || (status == 200 && length > 100), "{status}");
}

#[core_async::test]
async fn a_refused_connection_is_unavailable() {
    // Port 9 is blocked by browsers, port 1 answered by nobody.
    for url in ["http://127.0.0.1:1/", "http://127.0.0.1:9/", "http://nowhere.invalid/"] {
        fails(FetchHttpClient::new().send(Request::get(url)).await, ErrorKind::Unavailable);
    }
}

#[core_async::test]
async fn only_http_addresses_are_accepted() {
    for url in ["", "/relative", "file:///etc/passwd", "data:,x", "blob:x", "http://", "ftp://a/"] {
        fails(FetchHttpClient::new().send(Request::get(url)).await, ErrorKind::InvalidRequest);
    }
    let bad_header = Request::get(module()).with_header("bad header", "x");
    fails(FetchHttpClient::new().send(bad_header).await, ErrorKind::InvalidRequest);
    let bad_value = Request::get(module()).with_header("x-a", "line\nbreak");
    fails(FetchHttpClient::new().send(bad_value).await, ErrorKind::InvalidRequest);
}

#[core_async::test]
async fn a_deadline_that_has_passed_is_a_timeout() {
    let request = Request::get(module()).with_timeout(Duration::ZERO);
    fails(FetchHttpClient::new().send(request).await, ErrorKind::TimedOut);
}

/// Puts a server in the place of `fetch` for addresses below `http://fake.test/`. `answer` is the
/// body of a function of the `Request`; what it notes in `notes` can be read with [`notes`].
async fn with_server(path: &str, answer: &str) -> String {
    let url = format!("http://fake.test/{path}");
    let body = format!(
        "globalThis.mpcFetch ??= globalThis.fetch;
         globalThis.mpcServers ??= {{}};
         globalThis.mpcServers[argument] = {{
             notes: [],
             answer(request, notes) {{ {answer} }},
         }};
         globalThis.fetch = (request, ...rest) => {{
             const server = globalThis.mpcServers[request.url];
             if (!server) return globalThis.mpcFetch(request, ...rest);
             request.signal.addEventListener('abort', () => server.notes.push('aborted'));
             return server.answer(request, server.notes);
         }};"
    );
    javascript(&body, &url).await;
    url
}

async fn notes(url: &str) -> String {
    let notes = javascript("return globalThis.mpcServers[argument].notes.join();", url).await;
    notes.as_string().unwrap()
}

/// JavaScript for an answer that sends five bytes and then `then`.
fn five_bytes(then: &str) -> String {
    format!(
        "return Promise.resolve(new Response(new ReadableStream({{
             start(controller) {{
                 controller.enqueue(new Uint8Array([1, 2, 3, 4, 5]));
                 {then}
             }},
         }}), {{ headers: {{ 'content-length': '10' }} }}));"
    )
}

#[core_async::test]
async fn a_body_that_ends_early_is_an_error() {
    let url = with_server("short", &five_bytes("controller.close();")).await;
    let request = Request::get(url).with_range(ByteRange::of_length(0, 10).unwrap());
    let mut body = FetchHttpClient::new().send(request).await.unwrap().body;
    assert_eq!(body.next().await.unwrap().unwrap().len(), 5);
    fails(body.next().await.unwrap(), ErrorKind::Unavailable);
    assert!(body.next().await.is_none());
}

#[core_async::test]
async fn a_body_that_breaks_is_an_error() {
    let url = with_server("broken", &five_bytes("controller.error(new TypeError('reset'));")).await;
    let mut body = FetchHttpClient::new().send(Request::get(url)).await.unwrap().body;
    fails(body.next().await.unwrap(), ErrorKind::Unavailable);
    assert!(body.next().await.is_none());
}

#[core_async::test]
async fn a_body_that_stalls_is_a_timeout_and_lets_go_of_the_connection() {
    let url = with_server("stalled", &five_bytes("")).await;
    let request = Request::get(&url).with_timeout(Duration::from_millis(50));
    let mut body = FetchHttpClient::new().send(request).await.unwrap().body;
    assert_eq!(body.next().await.unwrap().unwrap().len(), 5);
    fails(body.next().await.unwrap(), ErrorKind::TimedOut);
    assert!(body.next().await.is_none());
    assert_eq!(notes(&url).await, "aborted");
}

#[core_async::test]
async fn dropping_a_body_aborts_the_request() {
    let url = with_server("dropped-body", &five_bytes("")).await;
    let response = FetchHttpClient::new().send(Request::get(&url)).await.unwrap();
    assert_eq!(notes(&url).await, "");
    drop(response);
    assert_eq!(notes(&url).await, "aborted");
}

#[core_async::test]
async fn dropping_the_send_future_aborts_the_request() {
    let url = with_server("dropped-send", "return new Promise(() => {});").await;
    let wait = Duration::from_millis(30);
    let client = FetchHttpClient::new();
    core_async::time::timeout(wait, client.send(Request::get(&url))).await.unwrap_err();
    assert_eq!(notes(&url).await, "aborted");
    let slow = Request::get(&url).with_timeout(wait);
    fails(FetchHttpClient::new().send(slow).await, ErrorKind::TimedOut);
    assert_eq!(notes(&url).await, "aborted,aborted");
}

#[core_async::test]
async fn a_hidden_redirect_is_unsupported() {
    let answer = "
        const response = new Response(null);
        Object.defineProperty(response, 'type', { value: 'opaqueredirect' });
        return Promise.resolve(response);";
    let url = with_server("redirect", answer).await;
    fails(FetchHttpClient::new().send(Request::get(url)).await, ErrorKind::Unsupported);
}

#[core_async::test]
async fn requests_go_out_as_asked_and_without_credentials() {
    let answer = "
        return request.text().then((text) => {
            const { method, credentials, redirect } = request;
            notes.push(method, credentials, redirect, request.headers.get('x-a'), text);
            return new Response('', { status: 207, headers: [['x-b', '1'], ['x-b', '2']] });
        });";
    let url = with_server("request", answer).await;
    let request = Request::new(Method::Propfind, &url).with_header("X-A", "ä").with_body("hello");
    let response = FetchHttpClient::new().send(request).await.unwrap();
    assert_eq!(response.status, 207);
    assert_eq!(response.headers.get("X-B"), Some("1, 2"));
    assert!(response.bytes(10).await.unwrap().is_empty());
    assert_eq!(notes(&url).await, "PROPFIND,omit,manual,ä,hello");
}
