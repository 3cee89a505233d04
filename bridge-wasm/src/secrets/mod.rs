//! Secrets in IndexedDB, encrypted under a key that script cannot copy.

mod cipher;
mod store;

pub use store::WebCryptoSecureStore;
