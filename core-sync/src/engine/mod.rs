//! Bringing the library in line with a drive.

mod early;
mod error;
mod exchanged;
mod explain;
mod filtering;
mod gate;
mod identity;
mod knocking;
mod options;
mod places;
mod placing;
mod pulling;
mod reading;
mod report;
mod restored;
mod run;
mod status;
mod sync;
mod turn;
mod walking;
mod wanted;

pub use error::SyncError;
pub use explain::Explanation;
pub use options::{SyncOptions, SyncRequest};
pub use places::account_of;
pub use report::{FailedItem, SyncPlan, SyncReport};
pub use status::SyncStatus;
pub use sync::Sync;
pub use turn::Turn;
