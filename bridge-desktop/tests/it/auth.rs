//! Signing in by way of a port on this computer.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use bridge_conformance::auth_transport::{AuthTransportUnderTest, Screen};
use bridge_conformance::auth_transport_conformance;
use bridge_desktop::LoopbackAuthTransport;
use bridge_traits::{AuthPage, AuthTransport, BridgeError, ErrorKind};
use core_async::task::{AbortOnDropHandle, spawn, spawn_blocking};
use core_async::time::timeout;

auth_transport_conformance!(async {
    let screen = Screen::new();
    let display = screen.clone();
    let transport = LoopbackAuthTransport::with_display(move |url| display.show(url));
    AuthTransportUnderTest::on_screen(Arc::new(transport), screen, |uri, query| async move {
        spawn_blocking(move || browse(&uri, &query)).await.unwrap();
    })
});

/// The host and port, and the path, of a redirect address.
fn parts(uri: &str) -> (&str, &str) {
    let rest = uri.strip_prefix("http://").unwrap();
    rest.split_at(rest.find('/').unwrap())
}

/// Sends bytes and gives the answer; nothing if nobody listens.
fn send(host: &str, request: &[u8]) -> Option<String> {
    let mut stream = TcpStream::connect(host).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    stream.write_all(request).ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    Some(answer)
}

/// What a browser does that was redirected.
fn browse(uri: &str, query: &str) -> Option<String> {
    let (host, path) = parts(uri);
    send(host, format!("GET {path}?{query} HTTP/1.1\r\nHost: {host}\r\n\r\n").as_bytes())
}

fn page() -> AuthPage {
    AuthPage {
        url: "https://provider.example/authorize?state=s1".to_owned(),
        state: "s1".to_owned(),
        timeout: Duration::from_secs(60),
    }
}

#[core_async::test]
async fn whoever_comes_first_with_something_else_changes_nothing() {
    let transport = LoopbackAuthTransport::with_display(|_| Ok(())).with_path("/callback").unwrap();
    let session = transport.begin().await.unwrap();
    let uri = session.redirect_uri().to_owned();
    let (host, path) = parts(&uri);
    assert!(host.starts_with("127.0.0.1:") && path == "/callback", "{uri}");
    let waiting = AbortOnDropHandle::new(spawn(session.authorize(page())));
    // Sessions that have been shown wait for their state.
    while !browse_soon(&uri, "state=wrong").await.starts_with("HTTP/1.1 400 ") {}
    for (request, status) in [
        (format!("GET {path}?code=x&state=s1 HTTP/1.1\r\nHost: evil.example\r\n\r\n"), "421"),
        (format!("POST {path}?code=x&state=s1 HTTP/1.1\r\nHost: {host}\r\n\r\n"), "405"),
        (format!("GET /favicon.ico HTTP/1.1\r\nHost: {host}\r\n\r\n"), "404"),
        (format!("GET {path}?code=x&state=s2 HTTP/1.1\r\nHost: {host}\r\n\r\n"), "400"),
        ("\x16\x03\x01 this is not HTTP\r\n\r\n".to_owned(), "400"),
    ] {
        let answer = send(host, request.as_bytes()).unwrap();
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{request:?}: {answer}");
        assert!(!answer.contains("code=x"), "nothing of the request comes back");
    }
    let large = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nX: {}", "x".repeat(20_000));
    // It may be answered, or closed while it is still being sent.
    if let Some(answer) = send(host, large.as_bytes()) {
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 431 "), "{answer}");
    }
    assert!(!waiting.is_finished());
    let answer = browse(&uri, "code=good&state=s1").unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.contains("no-store"), "{answer}");
    let redirect = timeout(Duration::from_secs(10), waiting).await.unwrap().unwrap().unwrap();
    assert_eq!(redirect.parameter("code"), Some("good"));
    assert!(is_closed(&uri).await, "nobody listens any more");
}

async fn browse_soon(uri: &str, query: &str) -> String {
    let (uri, query) = (uri.to_owned(), query.to_owned());
    spawn_blocking(move || browse(&uri, &query)).await.unwrap().unwrap_or_default()
}

/// Whether the port is closed soon.
async fn is_closed(uri: &str) -> bool {
    for _ in 0..200 {
        if TcpStream::connect(parts(uri).0).is_err() {
            return true;
        }
        core_async::time::sleep(Duration::from_millis(10)).await;
    }
    false
}

#[core_async::test]
async fn those_who_say_nothing_do_not_keep_the_answer_away() {
    let transport = LoopbackAuthTransport::with_display(|_| Ok(()));
    let session = transport.begin().await.unwrap();
    let uri = session.redirect_uri().to_owned();
    let silent: Vec<_> = (0..10).map(|_| TcpStream::connect(parts(&uri).0).unwrap()).collect();
    let waiting = AbortOnDropHandle::new(spawn(session.authorize(page())));
    while !browse_soon(&uri, "code=good&state=s1").await.starts_with("HTTP/1.1 200 ") {}
    let redirect = timeout(Duration::from_secs(10), waiting).await.unwrap().unwrap().unwrap();
    assert_eq!(redirect.parameter("code"), Some("good"));
    drop(silent);
}

#[core_async::test]
async fn the_port_closes_when_time_is_up_and_when_given_up() {
    let transport = LoopbackAuthTransport::with_display(|_| Ok(()));
    let session = transport.begin().await.unwrap();
    let uri = session.redirect_uri().to_owned();
    let page = AuthPage { timeout: Duration::from_millis(20), ..page() };
    assert_eq!(session.authorize(page).await.unwrap_err().kind(), ErrorKind::TimedOut);
    assert!(is_closed(&uri).await);
    let session = transport.begin().await.unwrap();
    let uri = session.redirect_uri().to_owned();
    drop(session);
    assert!(is_closed(&uri).await);
}

#[core_async::test]
async fn a_page_that_cannot_be_shown_ends_the_sign_in() {
    let transport = LoopbackAuthTransport::with_display(|_| {
        Err(BridgeError::new(ErrorKind::Unavailable, "test.show"))
    });
    let session = transport.begin().await.unwrap();
    assert_eq!(session.authorize(page()).await.unwrap_err().kind(), ErrorKind::Unavailable);
    for bad in ["", "callback", "/a?b", "/a b", "/é", "//evil.example\r\nx: y"] {
        let refused = transport.clone().with_path(bad);
        assert_eq!(refused.unwrap_err().kind(), ErrorKind::InvalidRequest, "{bad:?}");
    }
}
