//! The rules of a smart playlist as a whole.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::compile::{Context, check};
use super::{Match, Rule, RuleError};
use crate::query::TrackQuery;

/// What fills a smart playlist: which tracks, in which order, and how many at most.
///
/// # Examples
///
/// ```
/// # use core_library::SmartRules;
/// let rules = r#"{
///     "match": "all",
///     "rules": [
///         {"field": "rating", "operator": "at_least", "value": 80},
///         {"match": "any", "rules": [
///             {"field": "genre", "operator": "is", "value": "jazz"},
///             {"field": "last_played_at", "operator": "not_in_last_days", "value": 30}
///         ]}
///     ],
///     "sort": "-last_played",
///     "limit": 50
/// }"#;
/// let rules: SmartRules = serde_json::from_str(rules).expect("they are well formed");
/// rules.validate().expect("they make sense");
/// ```
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize, TS)]
#[serde(default, deny_unknown_fields)]
#[ts(optional_fields)]
pub struct SmartRules {
    /// How many of the rules must hold.
    #[serde(rename = "match")]
    pub matching: Match,
    /// The rules.
    pub rules: Vec<Rule>,
    /// A sort of [`TrackQuery`], by title if there is none. It also decides which tracks a limit
    /// leaves.
    pub sort: Option<String>,
    /// The most tracks, 1 to 10,000.
    pub limit: Option<u32>,
}

impl SmartRules {
    /// How deep groups may be nested.
    pub(super) const DEPTH: usize = 8;

    /// How many rules there may be, groups included.
    pub(super) const COUNT: usize = 200;

    /// Checks that the rules make sense. Playlists they name are not looked for.
    ///
    /// # Errors
    ///
    /// Fails with what is wrong and where.
    pub fn validate(&self) -> Result<(), RuleError> {
        let query = TrackQuery { sort: self.sort.clone(), limit: self.limit, ..Default::default() };
        query.to_query(bridge_traits::Filter::Everything).map_err(|error| {
            RuleError::Order(match error {
                crate::LibraryError::InvalidQuery(message) => message,
                other => other.to_string(),
            })
        })?;
        check(self, &Context::default()).map(drop)
    }

    /// The playlists that rules ask for, each with where.
    pub(crate) fn playlists(&self) -> Vec<(String, String)> {
        let mut found = Vec::new();
        collect(&self.rules, "rules", &mut found);
        found
    }
}

fn collect(rules: &[Rule], at: &str, found: &mut Vec<(String, String)>) {
    for (rule, number) in rules.iter().zip(0..) {
        let at = format!("{at}[{number}]");
        match rule {
            Rule::Group(group) => collect(&group.rules, &format!("{at}.rules"), found),
            Rule::Condition(condition) => {
                if condition.field == super::RuleField::Playlist
                    && let Some(super::RuleValue::Text(id)) = &condition.value
                {
                    found.push((at, id.clone()));
                }
            }
        }
    }
}
