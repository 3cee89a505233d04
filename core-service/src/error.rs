//! Why the core could not start, or could not do what it was asked.

use bridge_traits::BridgeError;
use core_auth::AuthError;
use core_library::{BackupError, LibraryError, PlaylistError};
use core_metadata::{ArtworkError, MetadataError, ScanError};
use core_playback::{DecodeError, FingerprintError, PlayError, WavError};
use core_sync::{FilterError, SyncError};

/// Why the core could not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BootstrapError {
    /// The host did not provide a bridge the core cannot do without. The message says how to.
    #[error("the {bridge} bridge is missing: {remedy}")]
    MissingBridge {
        /// Which bridge.
        bridge: &'static str,
        /// What to do about it.
        remedy: &'static str,
    },
    /// There could be no copy of the database before its migration, so it was not migrated. See
    /// there; with no room left, free some.
    #[error("the database was not migrated, because there is no copy of it: {0}")]
    Snapshot(#[from] BackupError),
    /// The library file is damaged, and was left where it is. The message says what to do.
    #[error("{path} is damaged; {next}")]
    DamagedLibrary {
        /// The file.
        path: String,
        /// What to do about it.
        next: &'static str,
        /// What is wrong with it.
        source: Box<BootstrapError>,
    },
    /// A bridge failed. See there; `conflict` means that another program, or a newer release in
    /// another tab, keeps the profile to itself.
    #[error(transparent)]
    Bridge(#[from] BridgeError),
}

impl BootstrapError {
    /// The stable `snake_case` name that crosses the language boundary.
    pub fn code(&self) -> &'static str {
        match self {
            Self::MissingBridge { .. } => "unsupported",
            Self::Snapshot(error) => error.code(),
            Self::DamagedLibrary { .. } => "corrupt",
            Self::Bridge(error) => error.kind().code(),
        }
    }
}

/// Why the core could not do what it was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CoreError {
    /// The library said no. See there.
    #[error(transparent)]
    Library(#[from] LibraryError),
    /// The library said no to something about playlists. See there.
    #[error(transparent)]
    Playlist(#[from] PlaylistError),
    /// The library could not be written to or read from a file. See there.
    #[error(transparent)]
    Backup(#[from] BackupError),
    /// A scan ended early. See there.
    #[error(transparent)]
    Scan(#[from] ScanError),
    /// A file could not be understood. See there.
    #[error(transparent)]
    Metadata(#[from] MetadataError),
    /// A cover could not be shown. See there.
    #[error(transparent)]
    Artwork(#[from] ArtworkError),
    /// A file could not be decoded. See there.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// A file has no fingerprint. See there.
    #[error(transparent)]
    Fingerprint(#[from] FingerprintError),
    /// Playback said no. See there.
    #[error(transparent)]
    Play(#[from] PlayError),
    /// Writing a sound file failed. See there.
    #[error(transparent)]
    Wav(#[from] WavError),
    /// An account said no. See there.
    #[error(transparent)]
    Auth(#[from] AuthError),
    /// A sync ended early. See there.
    #[error(transparent)]
    Sync(#[from] SyncError),
    /// What was given is no filter. See there.
    #[error(transparent)]
    Filter(#[from] FilterError),
    /// The account is signed out, and another window or program has not yet ended its sync of it.
    /// Nothing has to be done: its tracks go when that ends, or when accounts are listed next.
    #[error(
        "the account is signed out; its tracks go as soon as another window or program has stopped synchronising it"
    )]
    RemovalUnderWay,
    /// What was asked for needs a bridge that the host did not bring. See there.
    #[error(transparent)]
    Bootstrap(#[from] BootstrapError),
    /// A bridge failed. See there.
    #[error(transparent)]
    Bridge(#[from] BridgeError),
    /// The call is not one the core knows, or its parameters do not fit. Correct the caller.
    #[error("invalid request: {0}")]
    InvalidRequest(String),
    /// The caller cancelled the call.
    #[error("the call was cancelled")]
    Cancelled,
}

impl CoreError {
    /// The stable `snake_case` name that crosses the language boundary.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Library(error) => error.code(),
            Self::Playlist(error) => error.code(),
            Self::Backup(error) => error.code(),
            Self::Scan(error) => error.code(),
            Self::Metadata(error) => error.code(),
            Self::Artwork(error) => error.code(),
            Self::Decode(error) => error.code(),
            Self::Fingerprint(error) => error.code(),
            Self::Play(error) => error.code(),
            Self::Wav(error) => error.code(),
            Self::Auth(error) => error.code(),
            Self::Sync(error) => error.code(),
            Self::RemovalUnderWay => "removal_under_way",
            Self::Bootstrap(error) => error.code(),
            Self::Bridge(error) => error.kind().code(),
            Self::Filter(_) | Self::InvalidRequest(_) => "invalid_request",
            Self::Cancelled => "cancelled",
        }
    }
}
