//! The desktop adapters, proved by the contracts they keep and by what is theirs alone.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod audio;
mod auth;
mod background;
mod database;
mod faulty_files;
mod files;
mod http;
mod http2;
mod instance_lock;
mod lifecycle;
mod network;
mod pulseaudio;
mod secrets;
mod sqlite;
mod sqlite_crashes;
mod sqlite_damage;
mod sqlite_faults;
mod sqlite_kills;
mod system;
