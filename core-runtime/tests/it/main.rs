//! Events and logging, natively and in a browser.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod events;
mod logging;
