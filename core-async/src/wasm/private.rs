//! What the attribute macros expand to; not part of the public API.

pub use async_trait::async_trait;
#[cfg(feature = "test")]
pub use wasm_bindgen_test;

/// Stands in for the test harness, to say what is missing.
#[cfg(not(feature = "test"))]
pub mod wasm_bindgen_test {
    pub use core_async_macros::test_feature_is_missing as wasm_bindgen_test;
}

pub use super::runtime::run_main;
pub use super::time::begin_test;
pub use crate::main_options::MainOptions;
#[cfg(not(target_feature = "atomics"))]
pub use crate::testing::run_test;
pub use crate::testing::within;

/// Runs the body of a test.
#[cfg(target_feature = "atomics")]
pub async fn run_test<F: std::future::Future>(body: F) -> F::Output {
    super::task::Watched::new(body).await
}

/// Prints a line for whoever runs the tests.
#[cfg(feature = "test")]
pub fn say(line: &str) {
    wasm_bindgen_test::console_log!("{line}");
}

/// Takes what is meant for a browser and leaves out what is meant for the desktop.
#[doc(hidden)]
#[macro_export]
macro_rules! __platform {
    ({ $($desktop:tt)* } { $($browser:tt)* }) => { $($browser)* };
}
