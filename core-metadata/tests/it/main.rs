//! Tests of the public API, on in-memory files.

mod cover;
mod damaged;
mod fields;
mod fixtures;
mod hostile;
mod scanner;
