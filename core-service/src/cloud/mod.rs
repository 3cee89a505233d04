//! Music on cloud drives: accounts, mirroring, and files that are played from there.

mod accounts;
mod drives;
mod settings;

pub(crate) use drives::Cloud;
pub use settings::{DriveAddresses, DriveKind, NewDrive};
