//! The body of an answer, while it counts as under way.

use core_async::sync::OwnedSemaphorePermit;
use core_async::time::{Instant, timeout_at};
use futures::{StreamExt, stream};

use super::HttpRefusal;
use crate::ByteStream;

struct Held {
    body: ByteStream,
    deadline: Option<Instant>,
    _turn: OwnedSemaphorePermit,
}

/// `body`, which keeps its turn until it is over or dropped, and ends with an error when the time
/// for the whole request is over.
pub(super) fn held(
    body: ByteStream,
    turn: OwnedSemaphorePermit,
    deadline: Option<Instant>,
) -> ByteStream {
    let held = Held { body, deadline, _turn: turn };
    Box::pin(stream::unfold(Some(held), |held| async {
        let mut held = held?;
        let next = held.body.next();
        let piece = match held.deadline {
            Some(deadline) => match timeout_at(deadline, next).await {
                Ok(piece) => piece,
                Err(_) => return Some((Err(HttpRefusal::TotalTime.into()), None)),
            },
            None => next.await,
        };
        match piece? {
            Ok(piece) => Some((Ok(piece), Some(held))),
            Err(error) => Some((Err(error), None)),
        }
    }))
}
