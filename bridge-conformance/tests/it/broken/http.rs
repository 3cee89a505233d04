//! Broken HTTP clients, and the cases that catch them.

use std::sync::Arc;

use bridge_conformance::http::{HttpUnderTest, TestServer, body, failure, fault, policy, request};
use bridge_memory::MemoryHttpClient;
use bridge_traits::{
    BridgeError, ByteStream, ErrorKind, HTTP_CONNECT, Headers, HttpCapabilities, HttpClient,
    Method, Request, Response, Result,
};
use bytes::Bytes;
use core_async::sync::Mutex;
use core_async::time::Duration;
use futures::{StreamExt, TryStreamExt, stream};

use crate::broken::faults;

const BASE: &str = "http://broken.test";
const ELSEWHERE: &str = "http://elsewhere.test";

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Fault {
    Nothing,
    AcceptsAnyAddress,
    AlwaysGets,
    BlamesTheConnection,
    CollectsTheBody,
    CutsRangesItself,
    FollowsElsewhere,
    FollowsRedirects,
    FollowsWithSecrets,
    ForgetsAddresses,
    ForgetsRanges,
    HidesRanges,
    HidesRetryAfter,
    IgnoresRanges,
    IgnoresTimeouts,
    KeepsCancelledRequests,
    KeepsLastHeaderOnly,
    KeepsReading,
    KeepsReadingForPolicy,
    LosesBodiesOfFailures,
    LosesRequestBodies,
    LosesRetryAfter,
    NeverRecovers,
    OneAtATime,
    PromisesChecks,
    PromisesConnectErrors,
    ReadsAhead,
    RemembersAnswers,
    SendsTwice,
    StartsOverSilently,
    StatusIsAnError,
    StopsAtDrops,
    StopsAtRedirects,
    SwallowsBodyErrors,
    TakesEveryRedirectForAnError,
    TruncatesHeads,
    WaitsForDrops,
    WaitsForever,
}

#[derive(Debug)]
struct Broken {
    inner: Arc<MemoryHttpClient>,
    turn: Mutex<()>,
    fault: Fault,
}

fn subject(fault: Fault) -> HttpUnderTest {
    let inner = Arc::new(MemoryHttpClient::new());
    let server = TestServer::new();
    server.install(&inner, BASE);
    server.install(&inner, ELSEWHERE);
    HttpUnderTest::new(Arc::new(Broken { inner, turn: Mutex::new(()), fault }), BASE, ())
        .with_other_origin(ELSEWHERE)
}

faults! { subject:
    StatusIsAnError => request::any_status_is_a_response,
    AlwaysGets => request::methods_arrive,
    LosesRequestBodies => request::request_bodies_arrive,
    KeepsLastHeaderOnly => request::a_header_may_have_several_values,
    IgnoresRanges => request::ranges_are_answered_exactly,
    RemembersAnswers => request::every_request_reaches_the_server,
    AcceptsAnyAddress => request::only_web_addresses_are_accepted,
    CollectsTheBody => body::the_head_arrives_before_the_body_is_complete,
    ReadsAhead => body::a_body_is_not_read_ahead_of_its_reader,
    KeepsReading => body::dropping_the_body_closes_the_connection,
    SwallowsBodyErrors => body::a_short_body_is_an_error,
    FollowsRedirects => failure::a_redirect_is_not_followed,
    OneAtATime => failure::a_slow_server_holds_nobody_else_up,
    IgnoresTimeouts => failure::a_body_that_stalls_times_out,
    WaitsForever => failure::a_head_that_does_not_come_times_out,
    WaitsForDrops => fault::a_head_that_drips_times_out,
    StopsAtDrops => fault::a_body_that_drips_arrives,
    TruncatesHeads => fault::a_head_of_any_size_is_an_answer_or_an_error,
    BlamesTheConnection => fault::a_server_that_hangs_up_is_not_one_that_is_not_there,
    PromisesConnectErrors => fault::a_connection_that_is_not_made_is_told,
    CutsRangesItself => fault::a_whole_file_for_a_range_is_told,
    HidesRetryAfter => fault::a_throttle_says_how_long,
    FollowsElsewhere => fault::a_redirect_to_another_origin_is_not_followed,
    ForgetsAddresses => fault::a_redirect_is_followed_by_the_host_only_where_allowed,
    PromisesChecks => fault::own_addresses_are_out_of_reach_where_asked,
    KeepsCancelledRequests => fault::many_cancelled_requests_leave_no_connection,
    FollowsWithSecrets => policy::credentials_stay_at_their_origin,
    TakesEveryRedirectForAnError => policy::redirects_within_an_origin_are_followed,
    StopsAtRedirects => policy::a_redirect_loop_ends,
    NeverRecovers => policy::a_failing_server_is_asked_again,
    LosesBodiesOfFailures => policy::the_last_answer_is_returned,
    SendsTwice => policy::an_effect_is_not_repeated,
    LosesRetryAfter => policy::a_throttled_request_is_sent_again,
    ForgetsRanges => policy::a_download_survives_broken_connections,
    StartsOverSilently => policy::a_download_never_mixes_versions,
    HidesRanges => policy::a_wrong_range_is_noticed,
    KeepsReadingForPolicy => policy::dropping_a_body_still_closes_the_connection,
}

impl Broken {
    fn damaged_request(&self, mut request: Request) -> Request {
        match self.fault {
            Fault::AlwaysGets if request.method != Method::Head => request.method = Method::Get,
            Fault::LosesRequestBodies => request.body = Bytes::new(),
            Fault::IgnoresRanges | Fault::ForgetsRanges => request.headers.remove("range"),
            Fault::IgnoresTimeouts | Fault::WaitsForever | Fault::WaitsForDrops => {
                request = request.with_timeout(Duration::from_secs(3_600));
            }
            Fault::StopsAtDrops => request.deadlines.idle = Duration::from_millis(20),
            _ => {}
        }
        request
    }

    async fn damaged_response(&self, mut response: Response, asked: &Request) -> Result<Response> {
        let is_redirect = response.headers.get("location").is_some();
        match self.fault {
            Fault::StatusIsAnError if response.status >= 400 => {
                return Err(BridgeError::new(ErrorKind::NotFound, "broken"));
            }
            Fault::TakesEveryRedirectForAnError if is_redirect => {
                return Err(BridgeError::new(ErrorKind::Unsupported, "broken"));
            }
            Fault::StopsAtRedirects if is_redirect => response.status = 200,
            Fault::CollectsTheBody => {
                let pieces: Vec<Bytes> = response.body.try_collect().await?;
                response.body = Box::pin(stream::iter(pieces.into_iter().map(Ok)));
            }
            Fault::FollowsRedirects if response.status == 302 => {
                return self.inner.send(Request::get(format!("{BASE}/echo"))).await;
            }
            Fault::FollowsElsewhere | Fault::FollowsWithSecrets if is_redirect => {
                let mut next = asked.clone();
                next.url = response.headers.get("location").unwrap().to_owned();
                return self.inner.send(next).await;
            }
            Fault::ForgetsAddresses => response.url = BASE.to_owned(),
            Fault::CutsRangesItself if asked.headers.get("range").is_some() => {
                let whole = response.bytes(1 << 20).await?;
                response = self.inner.send(Request::get(format!("{BASE}/status/200"))).await?;
                response.body = Box::pin(stream::iter([Ok(whole.slice(10..20))]));
            }
            Fault::HidesRanges => response.headers.remove("content-range"),
            Fault::HidesRetryAfter | Fault::LosesRetryAfter => {
                response.headers.remove("retry-after");
            }
            Fault::StartsOverSilently => {
                response.headers.set("etag", "\"always\"");
            }
            Fault::LosesBodiesOfFailures if response.status >= 500 => {
                response.body = Box::pin(stream::empty());
            }
            Fault::NeverRecovers if response.status == 503 => response.status = 501,
            Fault::TruncatesHeads => {
                if let Some(value) = response.headers.get("x-huge").map(str::to_owned) {
                    response.headers.set("x-huge", &value[..value.len().min(50_000)]);
                }
            }
            Fault::KeepsLastHeaderOnly => {
                let mut headers = Headers::new();
                for (name, value) in response.headers.iter() {
                    headers.set(name, value);
                }
                response.headers = headers;
            }
            Fault::ReadsAhead => response.body = read_ahead(response.body),
            Fault::RemembersAnswers if response.headers.get("cache-control").is_some() => {
                response.body = Box::pin(stream::iter([Ok(Bytes::from_static(b"0"))]));
            }
            Fault::KeepsReading | Fault::KeepsReadingForPolicy | Fault::KeepsCancelledRequests => {
                response.body = read_elsewhere(response.body)
            }
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
                url: request.url,
                headers: Headers::new(),
                body: Box::pin(stream::empty()),
            });
        }
        let asked = self.damaged_request(request);
        if self.fault == Fault::SendsTwice {
            self.inner.send(asked.clone()).await?;
        }
        let _turn = match self.fault {
            Fault::OneAtATime => Some(self.turn.lock().await),
            _ => None,
        };
        match self.inner.send(asked.clone()).await {
            Ok(response) => self.damaged_response(response, &asked).await,
            Err(error) if self.fault == Fault::BlamesTheConnection => {
                Err(BridgeError::new(error.kind(), HTTP_CONNECT))
            }
            Err(error) if self.fault == Fault::PromisesConnectErrors => {
                Err(BridgeError::new(error.kind(), "http.send"))
            }
            Err(error) => Err(error),
        }
    }

    fn capabilities(&self) -> HttpCapabilities {
        match self.fault {
            Fault::PromisesChecks => self.inner.capabilities().with_address_checks(),
            Fault::PromisesConnectErrors => {
                self.inner.capabilities().with_connect_timeout(Duration::from_secs(1))
            }
            _ => self.inner.capabilities(),
        }
    }
}
