//! The whole core behind one handle.
//!
//! A host calls `bootstrap_desktop` or, in a browser's worker, `bootstrap_wasm`, and gets the same
//! [`CoreService`] either way. A host with bridges of its own fills in [`Bridges`] and calls
//! [`CoreService::start`].

mod cloud;
mod content;
mod duplicates;
mod error;
mod import;
mod listening;
// The only place outside core-async and the bridges that knows which platform this is.
#[cfg_attr(not(target_family = "wasm"), path = "platform/desktop.rs")]
#[cfg_attr(target_family = "wasm", path = "platform/wasm.rs")]
mod platform;
mod playing;
mod recordings;
mod rpc;
mod service;
mod sound_check;
mod storage;
mod wiring;

// The domains and the host traits, so that a host depends on this crate alone.
pub use {
    bridge_traits, core_auth, core_library, core_metadata, core_playback, core_runtime, core_sync,
};

pub use cloud::{
    DriveAccess, DriveAddresses, DriveClient, DriveDescription, DriveKind, Followed, NewAccount,
    NewDrive, SecretText, SignInMethod,
};
pub use error::{BootstrapError, CoreError};
pub use import::ImportEntry;
// Each platform has its own bootstrap function and configuration; the names say which.
pub use platform::*;
pub use recordings::RecordingComparison;
pub use rpc::{
    CoreStatus, ErrorCode, HostStatus, ImportedPlaylist, PlaylistFile, RedirectPage,
    RemovedAccount, Request, RpcError, generated_types,
};
pub use service::CoreService;
pub use sound_check::SoundCheck;
pub use storage::{LibraryReplacement, SetAside, StorageDamage, StorageHealth};
pub use wiring::{Bridges, DatabaseReport, OutputSlot, Role};

// The examples of the README are compiled with the tests.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
