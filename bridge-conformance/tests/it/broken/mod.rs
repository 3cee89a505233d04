//! Proof that the suites can fail: adapters with one deliberate fault each, and the case that
//! catches it.

mod audio_output;
mod auth_transport;
mod background;
mod database;
mod database_faults;
mod files;
mod http;
mod image_resizer;
mod instance_lock;
mod small;
mod states;

use std::future::Future;
use std::panic::AssertUnwindSafe;

use core_async::time::{Duration, timeout};
use futures::FutureExt;

/// Whether a failing case can be told from a crash: not where a panic ends the whole module, as in
/// browser builds. There a broken adapter is not tried.
const CAN_CATCH: bool = cfg!(panic = "unwind");

/// Whether a case failed, or waits for something that will not come.
async fn fails(case: impl Future<Output = ()>) -> bool {
    let outcome = timeout(Duration::from_secs(5), AssertUnwindSafe(case).catch_unwind()).await;
    !matches!(outcome, Ok(Ok(())))
}

/// One test per fault: the case passes on the sound adapter and fails on the broken one.
macro_rules! faults {
    ($subject:path: $($fault:ident => $case:path),+ $(,)?) => {
        $(
            #[expect(non_snake_case, reason = "named after the fault")]
            #[core_async::test]
            async fn $fault() {
                let sound = $subject(Fault::Nothing);
                assert!(!$crate::broken::fails($case(&sound)).await, "it passes without the fault");
                if $crate::broken::CAN_CATCH {
                    let broken = $subject(Fault::$fault);
                    assert!($crate::broken::fails($case(&broken)).await, "it fails with the fault");
                }
            }
        )+
    };
}
use faults;
