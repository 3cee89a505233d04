//! Why a sync runs.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Why a sync runs.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SyncTrigger {
    /// Somebody asked for it.
    #[default]
    User,
    /// The program or page was opened, and follows the account from then on.
    Opened,
    /// The account was added or signed in again.
    SignedIn,
    /// It was time for it.
    Scheduled,
    /// The host told of a change.
    Changed,
}

impl SyncTrigger {
    /// Every reason.
    pub const ALL: [Self; 5] =
        [Self::User, Self::Opened, Self::SignedIn, Self::Scheduled, Self::Changed];

    /// The stable `snake_case` name, as it is stored and crosses the language boundary.
    pub fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Opened => "opened",
            Self::SignedIn => "signed_in",
            Self::Scheduled => "scheduled",
            Self::Changed => "changed",
        }
    }

    /// The reason of this name; one that only a newer release knows is nobody's wish.
    pub(super) fn of(name: &str) -> Self {
        Self::ALL.into_iter().find(|trigger| trigger.name() == name).unwrap_or(Self::Scheduled)
    }
}
