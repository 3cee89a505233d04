//! Smart playlists: rules that a user saves, checked, and turned into database queries.

mod compile;
mod error;
mod field;
mod operator;
mod rule;
mod rules;

pub(crate) use compile::{Context, compile};
pub use error::RuleError;
pub use field::RuleField;
pub use operator::RuleOperator;
pub use rule::{Condition, Match, Rule, RuleGroup, RuleValue};
pub use rules::SmartRules;
