//! Small assertions that say what was expected.

use std::fmt::Debug;
use std::future::Future;

use bridge_traits::{BridgeError, ErrorKind};
use core_async::time::{Duration, timeout};

/// Fails unless `result` is an error of this kind.
#[track_caller]
pub(crate) fn fails<T: Debug>(result: Result<T, BridgeError>, kind: ErrorKind) {
    fails_with_one_of(result, &[kind]);
}

/// Fails unless `result` is an error of one of these kinds.
#[track_caller]
pub(crate) fn fails_with_one_of<T: Debug>(result: Result<T, BridgeError>, kinds: &[ErrorKind]) {
    match result {
        Ok(value) => panic!("expected a failure ({kinds:?}), got {value:?}"),
        Err(error) if kinds.contains(&error.kind()) => {}
        Err(error) => panic!("expected a failure of {kinds:?}, got {error:?}"),
    }
}

/// Fails when `future` takes longer than anything that works would take.
pub(crate) async fn soon<F: Future>(what: &str, future: F) -> F::Output {
    match timeout(Duration::from_secs(20), future).await {
        Ok(output) => output,
        Err(_) => panic!("waited too long: {what}"),
    }
}
