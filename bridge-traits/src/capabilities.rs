//! What a bridge offers, as data a host can read and show.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// How well the secrets of this bridge are protected.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SecurityLevel {
    /// Kept by the operating system's keyring.
    OsKeyring,
    /// In a file, encrypted with a key the host provides.
    EncryptedFile,
    /// In browser storage, encrypted under a key that script cannot copy. Script of the same
    /// origin can still use the key, and so can malware with access to the profile folder.
    NonExtractableKey,
    /// In memory only: gone when the program ends.
    SessionOnly,
}

/// What a bridge can do; suites and hosts read it instead of guessing from the platform.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct Capabilities {
    /// Which bridge this is, for example `"desktop"`.
    pub bridge: String,
    /// How records are kept, for example `"sqlite"`.
    pub database: String,
    /// How files are kept, for example `"opfs"`.
    pub files: String,
    /// How secrets are kept; `None` without a secure store.
    pub security: Option<SecurityLevel>,
    /// How sound is played; `None` without an output.
    pub audio_output: Option<String>,
    /// Whether data survives the end of the program.
    pub durable: bool,
    /// Whether the page is cross-origin isolated; `None` outside browsers.
    pub cross_origin_isolated: Option<bool>,
}
