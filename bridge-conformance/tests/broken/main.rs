//! Proof that the suites can fail: adapters with one deliberate fault each, and the case that
//! catches it.
//!
//! It catches the panics of failing cases, so it runs where panics unwind. That is why it is a test
//! binary of its own, which browser runs leave out.

mod audio_output;
mod database;
mod database_faults;
mod files;
mod http;
mod small;

use std::future::Future;
use std::panic::AssertUnwindSafe;

use core_async::time::{Duration, timeout};
use futures::FutureExt;

/// Whether a case failed, or waits for something that will not come.
async fn fails(case: impl Future<Output = ()>) -> bool {
    let outcome = timeout(Duration::from_secs(5), AssertUnwindSafe(case).catch_unwind()).await;
    !matches!(outcome, Ok(Ok(())))
}

/// One test per fault: the case passes on the sound adapter and fails on the broken one.
#[macro_export]
macro_rules! faults {
    ($subject:path: $($fault:ident => $case:path),+ $(,)?) => {
        $(
            #[expect(non_snake_case, reason = "named after the fault")]
            #[core_async::test]
            async fn $fault() {
                let sound = $subject(Fault::Nothing).await;
                assert!(!$crate::fails($case(&sound)).await, "it passes without the fault");
                let broken = $subject(Fault::$fault).await;
                assert!($crate::fails($case(&broken)).await, "it fails with the fault");
            }
        )+
    };
}
