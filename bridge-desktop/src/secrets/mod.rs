//! Secrets: in the operating system's keyring, or in an encrypted file.

mod encrypted_file;
#[cfg(feature = "keyring")]
mod keyring;
mod limits;
#[cfg(feature = "keyring")]
mod parts;
mod vault;

pub use encrypted_file::EncryptedFileSecureStore;
#[cfg(feature = "keyring")]
pub use keyring::KeyringSecureStore;
