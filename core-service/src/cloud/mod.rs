//! Music on cloud drives: accounts, mirroring, and files that are played from there.

mod accounts;
mod adding;
mod calling;
mod description;
mod drives;
mod filter;
mod folders;
mod follow;
mod kind;
mod metered;
mod new_account;
mod new_drive;
mod redirecting;
mod removing;
mod running;
mod settings;

pub use description::{DriveDescription, SignInMethod};
pub(crate) use drives::Cloud;
pub use follow::Followed;
pub use kind::DriveKind;
pub use new_account::{NewAccount, SecretText};
pub use new_drive::{DriveAccess, DriveAddresses, DriveClient, NewDrive};
pub(crate) use running::Running;
