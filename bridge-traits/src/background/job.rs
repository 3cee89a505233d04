//! What is to be done, when, and under which conditions.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A piece of work for later.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Job {
    /// The job's name, chosen by whoever schedules it: 1 to 255 bytes.
    pub id: String,
    /// The name of the handler that does it.
    pub handler: String,
    /// What the handler needs to know, in a form of its own; at most 64 KiB, and no secrets.
    pub payload: String,
    /// When it is done.
    pub schedule: Schedule,
    /// Under which conditions.
    pub constraints: Constraints,
}

impl Job {
    /// A job done once, at a time in milliseconds since the Unix epoch or as soon after it as can
    /// be.
    pub fn once(id: impl Into<String>, handler: impl Into<String>, at_millis: u64) -> Self {
        Self::new(id, handler, Schedule::Once { at_millis })
    }

    /// A job done again and again, for the first time one `period` from now.
    pub fn every(id: impl Into<String>, handler: impl Into<String>, period: Duration) -> Self {
        let period_millis = u64::try_from(period.as_millis()).unwrap_or(u64::MAX);
        Self::new(id, handler, Schedule::Every { period_millis })
    }

    fn new(id: impl Into<String>, handler: impl Into<String>, schedule: Schedule) -> Self {
        Self {
            id: id.into(),
            handler: handler.into(),
            payload: String::new(),
            schedule,
            constraints: Constraints::default(),
        }
    }

    /// Adds what the handler needs to know.
    #[must_use]
    pub fn with_payload(mut self, payload: impl Into<String>) -> Self {
        self.payload = payload.into();
        self
    }

    /// Adds conditions.
    #[must_use]
    pub fn with_constraints(mut self, constraints: Constraints) -> Self {
        self.constraints = constraints;
        self
    }
}

/// When a job is done.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub enum Schedule {
    /// Once.
    Once {
        /// Not before this time, in milliseconds since the Unix epoch.
        at_millis: u64,
    },
    /// Again and again.
    Every {
        /// The time between two runs in milliseconds, at least 1,000.
        period_millis: u64,
    },
}

/// Under which conditions a job may run.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct Constraints {
    /// Which network it needs.
    pub network: NetworkNeed,
    /// Whether the device must be charging, or have no battery.
    pub charging: bool,
    /// Whether nobody may be using the device.
    pub idle: bool,
    /// What to do about a condition the host cannot tell.
    pub when_unknown: WhenUnknown,
}

/// Which network a job needs.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub enum NetworkNeed {
    /// None.
    #[default]
    None,
    /// Any.
    Online,
    /// One that costs nothing by the megabyte.
    Unmetered,
    /// A wireless local network or a cable.
    Local,
}

/// What to do about a condition the host cannot tell.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub enum WhenUnknown {
    /// Wait: it may be the wrong moment. The job's status names what is not known.
    #[default]
    Wait,
    /// Take it as met.
    Run,
}

/// One condition of a job.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Constraint {
    /// The network it needs.
    Network,
    /// That the device is charging.
    Charging,
    /// That nobody uses the device.
    Idle,
}
