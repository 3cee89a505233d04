//! Bodies, piece by piece.

use std::time::Duration;

use bridge_traits::{BridgeError, ByteStream, ErrorKind, Result};
use bytes::Bytes;
use core_async::time;
use futures::stream;
use js_sys::{AsyncIterator, Function, Reflect, Symbol, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::client::{broken, timed_out};
use super::message::{Exchange, IncomingMessage};

/// A body under way. Dropping it closes the connection.
struct Body {
    message: IncomingMessage,
    /// Takes from the connection what is asked for, and a few pieces ahead.
    pieces: AsyncIterator,
    /// The length, where it was announced.
    length: Option<u64>,
    received: u64,
    /// The longest wait for a piece.
    timeout: Duration,
    exchange: Exchange,
}

/// The body as a stream that ends after its first error.
pub(super) fn stream(
    message: IncomingMessage,
    exchange: Exchange,
    length: Option<u64>,
    timeout: Duration,
) -> Result<ByteStream> {
    let pieces = pieces(&message).map_err(broken)?;
    let body = Body { message, pieces, length, received: 0, timeout, exchange };
    Ok(Box::pin(stream::unfold(Some(body), async |body| {
        let mut body = body?;
        match body.next().await {
            Ok(Some(piece)) => Some((Ok(piece), Some(body))),
            Ok(None) => None,
            Err(error) => Some((Err(error), None)),
        }
    })))
}

fn pieces(message: &IncomingMessage) -> Result<AsyncIterator, JsValue> {
    let begin: Function = Reflect::get(message, &Symbol::async_iterator())?.unchecked_into();
    Ok(begin.call0(message)?.unchecked_into())
}

impl Body {
    async fn next(&mut self) -> Result<Option<Bytes>> {
        let step = time::timeout(self.timeout, self.step());
        let step = step.await.map_err(|_| timed_out("the body stopped arriving"))?;
        match step.map_err(broken)? {
            Some(piece) => {
                self.received += piece.len() as u64;
                Ok(Some(piece))
            }
            None => self.check_end().map(|()| None),
        }
    }

    async fn step(&self) -> Result<Option<Bytes>, JsValue> {
        let step = JsFuture::from(self.pieces.next()?).await?;
        if Reflect::get(&step, &"done".into())?.is_truthy() {
            return Ok(None);
        }
        let piece: Uint8Array = Reflect::get(&step, &"value".into())?.unchecked_into();
        Ok(Some(piece.to_vec().into()))
    }

    fn check_end(&mut self) -> Result<()> {
        let is_whole = self.length.is_none_or(|length| length == self.received);
        if is_whole && self.message.is_complete() {
            self.exchange.finish();
            return Ok(());
        }
        Err(BridgeError::new(ErrorKind::Unavailable, "http.body")
            .with_detail(format!("the body ended after {} bytes", self.received)))
    }
}
