//! How far a sync is, and how it may go on.

use std::fmt;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// How far a sync is.
///
/// It begins as [`Pending`](Self::Pending) or [`Running`](Self::Running) and ends in one of the
/// others, which lead nowhere: whoever tries again begins another one.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum JobState {
    /// It waits for a network that may be used before it asks for anything.
    Pending,
    /// It is under way.
    Running,
    /// It did everything there was to do, but for the files that it counts as failed.
    Completed,
    /// An error ended it. What was done until then stays.
    Failed,
    /// Somebody ended it. What was done until then stays.
    Cancelled,
    /// The program ended before it did. The next one goes on from there.
    Interrupted,
}

impl JobState {
    /// Every state.
    pub const ALL: [Self; 6] = [
        Self::Pending,
        Self::Running,
        Self::Completed,
        Self::Failed,
        Self::Cancelled,
        Self::Interrupted,
    ];

    /// Goes on to another state.
    ///
    /// # Errors
    ///
    /// Fails if this one does not lead there.
    pub fn become_next(self, next: Self) -> Result<Self, IllegalTransition> {
        let leads_there = match self {
            Self::Pending => !matches!(next, Self::Pending | Self::Completed),
            Self::Running => !matches!(next, Self::Pending | Self::Running),
            _ => false,
        };
        if leads_there { Ok(next) } else { Err(IllegalTransition { from: self, to: next }) }
    }

    /// Whether it has ended.
    pub fn is_over(self) -> bool {
        !matches!(self, Self::Pending | Self::Running)
    }

    /// The stable `snake_case` name, as it is stored and crosses the language boundary.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Running => "running",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Interrupted => "interrupted",
        }
    }

    /// The state of this name. What a newer release knows is over as far as this one is concerned:
    /// the history keeps nobody from synchronising.
    pub(super) fn of(name: &str) -> Self {
        Self::ALL.into_iter().find(|state| state.name() == name).unwrap_or(Self::Interrupted)
    }
}

impl fmt::Display for JobState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A sync was to go on to a state that its own does not lead to: a defect of the program that carries
/// it out.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("a sync that is {from} cannot become {to}: report this as a defect")]
pub struct IllegalTransition {
    /// How far it is.
    pub from: JobState,
    /// Where it was to go.
    pub to: JobState,
}
