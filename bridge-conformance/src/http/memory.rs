//! The server as a route of the client in memory.

use std::sync::Arc;

use bridge_memory::{MemoryHttpClient, MemoryResponse};
use bridge_traits::{BridgeError, ErrorKind, Request, Result};
use bytes::Bytes;
use core_async::time::sleep;
use futures::{StreamExt, stream};

use super::answer::{Answer, Asked, Body, DRIP, ENDLESS_LIMIT, answer, endless_piece};
use super::server::{CloseGuard, Tracker};

pub(super) fn install(tracker: &Arc<Tracker>, client: &MemoryHttpClient, base: &str) {
    let (tracker, origin) = (Arc::clone(tracker), base.to_owned());
    client.route(base, move |request| respond(Arc::clone(&tracker), request, origin.len()));
}

async fn respond(tracker: Arc<Tracker>, request: Request, origin: usize) -> Result<MemoryResponse> {
    let asked = Asked {
        method: request.method.as_str().to_owned(),
        path: request.url[origin..].to_owned(),
        headers: request
            .headers
            .iter()
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .collect(),
        body: request.body,
    };
    let Answer { status, headers, body } = answer(&asked, &tracker);
    let mut response = MemoryResponse::new(status);
    for (name, value) in headers {
        response = response.with_header(name, value);
    }
    let announced = |response: MemoryResponse, length: u64| {
        response.with_header("content-length", length.to_string())
    };
    Ok(match body {
        Body::Whole(_) if asked.method == "HEAD" || matches!(status, 204 | 304) => response,
        Body::Whole(body) => response.with_body(body),
        Body::LengthOnly(length) => announced(response, length),
        Body::Chunked(pieces) => response.with_stream(pieces_of(pieces)),
        Body::Short { announced: length, sent } => {
            announced(response, length).with_stream(pieces_of(vec![sent]))
        }
        Body::BrokenChunks(sent) => response.with_stream(pieces_of(vec![sent])).then_disconnected(),
        Body::Stalled { announced: length, sent, token } => {
            let guard = CloseGuard::new(&tracker, &token);
            // The guard is owned by the stream, so it knows when the body is dropped: the whole body,
            // also by a server that asks for the next piece before this one was taken.
            let body = pieces_of(vec![sent]).chain(stream::pending()).map(move |piece| {
                let _held = &guard;
                piece
            });
            announced(response, length).with_stream(Box::pin(body))
        }
        Body::Endless(token) => response.with_stream(endless(tracker, token)),
        Body::HangUp => {
            return Err(BridgeError::new(ErrorKind::Unavailable, "http.send"));
        }
        Body::Dripping(body) => {
            let drops = stream::iter(body).then(|byte| async move {
                sleep(DRIP).await;
                Ok(Bytes::copy_from_slice(&[byte]))
            });
            response.with_stream(Box::pin(drops))
        }
        Body::Never(token) | Body::DrippingHead(token) => {
            let _closes = CloseGuard::new(&tracker, &token);
            std::future::pending().await
        }
    })
}

fn pieces_of(pieces: Vec<Bytes>) -> bridge_traits::ByteStream {
    Box::pin(stream::iter(pieces.into_iter().map(Ok)))
}

fn endless(tracker: Arc<Tracker>, token: String) -> bridge_traits::ByteStream {
    let guard = CloseGuard::new(&tracker, &token);
    Box::pin(stream::unfold(guard, move |guard| {
        let piece = endless_piece();
        let sent = tracker.add_sent(&token, piece.len());
        std::future::ready((sent < ENDLESS_LIMIT).then_some((Ok(piece), guard)))
    }))
}
