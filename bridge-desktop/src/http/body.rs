//! The body of a response, piece by piece, each within the deadline.

use bridge_traits::ByteStream;
use core_async::time::{Duration, timeout};
use futures::stream;
use reqwest::Response;

use super::error::{bridge_error, timed_out};

const BODY: &str = "http.body";

/// The pieces of a body. It ends with the first error; dropping it closes the connection.
pub(super) fn stream(response: Response, wait: Duration) -> ByteStream {
    Box::pin(stream::unfold(Some(response), move |response| async move {
        let mut response = response?;
        match timeout(wait, response.chunk()).await {
            Ok(Ok(Some(piece))) => Some((Ok(piece), Some(response))),
            Ok(Ok(None)) => None,
            // A body that ends before its length is such an error too.
            Ok(Err(error)) => Some((Err(bridge_error(BODY, error)), None)),
            Err(_) => Some((Err(timed_out(BODY)), None)),
        }
    }))
}
