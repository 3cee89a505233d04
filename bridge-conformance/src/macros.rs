//! How a list of cases becomes tests.

/// Turns cases into tests that run natively and in browsers.
///
/// Each test gets a subject of its own from `$make`, a future expression, and hands it to the case.
/// The macros of the contracts use it; their lists stand in the same file as the cases.
#[doc(hidden)]
#[macro_export]
macro_rules! conformance_tests {
    ($group:ident: $subject:ty = $make:expr, $($module:ident)::+: $($case:ident)+) => {
        mod $group {
            use super::*;
            use $crate::$($module)::+ as cases;
            $(
                #[core_async::test(timeout_ms = 120_000)]
                async fn $case() {
                    let subject = <$subject>::from($make.await);
                    cases::$case(&subject).await;
                    for capability in $crate::skip::take() {
                        let case = concat!(module_path!(), "::", stringify!($case));
                        core_async::__private::say(&$crate::skip::line(case, &capability));
                    }
                }
            )+
        }
    };
}
