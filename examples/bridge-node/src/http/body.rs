//! Bodies, piece by piece.

use std::time::Duration;

use bridge_traits::{BridgeError, ByteStream, ErrorKind, Result};
use bytes::Bytes;
use core_async::time;
use futures::stream;
use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{ReadableStream, ReadableStreamDefaultReader};

use super::client::{AbortOnDrop, broken, timed_out};

/// What a body must keep to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Expectation {
    /// Its length, where it is known.
    pub(super) length: Option<u64>,
    /// The longest wait for a piece.
    pub(super) timeout: Duration,
}

/// A body under way. Dropping it closes the connection.
struct Body {
    reader: ReadableStreamDefaultReader,
    expectation: Expectation,
    received: u64,
    abort: AbortOnDrop,
}

/// The body as a stream that ends after its first error.
pub(super) fn stream(
    body: Option<ReadableStream>,
    mut abort: AbortOnDrop,
    expectation: Expectation,
) -> Result<ByteStream> {
    let Some(body) = body else {
        abort.disarm();
        return Ok(Box::pin(stream::empty()));
    };
    let reader = ReadableStreamDefaultReader::new(&body).map_err(broken)?;
    let body = Body { reader, expectation, received: 0, abort };
    Ok(Box::pin(stream::unfold(Some(body), async |body| {
        let mut body = body?;
        match body.next().await {
            Ok(Some(piece)) => Some((Ok(piece), Some(body))),
            Ok(None) => None,
            Err(error) => Some((Err(error), None)),
        }
    })))
}

impl Body {
    async fn next(&mut self) -> Result<Option<Bytes>> {
        let step = time::timeout(self.expectation.timeout, self.read());
        let step = step.await.map_err(|_| timed_out("the body stopped arriving"))?;
        let Some(piece) = step.map_err(broken)? else {
            self.abort.disarm();
            return self.check_length().map(|()| None);
        };
        self.received += piece.len() as u64;
        Ok(Some(piece))
    }

    async fn read(&self) -> Result<Option<Bytes>, JsValue> {
        let step = JsFuture::from(self.reader.read()).await?;
        if Reflect::get(&step, &"done".into())?.is_truthy() {
            return Ok(None);
        }
        let piece: Uint8Array = Reflect::get(&step, &"value".into())?.unchecked_into();
        Ok(Some(piece.to_vec().into()))
    }

    fn check_length(&self) -> Result<()> {
        match self.expectation.length {
            Some(length) if length != self.received => Err(BridgeError::new(
                ErrorKind::Unavailable,
                "http.body",
            )
            .with_detail(format!("the body ended after {} of {length} bytes", self.received))),
            _ => Ok(()),
        }
    }
}
