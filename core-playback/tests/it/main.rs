//! Tests of the public interface, the same natively and in browsers.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod convert;
mod decode;
mod fixtures;
mod hostile;
mod output;
mod player;
mod seek;
mod sources;
mod wav;
