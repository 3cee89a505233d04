//! HTTP against servers on this computer that answer, stall, truncate and hang up.

use std::net::TcpListener as BlockingListener;
use std::sync::Arc;
use std::thread;

use bridge_conformance::http::{HttpUnderTest, TestServer};
use bridge_conformance::http_conformance;
use bridge_desktop::ReqwestHttpClient;
use bridge_traits::{ErrorKind, HttpClient, Method, Request};
use core_async::sync::Notify;
use core_async::time::{Duration, timeout};
use futures::StreamExt;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

http_conformance!(async { HttpUnderTest::new(Arc::new(client()), start(), ()) });

fn client() -> ReqwestHttpClient {
    ReqwestHttpClient::new().unwrap()
}

/// Starts the conformance suite's server, which runs until the tests end.
fn start() -> String {
    let listener = BlockingListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let server = Arc::new(TestServer::new());
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let server = Arc::clone(&server);
            thread::spawn(move || server.serve(stream));
        }
    });
    format!("http://{address}")
}

/// Reads one request head per connection and hands it and the connection to `answer`.
async fn serve<F, A>(answer: F) -> String
where
    F: Fn(String, TcpStream) -> A + Send + 'static,
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
            core_async::task::spawn(answer(String::from_utf8(head).unwrap(), stream));
        }
    });
    format!("http://{address}/")
}

#[core_async::test]
async fn bodies_are_asked_for_as_they_are_stored() {
    let address = serve(|head, mut stream| async move {
        let head = head.to_lowercase();
        let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{head}", head.len());
        stream.write_all(answer.as_bytes()).await.unwrap();
    })
    .await;
    let head = |request: Request| async {
        let body = client().send(request).await.unwrap().bytes(10_000).await.unwrap();
        String::from_utf8(body.to_vec()).unwrap()
    };
    let plain = head(Request::new(Method::Propfind, &address)).await;
    assert!(plain.starts_with("propfind / http/1.1\r\n"), "{plain}");
    assert_eq!(plain.matches("accept-encoding: identity\r\n").count(), 1, "{plain}");
    let chosen = head(Request::get(&address).with_header("Accept-Encoding", "gzip")).await;
    assert!(chosen.contains("accept-encoding: gzip\r\n") && !chosen.contains("identity"));
}

#[core_async::test]
async fn a_body_that_stalls_times_out_after_what_came() {
    let address = serve(|_, mut stream| async move {
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
    let address = serve(|_, mut stream| async move {
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n").await.unwrap();
        for byte in b"slow!" {
            core_async::time::sleep(Duration::from_millis(100)).await;
            stream.write_all(&[*byte]).await.unwrap();
        }
    })
    .await;
    let request = Request::get(address).with_timeout(Duration::from_millis(400));
    assert_eq!(client().send(request).await.unwrap().bytes(5).await.unwrap(), "slow!");
}

#[core_async::test]
async fn a_body_that_ends_early_may_be_tried_again() {
    for body in
        ["content-length: 100\r\n\r\npart", "transfer-encoding: chunked\r\n\r\n4\r\npart\r\n"]
    {
        let address = serve(move |_, mut stream| async move {
            stream.write_all(b"HTTP/1.1 200 OK\r\n").await.unwrap();
            stream.write_all(body.as_bytes()).await.unwrap();
        })
        .await;
        let response = client().send(Request::get(address)).await.unwrap();
        let error = response.bytes(1000).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unavailable, "{body:?}");
        assert!(error.is_retryable());
    }
}

#[core_async::test]
async fn a_dropped_request_hangs_up_at_once() {
    let closed = Arc::new(Notify::new());
    let server = Arc::clone(&closed);
    let address = serve(move |_, mut stream| {
        let closed = Arc::clone(&server);
        async move {
            while !matches!(stream.read(&mut [0; 16]).await, Ok(0) | Err(_)) {}
            closed.notify_one();
        }
    })
    .await;
    let client = client();
    timeout(Duration::from_millis(100), client.send(Request::get(address))).await.unwrap_err();
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
    let chain = format!("{refused:?}");
    assert!(!chain.contains("canary"), "an address may carry a token: {chain}");
    let nowhere = Request::get("http://no-such-host.invalid/");
    assert_eq!(client().send(nowhere).await.unwrap_err().kind(), ErrorKind::Offline);
}

/// A server that speaks no TLS is not mistaken for one that does.
#[core_async::test]
async fn https_is_not_downgraded() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    core_async::task::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await.ok();
        }
    });
    let error = client().send(Request::get(format!("https://{address}/"))).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Other | ErrorKind::Unavailable), "{error:?}");
}
