//! The event type, with a severity and a sentence for people.

use std::fmt;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{AuthEvent, LibraryEvent, MetadataEvent, PlaybackEvent, SyncEvent, SystemEvent};

/// Something that has happened.
///
/// As JSON it is flat: `{"category":"library","type":"track_added","track_id":"…"}`.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, TS)]
#[serde(tag = "category", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Event {
    /// Sign-in and tokens.
    Auth(AuthEvent),
    /// Mirroring of remote collections.
    Sync(SyncEvent),
    /// The library.
    Library(LibraryEvent),
    /// Playback.
    Playback(PlaybackEvent),
    /// Metadata beyond what the files say.
    Metadata(MetadataEvent),
    /// The core itself.
    System(SystemEvent),
}

/// How much an event matters.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Progress and other detail.
    Debug,
    /// Normal life.
    Info,
    /// Something was not as it should be, and was handled.
    Warning,
    /// Something failed.
    Error,
}

impl Event {
    /// How much the event matters.
    pub fn severity(&self) -> Severity {
        match self {
            Self::Auth(AuthEvent::Failed { .. })
            | Self::Sync(SyncEvent::Failed { .. })
            | Self::Playback(PlaybackEvent::Error { .. })
            | Self::System(
                SystemEvent::Superseded {}
                | SystemEvent::StorageDeleted {}
                | SystemEvent::StorageDamaged { .. },
            ) => Severity::Error,
            Self::Library(LibraryEvent::ScanCompleted { failed, .. }) if *failed > 0 => {
                Severity::Warning
            }
            Self::Sync(SyncEvent::Cancelled { .. }) | Self::System(SystemEvent::Lagged { .. }) => {
                Severity::Warning
            }
            Self::Sync(SyncEvent::Progress { .. })
            | Self::Library(
                LibraryEvent::ScanProgress { .. } | LibraryEvent::SoundCheckProgress { .. },
            )
            | Self::Playback(
                PlaybackEvent::PositionChanged { .. } | PlaybackEvent::DownloadProgress { .. },
            ) => Severity::Debug,
            _ => Severity::Info,
        }
    }
}

impl fmt::Display for Event {
    /// A sentence for people.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Auth(event) => event.fmt(f),
            Self::Sync(event) => event.fmt(f),
            Self::Library(event) => event.fmt(f),
            Self::Playback(event) => event.fmt(f),
            Self::Metadata(event) => event.fmt(f),
            Self::System(event) => event.fmt(f),
        }
    }
}

macro_rules! into_event {
    ($($kind:ident($payload:ty)),* $(,)?) => {
        $(impl From<$payload> for Event {
            fn from(event: $payload) -> Self {
                Self::$kind(event)
            }
        })*
    };
}

into_event! {
    Auth(AuthEvent),
    Sync(SyncEvent),
    Library(LibraryEvent),
    Playback(PlaybackEvent),
    Metadata(MetadataEvent),
    System(SystemEvent),
}
