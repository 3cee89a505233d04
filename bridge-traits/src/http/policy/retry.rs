//! Whether a request may be sent again, and what an outcome says about its host.

use super::circuit::Health;
use crate::{ErrorKind, HTTP_CONNECT, Request, Response, Result, Retry};

/// What to do after one try.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Verdict {
    /// It is the caller's.
    Final,
    /// It may be better next time.
    Again,
    /// As before, but the server asks for less.
    Throttled,
}

/// Judges the outcome of one try.
pub(super) fn verdict(request: &Request, outcome: &Result<Response>) -> Verdict {
    let is_repeatable = match request.retry {
        Retry::Never => return Verdict::Final,
        Retry::Always => true,
        Retry::IfIdempotent => {
            request.method.is_idempotent() || request.headers.get("idempotency-key").is_some()
        }
    };
    match outcome {
        Ok(response) if !is_repeatable || response.is_success() => Verdict::Final,
        Ok(response) => match response.status {
            408 | 500 | 502 | 504 => Verdict::Again,
            429 | 503 => Verdict::Throttled,
            _ => Verdict::Final,
        },
        // Nothing has been sent, so nothing can happen twice.
        Err(error) if is_repeatable || error.operation() == HTTP_CONNECT => match error.kind() {
            ErrorKind::RateLimited { .. } => Verdict::Throttled,
            kind if kind.is_retryable() => Verdict::Again,
            _ => Verdict::Final,
        },
        Err(_) => Verdict::Final,
    }
}

/// What an outcome says about the host.
pub(super) fn health(outcome: &Result<Response>) -> Health {
    match outcome {
        Ok(response) if matches!(response.status, 500 | 502 | 503 | 504) => Health::Bad,
        Ok(_) => Health::Good,
        Err(error) => match error.kind() {
            ErrorKind::Unavailable | ErrorKind::TimedOut => Health::Bad,
            _ => Health::Unknown,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{BridgeError, Headers, Method};

    fn answer(status: u16) -> Result<Response> {
        let body = Box::pin(futures::stream::empty());
        Ok(Response { status, url: String::new(), headers: Headers::new(), body })
    }

    fn failure(kind: ErrorKind, operation: &'static str) -> Result<Response> {
        Err(BridgeError::new(kind, operation))
    }

    #[test]
    fn only_what_can_change_is_tried_again() {
        let get = Request::get("http://a.test/");
        for status in [200, 206, 304, 400, 401, 404, 410, 416, 501, 505] {
            assert_eq!(verdict(&get, &answer(status)), Verdict::Final, "{status}");
        }
        for status in [408, 500, 502, 504] {
            assert_eq!(verdict(&get, &answer(status)), Verdict::Again, "{status}");
        }
        for status in [429, 503] {
            assert_eq!(verdict(&get, &answer(status)), Verdict::Throttled, "{status}");
        }
        let denied = failure(ErrorKind::PermissionDenied, "http.send");
        assert_eq!(verdict(&get, &denied), Verdict::Final);
    }

    #[test]
    fn what_has_an_effect_is_not_sent_twice_unasked() {
        for method in [Method::Post, Method::Patch] {
            let request = Request::new(method, "http://a.test/");
            for outcome in [answer(503), failure(ErrorKind::TimedOut, "http.send")] {
                assert_eq!(verdict(&request, &outcome), Verdict::Final);
                let keyed = request.clone().with_header("Idempotency-Key", "1");
                assert_ne!(verdict(&keyed, &outcome), Verdict::Final);
                let allowed = request.clone().with_retry(Retry::Always);
                assert_ne!(verdict(&allowed, &outcome), Verdict::Final);
            }
            // Nothing has left.
            let refused = || failure(ErrorKind::Unavailable, HTTP_CONNECT);
            assert_eq!(verdict(&request, &refused()), Verdict::Again);
            let never = request.with_retry(Retry::Never);
            assert_eq!(verdict(&never, &refused()), Verdict::Final);
        }
    }
}
