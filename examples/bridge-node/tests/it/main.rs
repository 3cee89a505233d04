//! The bridge in Node, certified by the kit.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod database;
mod files;
mod http;
mod kill;
mod secrets;
mod server;
mod small;
mod support;
