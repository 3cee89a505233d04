//! What the adapters in memory offer to tests, beyond the contracts they share with the others.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod async_files;
mod audio_output;
mod away;
mod connectivity;
mod files;
mod http;
mod logger;
