//! Broken HTTP clients, and the cases that catch them.

use std::sync::Arc;

use bridge_conformance::http::{HttpUnderTest, TestServer, body, failure, request};
use bridge_memory::MemoryHttpClient;
use bridge_traits::{
    BridgeError, ByteStream, ErrorKind, Headers, HttpClient, Method, Request, Response, Result,
};
use bytes::Bytes;
use core_async::time::Duration;
use futures::{StreamExt, TryStreamExt, stream};

use crate::broken::faults;

const BASE: &str = "http://broken.test";

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Fault {
    Nothing,
    AcceptsAnyAddress,
    AlwaysGets,
    CollectsTheBody,
    FollowsRedirects,
    IgnoresRanges,
    IgnoresTimeouts,
    KeepsLastHeaderOnly,
    KeepsReading,
    LosesRequestBodies,
    ReadsAhead,
    StatusIsAnError,
    SwallowsBodyErrors,
    WaitsForever,
}

#[derive(Debug)]
struct Broken {
    inner: Arc<MemoryHttpClient>,
    fault: Fault,
}

fn subject(fault: Fault) -> HttpUnderTest {
    let inner = Arc::new(MemoryHttpClient::new());
    TestServer::new().install(&inner, BASE);
    HttpUnderTest::new(Arc::new(Broken { inner, fault }), BASE, ())
}

faults! { subject:
    StatusIsAnError => request::any_status_is_a_response,
    AlwaysGets => request::methods_arrive,
    LosesRequestBodies => request::request_bodies_arrive,
    KeepsLastHeaderOnly => request::a_header_may_have_several_values,
    IgnoresRanges => request::ranges_are_answered_exactly,
    AcceptsAnyAddress => request::only_web_addresses_are_accepted,
    CollectsTheBody => body::the_head_arrives_before_the_body_is_complete,
    ReadsAhead => body::a_body_is_not_read_ahead_of_its_reader,
    KeepsReading => body::dropping_the_body_closes_the_connection,
    SwallowsBodyErrors => body::a_short_body_is_an_error,
    FollowsRedirects => failure::a_redirect_is_not_followed,
    IgnoresTimeouts => failure::a_body_that_stalls_times_out,
    WaitsForever => failure::a_head_that_does_not_come_times_out,
}

impl Broken {
    fn damaged_request(&self, mut request: Request) -> Request {
        match self.fault {
            Fault::AlwaysGets if request.method != Method::Head => request.method = Method::Get,
            Fault::LosesRequestBodies => request.body = Bytes::new(),
            Fault::IgnoresRanges => request.headers.remove("range"),
            Fault::IgnoresTimeouts | Fault::WaitsForever => {
                request.timeout = Duration::from_secs(3_600);
            }
            _ => {}
        }
        request
    }

    async fn damaged_response(&self, mut response: Response) -> Result<Response> {
        match self.fault {
            Fault::StatusIsAnError if response.status >= 400 => {
                return Err(BridgeError::new(ErrorKind::NotFound, "broken"));
            }
            Fault::CollectsTheBody => {
                let pieces: Vec<Bytes> = response.body.try_collect().await?;
                response.body = Box::pin(stream::iter(pieces.into_iter().map(Ok)));
            }
            Fault::FollowsRedirects if response.status == 302 => {
                return self.inner.send(Request::get(format!("{BASE}/echo"))).await;
            }
            Fault::KeepsLastHeaderOnly => {
                let mut headers = Headers::new();
                for (name, value) in response.headers.iter() {
                    headers.set(name, value);
                }
                response.headers = headers;
            }
            Fault::ReadsAhead => response.body = read_ahead(response.body),
            Fault::KeepsReading => response.body = read_elsewhere(response.body),
            Fault::SwallowsBodyErrors => {
                let good = response.body.take_while(|piece| std::future::ready(piece.is_ok()));
                response.body = Box::pin(good);
            }
            _ => {}
        }
        Ok(response)
    }
}

/// Reads everything as soon as somebody asks for the first piece.
fn read_ahead(body: ByteStream) -> ByteStream {
    let all = stream::once(async move {
        let pieces: Vec<Result<Bytes>> = body.collect().await;
        stream::iter(pieces)
    });
    Box::pin(all.flatten())
}

/// Reads in a task that does not notice when its reader has gone.
fn read_elsewhere(body: ByteStream) -> ByteStream {
    let (sender, receiver) = core_async::sync::mpsc::channel(4);
    core_async::task::spawn(async move {
        let mut body = body;
        while let Some(piece) = body.next().await {
            sender.send(piece).await.ok();
            core_async::task::yield_now().await;
        }
        std::future::pending::<()>().await;
    });
    Box::pin(stream::unfold(receiver, |mut receiver| async {
        receiver.recv().await.map(|piece| (piece, receiver))
    }))
}

#[core_async::async_trait]
impl HttpClient for Broken {
    async fn send(&self, request: Request) -> Result<Response> {
        if self.fault == Fault::AcceptsAnyAddress && !request.url.starts_with("http") {
            return Ok(Response {
                status: 200,
                headers: Headers::new(),
                body: Box::pin(stream::empty()),
            });
        }
        let response = self.inner.send(self.damaged_request(request)).await?;
        self.damaged_response(response).await
    }
}
