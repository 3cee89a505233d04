//! Work that is done later: persisted jobs, run when their time has come and conditions allow.

mod database;
mod executor;
mod job;
mod plan;
mod queue;
mod records;
mod status;

pub use database::{BackgroundHost, DatabaseBackground};
pub use executor::{BackgroundExecutor, BackgroundHandler, JobRun};
pub use job::{Constraint, Constraints, Job, NetworkNeed, Schedule, WhenUnknown};
pub use status::{Blocker, DeviceState, JobState, JobStatus};
