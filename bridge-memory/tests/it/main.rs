//! What the adapters in memory offer to tests, beyond the contracts they share with the others.

mod audio_output;
mod files;
mod http;
mod logger;
