//! Rules: conditions, and groups of them.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use ts_rs::TS;

use super::{RuleError, RuleField, RuleOperator};

/// How many rules of a group must hold.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Match {
    /// Every one; a group without rules holds.
    #[default]
    All,
    /// At least one; a group without rules does not hold.
    Any,
}

/// One rule.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(untagged)]
pub enum Rule {
    /// A question about one field.
    Condition(Condition),
    /// Rules of which all or any must hold.
    Group(RuleGroup),
}

/// A question about one field.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[ts(optional_fields)]
pub struct Condition {
    /// The field.
    pub field: RuleField,
    /// How it is compared.
    pub operator: RuleOperator,
    /// With what; nothing for `is_set` and `is_not_set`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<RuleValue>,
}

/// Rules of which all or any must hold.
#[derive(Clone, Debug, Default, PartialEq, Serialize, TS)]
pub struct RuleGroup {
    /// How many must hold.
    #[serde(rename = "match")]
    pub matching: Match,
    /// The rules.
    pub rules: Vec<Rule>,
}

/// What a field is compared with.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, TS)]
#[serde(untagged)]
pub enum RuleValue {
    /// True or false.
    Truth(bool),
    /// A whole number: an amount, a time in milliseconds since the Unix epoch, or days.
    Number(#[ts(type = "number")] i64),
    /// Text, or the id of a playlist.
    Text(String),
    /// The ends of a range, both included.
    Range(#[ts(type = "[number, number]")] [i64; 2]),
}

/// A rule as it is written, so that what is wrong with it can be said in full.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRule {
    field: Option<String>,
    operator: Option<String>,
    value: Option<RuleValue>,
    #[serde(rename = "match")]
    matching: Option<Match>,
    rules: Option<Vec<Rule>>,
}

impl<'de> Deserialize<'de> for Rule {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::try_from(RawRule::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

impl TryFrom<RawRule> for Rule {
    type Error = RuleError;

    fn try_from(raw: RawRule) -> Result<Self, RuleError> {
        match raw {
            RawRule {
                field: Some(field),
                operator: Some(operator),
                value,
                matching: None,
                rules: None,
            } => Ok(Self::Condition(Condition {
                field: find_field(field)?,
                operator: find_operator(operator)?,
                value,
            })),
            RawRule { field: None, operator: None, value: None, matching, rules: Some(rules) } => {
                Ok(Self::Group(RuleGroup { matching: matching.unwrap_or_default(), rules }))
            }
            _ => Err(RuleError::Shape),
        }
    }
}

fn find_field(field: String) -> Result<RuleField, RuleError> {
    let all = RuleField::ALL;
    all.into_iter().find(|known| known.name() == field).ok_or_else(|| RuleError::UnknownField {
        field,
        known: all.map(RuleField::name).join(", "),
    })
}

fn find_operator(operator: String) -> Result<RuleOperator, RuleError> {
    let all = RuleOperator::ALL;
    all.into_iter().find(|known| known.name() == operator).ok_or_else(|| {
        RuleError::UnknownOperator { operator, known: all.map(RuleOperator::name).join(", ") }
    })
}
