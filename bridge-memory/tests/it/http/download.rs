//! Downloads over connections that break, from servers that lie.

use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bridge_memory::{MemoryHttpClient, MemoryResponse};
use bridge_traits::download::{Checkpoint, Download, RangeAnswer, TransferFault, send_range};
use bridge_traits::{BridgeError, ByteRange, ErrorKind, Request};
use bytes::Bytes;
use core_async::time::{Duration, Instant};

const URL: &str = "https://music.test/a.flac";

fn content(length: usize) -> Bytes {
    (0..length).map(|at| u8::try_from(at % 251).unwrap()).collect()
}

fn fault(error: &BridgeError) -> Option<TransferFault> {
    error.source()?.downcast_ref().copied()
}

/// The first byte a request asks for.
fn asked_from(request: &Request) -> usize {
    asked(request).0
}

/// The first byte a request asks for, and the last one if it names one.
fn asked(request: &Request) -> (usize, Option<usize>) {
    let range = request.headers.get("range").unwrap().strip_prefix("bytes=").unwrap();
    let (start, last) = range.split_once('-').unwrap();
    (start.parse().unwrap(), last.parse().ok())
}

/// `206` with these headers, and a body that need not be as long as they say.
fn part(range: &str, tag: &str, body: impl Into<Bytes>) -> MemoryResponse {
    let body = futures::stream::iter([Ok(body.into())]);
    MemoryResponse::new(206)
        .with_stream(Box::pin(body))
        .with_header("content-range", range)
        .with_header("etag", tag)
}

/// A file server whose connections break at these offsets of the file, once each.
fn breaking_at(file: &Bytes, tag: &'static str, cuts: &[usize]) -> Arc<MemoryHttpClient> {
    let (network, file, cuts) = (Arc::new(MemoryHttpClient::new()), file.clone(), cuts.to_vec());
    network.route(URL, move |request| {
        let start = asked_from(&request);
        let end = cuts.iter().find(|cut| **cut > start).map_or(file.len(), |cut| *cut);
        let range = format!("bytes {start}-{}/{}", file.len() - 1, file.len());
        let response = part(&range, tag, file.slice(start..end));
        let response = if end == file.len() { response } else { response.then_disconnected() };
        std::future::ready(Ok(response))
    });
    network
}

async fn collect(download: &mut Download) -> Result<Bytes, BridgeError> {
    let mut all = Vec::new();
    while let Some(piece) = download.next().await? {
        all.extend_from_slice(&piece);
    }
    Ok(all.into())
}

#[core_async::test(start_paused = true)]
async fn a_download_goes_on_at_the_byte_where_it_broke() {
    const CHUNK: usize = 64 * 1024;
    let file = content(5 * CHUNK + 17);
    let cuts: Vec<usize> =
        (1..=5).flat_map(|at| [at * CHUNK - 1, at * CHUNK, at * CHUNK + 1]).collect();
    let network = breaking_at(&file, "\"v1\"", &cuts);
    let mut download = Download::start(network.clone(), Request::get(URL)).await.unwrap();
    assert!(collect(&mut download).await.unwrap() == file);
    assert_eq!(download.next().await.unwrap(), None);
    let asked: Vec<usize> = network.requests().iter().map(asked_from).collect();
    assert_eq!(asked, [&[0], &*cuts].concat(), "no byte is asked for twice");
    for request in &network.requests()[1..] {
        assert_eq!(request.headers.get("if-range"), Some("\"v1\""));
    }
}

#[core_async::test(start_paused = true)]
async fn without_a_strong_tag_a_break_is_the_end() {
    for tag in ["W/\"v1\"", "v1"] {
        let network = breaking_at(&content(100_000), tag, &[50_000]);
        let mut download = Download::start(network.clone(), Request::get(URL)).await.unwrap();
        let error = collect(&mut download).await.unwrap_err();
        assert!(error.is_retryable(), "{error:?}");
        assert_eq!(network.requests().len(), 1);
        // Going on means starting over.
        let checkpoint = download.checkpoint();
        assert_eq!((checkpoint.position, &checkpoint.validator), (50_000, &None));
        let again = Download::resume(network.clone(), Request::get(URL), &checkpoint).await;
        assert_eq!(again.unwrap().position(), 0);
        assert!(network.requests().iter().all(|asked| asked.headers.get("if-range").is_none()));
    }
}

/// A server that answers the first request with half of the file, and then with `answer`.
fn half_then<F>(file: &Bytes, answer: F) -> Arc<MemoryHttpClient>
where
    F: Fn(&Request) -> MemoryResponse + Send + Sync + 'static,
{
    let (network, file) = (Arc::new(MemoryHttpClient::new()), file.clone());
    let asked = AtomicUsize::new(0);
    network.route(URL, move |request| {
        let response = if asked.fetch_add(1, Ordering::Relaxed) == 0 {
            let total = file.len();
            let range = format!("bytes 0-{}/{total}", total - 1);
            part(&range, "\"v1\"", file.slice(..total / 2)).then_disconnected()
        } else {
            answer(&request)
        };
        std::future::ready(Ok(response))
    });
    network
}

#[core_async::test(start_paused = true)]
async fn two_versions_are_never_mixed() {
    type Answer = fn(&Request) -> MemoryResponse;
    let answers: [(&str, Answer); 7] = [
        ("new, and it says so", |_| MemoryResponse::ok(content(90)).with_header("etag", "\"v2\"")),
        ("new, in parts", |_| part("bytes 50-99/100", "\"v2\"", content(50))),
        ("now with a weak tag", |_| part("bytes 50-99/100", "W/\"v1\"", content(50))),
        ("now without a tag", |_| {
            MemoryResponse::new(206)
                .with_body(content(50))
                .with_header("content-range", "bytes 50-99/100")
        }),
        ("of another length", |_| part("bytes 50-100/101", "\"v1\"", content(51))),
        ("shorter now", |_| MemoryResponse::new(416).with_header("content-range", "bytes */40")),
        ("whole, without a tag", |_| MemoryResponse::ok(content(100))),
    ];
    for (what, answer) in answers {
        let file = content(100);
        let network = half_then(&file, answer);
        let mut download = Download::start(network.clone(), Request::get(URL)).await.unwrap();
        let first = download.next().await.unwrap().unwrap();
        assert_eq!(first, file.slice(..50));
        let error = download.next().await.unwrap_err();
        assert_eq!(
            (error.kind(), fault(&error)),
            (ErrorKind::Conflict, Some(TransferFault::Changed)),
            "{what}"
        );
        assert_eq!(download.position(), 50, "{what}");
    }
}

#[core_async::test(start_paused = true)]
async fn a_wrong_range_writes_nothing() {
    type Answer = fn(&Request) -> MemoryResponse;
    let answers: [(TransferFault, Answer); 7] = [
        (TransferFault::WrongRange, |_| part("bytes 49-99/100", "\"v1\"", content(51))),
        (TransferFault::WrongRange, |_| part("bytes 51-99/100", "\"v1\"", content(49))),
        (TransferFault::WrongRange, |_| {
            part("bytes 50-99/100", "\"v1\"", content(51)).with_header("content-length", "51")
        }),
        (TransferFault::WrongRange, |_| part("bytes 50-100/100", "\"v1\"", content(50))),
        (TransferFault::WrongRange, |_| {
            MemoryResponse::new(206).with_body(content(50)).with_header("etag", "\"v1\"")
        }),
        (TransferFault::Multipart, |_| {
            part("bytes 50-99/100", "\"v1\"", content(50))
                .with_header("content-type", "Multipart/byteranges; boundary=x")
        }),
        (TransferFault::Encoded, |_| {
            part("bytes 50-99/100", "\"v1\"", content(50)).with_header("content-encoding", "gzip")
        }),
    ];
    for (expected, answer) in answers {
        let network = half_then(&content(100), answer);
        let mut download = Download::start(network.clone(), Request::get(URL)).await.unwrap();
        download.next().await.unwrap();
        let error = download.next().await.unwrap_err();
        assert_eq!((error.kind(), fault(&error)), (ErrorKind::Corrupt, Some(expected)));
        assert_eq!(download.position(), 50);
        assert_eq!(download.next().await.unwrap(), None, "it is over");
    }
}

#[core_async::test(start_paused = true)]
async fn a_server_without_ranges_is_read_from_the_start_again() {
    let file = content(100_000);
    let whole = file.clone();
    let network =
        half_then(&file, move |_| MemoryResponse::ok(whole.clone()).with_header("etag", "\"v1\""));
    let mut download = Download::start(network.clone(), Request::get(URL)).await.unwrap();
    assert!(collect(&mut download).await.unwrap() == file);
}

#[core_async::test(start_paused = true)]
async fn more_than_announced_is_not_delivered() {
    let network = Arc::new(MemoryHttpClient::new());
    network.route(URL, |_| {
        let body = futures::stream::iter([Ok(content(60)), Ok(content(60))]);
        let response = part("bytes 0-99/100", "\"v1\"", "").with_stream(Box::pin(body));
        std::future::ready(Ok(response))
    });
    let mut download = Download::start(network.clone(), Request::get(URL)).await.unwrap();
    assert_eq!(download.next().await.unwrap().unwrap().len(), 60);
    let error = download.next().await.unwrap_err();
    assert_eq!((error.kind(), fault(&error)), (ErrorKind::Corrupt, Some(TransferFault::TooLong)));
    assert_eq!(download.position(), 60);
}

/// A connection that just ends is not the end of the file.
#[core_async::test(start_paused = true)]
async fn less_than_announced_is_asked_for() {
    let file = content(10_000);
    let whole = file.clone();
    let network = Arc::new(MemoryHttpClient::new());
    network.route(URL, move |request| {
        let start = asked_from(&request);
        let end = (start + 5_000).min(whole.len());
        // Announces everything, or honestly less than was asked for.
        let last = if start == 0 { whole.len() } else { end } - 1;
        let range = format!("bytes {start}-{last}/{}", whole.len());
        let response = part(&range, "\"v1\"", whole.slice(start..end));
        std::future::ready(Ok(response))
    });
    let mut download = Download::start(network.clone(), Request::get(URL)).await.unwrap();
    assert!(collect(&mut download).await.unwrap() == file);
    assert_eq!(network.requests().len(), 2);
}

#[core_async::test(start_paused = true)]
async fn a_server_that_gets_nowhere_is_given_up() {
    // One byte per connection, and not even that.
    for step in [1, 0] {
        let network = Arc::new(MemoryHttpClient::new());
        network.route(URL, move |request| {
            let (start, last) = asked(&request);
            let last = last.unwrap_or(usize::MAX).min(99_999);
            let body = content(100_000).slice(start..start + step);
            let response = part(&format!("bytes {start}-{last}/100000"), "\"v1\"", body);
            std::future::ready(Ok(response.then_disconnected()))
        });
        let begun = Instant::now();
        let mut download = Download::start(network.clone(), Request::get(URL)).await.unwrap();
        assert!(collect(&mut download).await.unwrap_err().is_retryable());
        assert_eq!(network.requests().len(), 6, "{step} bytes at a time");
        assert_eq!(begun.elapsed(), Duration::from_millis(100 + 200 + 400 + 800 + 1_600));
    }
}

/// As in a browser, where what was not read yet is lost when the connection breaks.
#[core_async::test(start_paused = true)]
async fn a_server_that_hangs_up_is_asked_for_less() {
    let file = content(300_000);
    let whole = file.clone();
    let network = Arc::new(MemoryHttpClient::new());
    network.route(URL, move |request| {
        let (start, last) = asked(&request);
        let last = last.unwrap_or(usize::MAX).min(whole.len() - 1);
        let range = format!("bytes {start}-{last}/{}", whole.len());
        let is_too_much = last - start >= 65_535;
        let body = if is_too_much { Bytes::new() } else { whole.slice(start..=last) };
        let response = part(&range, "\"v1\"", body);
        let response = if is_too_much { response.then_disconnected() } else { response };
        std::future::ready(Ok(response))
    });
    let mut download = Download::start(network.clone(), Request::get(URL)).await.unwrap();
    assert!(collect(&mut download).await.unwrap() == file);
    assert_eq!(network.requests().len(), 3 + 300_000_usize.div_ceil(16 * 1024));
}

#[core_async::test(start_paused = true)]
async fn a_download_goes_on_after_a_restart() {
    let file = content(100_000);
    let network = Arc::new(MemoryHttpClient::new());
    network.serve(URL, file.clone());
    let mut first = Download::start(network.clone(), Request::get(URL)).await.unwrap();
    let mut bytes = first.next().await.unwrap().unwrap().to_vec();
    let checkpoint = first.checkpoint();
    drop(first);
    assert_eq!((checkpoint.position, checkpoint.total), (bytes.len() as u64, Some(100_000)));
    let request = Request::get(URL);
    let mut rest = Download::resume(network.clone(), request.clone(), &checkpoint).await.unwrap();
    assert_eq!(rest.position(), checkpoint.position);
    bytes.extend_from_slice(&collect(&mut rest).await.unwrap());
    assert!(bytes == file);
    // There is nothing left to ask for.
    let mut over =
        Download::resume(network.clone(), request.clone(), &rest.checkpoint()).await.unwrap();
    assert_eq!(over.next().await.unwrap(), None);
    assert_eq!(over.position(), 100_000);
    // The file has changed in the meantime.
    network.serve(URL, content(777));
    for stale in [&checkpoint, &rest.checkpoint()] {
        let mut again = Download::resume(network.clone(), request.clone(), stale).await.unwrap();
        assert_eq!(again.position(), 0);
        assert!(collect(&mut again).await.unwrap() == content(777));
    }
    let elsewhere = Checkpoint { position: 5, ..Checkpoint::default() };
    let unknown = Download::resume(network.clone(), request, &elsewhere).await.unwrap();
    assert_eq!(unknown.position(), 0, "nobody knows which file those bytes belong to");
}

#[core_async::test(start_paused = true)]
async fn an_empty_file_is_complete_at_once() {
    let network = Arc::new(MemoryHttpClient::new());
    network.serve(URL, "");
    let mut download = Download::start(network.clone(), Request::get(URL)).await.unwrap();
    assert_eq!(download.next().await.unwrap(), None);
    assert_eq!((download.position(), download.total()), (0, Some(0)));
}

#[core_async::test(start_paused = true)]
async fn a_status_that_brings_no_file_says_what_it_means() {
    for (status, kind) in [
        (404, ErrorKind::NotFound),
        (410, ErrorKind::NotFound),
        (401, ErrorKind::PermissionDenied),
        (403, ErrorKind::PermissionDenied),
        (429, ErrorKind::RateLimited { retry_after: None }),
        (500, ErrorKind::Unavailable),
        (302, ErrorKind::Other),
        (204, ErrorKind::Corrupt),
    ] {
        let network = Arc::new(MemoryHttpClient::new());
        network.route(URL, move |_| std::future::ready(Ok(MemoryResponse::new(status))));
        let error = Download::start(network.clone(), Request::get(URL)).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{status}");
    }
}

#[core_async::test(start_paused = true)]
async fn a_range_is_checked_against_what_was_asked() {
    let network = MemoryHttpClient::new();
    network.serve(URL, content(1_000));
    let ask = async |range, known| send_range(&network, Request::get(URL), range, known).await;
    let range = ByteRange::of_length(10, 20).unwrap();
    let RangeAnswer::Part(part) = ask(range, None).await.unwrap() else { panic!("a part") };
    assert_eq!((part.start, part.length, part.total), (10, Some(20), Some(1_000)));
    let known = part.validator.unwrap();
    assert!(matches!(ask(range, Some(&known)).await.unwrap(), RangeAnswer::Part(_)));
    let beyond = ask(ByteRange::from_start(1_000), None).await.unwrap();
    assert!(matches!(beyond, RangeAnswer::PastEnd { total: Some(1_000) }));
    network.serve(URL, content(999));
    let changed = ask(range, Some(&known)).await.unwrap();
    assert!(matches!(changed, RangeAnswer::Whole(whole) if whole.length == Some(999)));
}
