//! Why a command failed.

use core_service::core_library::{LibraryError, PlaylistError};
use core_service::{BootstrapError, CoreError};

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CommandError {
    /// The core did not start.
    #[error("the library in {folder} cannot be opened")]
    Library {
        /// The data folder.
        folder: String,
        /// Why.
        source: BootstrapError,
    },
    /// The program cannot hear the signals that end it.
    #[error(transparent)]
    Signals(#[from] BootstrapError),
    /// The core said no.
    #[error(transparent)]
    Core(#[from] CoreError),
    /// The library said no.
    #[error(transparent)]
    Query(#[from] LibraryError),
    /// The library said no to something about playlists.
    #[error(transparent)]
    Playlist(#[from] PlaylistError),
    /// The rules of a smart playlist cannot be read.
    #[error("the rules are not what a smart playlist can have")]
    Rules(#[source] serde_json::Error),
    /// The fields to edit cannot be read.
    #[error("the fields are not what a track has")]
    Fields(#[source] serde_json::Error),
    /// A file that cannot be decoded or played.
    #[error("{path}")]
    Audio {
        /// The file.
        path: String,
        /// What is wrong with it.
        source: CoreError,
    },
    /// There is no picture, or none that is safe to show.
    #[error("{0} has no cover")]
    NoCover(String),
    /// A file that no library can be read from, or not now.
    #[error("{path}")]
    LibraryFile {
        /// The file.
        path: String,
        /// What is wrong with it, and what to do.
        source: CoreError,
    },
    /// A path that the core cannot handle.
    #[error("the path {0:?} is not valid UTF-8; rename it")]
    PathNotUtf8(std::path::PathBuf),
    /// There is no such folder or file.
    #[error("{path} cannot be used")]
    Path {
        /// The path.
        path: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// What was to be typed in did not come.
    #[error("nothing could be read from standard input")]
    Input(#[source] std::io::Error),
    /// There is nothing to follow.
    #[error("there is no account; add one first")]
    NoAccount,
    /// There is no data folder for this user.
    #[error("this user has no data folder; name one with --data-dir")]
    NoDataDir,
    /// Ctrl-C.
    #[error("interrupted; run the same command again to go on")]
    Interrupted,
    /// Playback failed on the way.
    #[error("playback failed: {0}")]
    Playback(String),
}
