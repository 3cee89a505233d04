//! Tests of the public API, on in-memory files.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod artwork;
mod cover;
mod damaged;
mod duplicates;
mod fields;
mod fixtures;
mod full;
mod hostile;
mod hostile_tags;
mod large_wave;
mod mov;
mod mutation;
mod scanner;
mod sparse;
