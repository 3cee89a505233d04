//! Music on cloud drives: accounts, mirroring, and files that are played from there.

mod accounts;
mod adding;
mod drives;
mod kind;
mod new_drive;
mod settings;

pub(crate) use drives::Cloud;
pub use kind::DriveKind;
pub use new_drive::{DriveAccess, DriveAddresses, DriveClient, NewDrive};
