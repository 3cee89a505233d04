//! The library on the in-memory bridge, natively and in a browser.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod importing;
mod listing;
mod properties;
mod searching;
mod support;
