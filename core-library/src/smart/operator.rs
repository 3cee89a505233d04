//! What rules can ask.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// How a rule compares a field with its value. Text is compared without case and accents.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RuleOperator {
    /// It is the value.
    Is,
    /// It is something else, or unknown.
    IsNot,
    /// It begins with the value.
    StartsWith,
    /// Every word of the value begins a word of it.
    HasWords,
    /// It is the value or more; for times, the value or later.
    AtLeast,
    /// It is the value or less; for times, the value or earlier.
    AtMost,
    /// It lies between two values, both included.
    Between,
    /// It lies in the last so many days.
    InLastDays,
    /// It lies longer ago than so many days, or never happened.
    NotInLastDays,
    /// It is known.
    IsSet,
    /// It is unknown.
    IsNotSet,
}

impl RuleOperator {
    pub(super) const ALL: [Self; 11] = [
        Self::Is,
        Self::IsNot,
        Self::StartsWith,
        Self::HasWords,
        Self::AtLeast,
        Self::AtMost,
        Self::Between,
        Self::InLastDays,
        Self::NotInLastDays,
        Self::IsSet,
        Self::IsNotSet,
    ];

    /// The name in JSON.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Is => "is",
            Self::IsNot => "is_not",
            Self::StartsWith => "starts_with",
            Self::HasWords => "has_words",
            Self::AtLeast => "at_least",
            Self::AtMost => "at_most",
            Self::Between => "between",
            Self::InLastDays => "in_last_days",
            Self::NotInLastDays => "not_in_last_days",
            Self::IsSet => "is_set",
            Self::IsNotSet => "is_not_set",
        }
    }
}
