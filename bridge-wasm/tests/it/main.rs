//! The browser's bridges, tested in a dedicated worker.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
#![expect(clippy::arc_with_non_send_sync, reason = "bridges are shared as they are natively")]

mod audio;
mod away;
mod bridges;
mod conformance;
mod console;
mod damage;
mod database;
mod files;
mod host;
mod http;
mod kills;
mod quota;
mod secrets;
mod server;
mod small;
mod support;
mod tabs;
mod together;
mod worklet;
