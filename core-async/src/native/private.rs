//! What the attribute macros expand to; not part of the public API.

pub use async_trait::async_trait;
pub use tokio;

pub use super::runtime::run_main;
pub use super::time::begin_test;
pub use crate::main_options::MainOptions;
pub use crate::testing::{run_test, within};

/// Prints a line for whoever runs the tests.
pub fn say(line: &str) {
    println!("{line}");
}

/// Takes what is meant for the desktop and leaves out what is meant for a browser, so that whoever
/// needs both does not have to know how they are told apart.
#[doc(hidden)]
#[macro_export]
macro_rules! __platform {
    ({ $($desktop:tt)* } { $($browser:tt)* }) => { $($desktop)* };
}
