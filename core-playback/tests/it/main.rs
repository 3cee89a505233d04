//! Tests of the public interface, the same natively and in browsers.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod ahead;
mod chunks;
mod convert;
mod cut;
mod decode;
mod exact;
mod fingerprint;
mod fingerprint_text;
mod fixtures;
mod flac;
mod hostile;
mod mov;
mod music;
mod mutation;
mod output;
mod player;
mod seek;
mod sources;
mod wav;
