//! The history of syncs: what ran, why, and how it ended.

mod job;
mod last_of;
mod open_job;
mod query;
mod state;
mod store;
mod trigger;

pub(crate) use job::collection;
pub use job::{SyncCounts, SyncJob};
pub use open_job::OpenJob;
pub use query::SyncHistoryQuery;
pub use state::{IllegalTransition, JobState};
pub use store::SyncJobs;
pub use trigger::SyncTrigger;
