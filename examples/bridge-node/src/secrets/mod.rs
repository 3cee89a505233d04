//! Secrets in one encrypted file, under a key in another.

mod cipher;
mod key_file;
mod store;

pub use store::KeyFileSecureStore;
