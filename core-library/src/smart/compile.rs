//! Rules as a filter of the record store.

use std::collections::BTreeMap;
use std::ops::Bound;

use bridge_traits::{Filter, TokenMatch, Value};

use super::field::Kind;
use super::{Condition, Match, Rule, RuleError, RuleOperator, RuleValue, SmartRules};
use crate::search::Wanted;
use crate::text::fold;

const DAY_MILLIS: i64 = 24 * 60 * 60 * 1000;

/// What rules mean depends on.
#[derive(Clone, Debug, Default)]
pub(crate) struct Context {
    /// The time now, in milliseconds since the Unix epoch.
    pub(crate) now: u64,
    /// The tracks of the playlists that rules name.
    pub(crate) playlists: BTreeMap<String, Vec<String>>,
}

/// The filter that the rules come down to.
///
/// # Errors
///
/// Fails with what is wrong and where.
pub(crate) fn compile(rules: &SmartRules, context: &Context) -> Result<Filter, RuleError> {
    for (at, id) in rules.playlists() {
        if !context.playlists.contains_key(&id) {
            return Err(RuleError::NoSuchPlaylist { at, id });
        }
    }
    check(rules, context)
}

/// As [`compile`], but a playlist that is not known has no tracks.
pub(super) fn check(rules: &SmartRules, context: &Context) -> Result<Filter, RuleError> {
    let mut compiler = Compiler { context, rules: 0 };
    compiler.group(rules.matching, &rules.rules, "rules", 1)
}

struct Compiler<'a> {
    context: &'a Context,
    /// How many there were so far.
    rules: usize,
}

impl Compiler<'_> {
    fn group(
        &mut self,
        matching: Match,
        rules: &[Rule],
        at: &str,
        depth: usize,
    ) -> Result<Filter, RuleError> {
        self.rules += rules.len();
        if depth > SmartRules::DEPTH || self.rules > SmartRules::COUNT {
            let (depth, count) = (SmartRules::DEPTH, SmartRules::COUNT);
            return Err(RuleError::TooMany { depth, count });
        }
        let mut filters = Vec::with_capacity(rules.len());
        for (rule, number) in rules.iter().zip(0..) {
            let at = format!("{at}[{number}]");
            filters.push(match rule {
                Rule::Condition(condition) => self.condition(condition, &at)?,
                Rule::Group(group) => {
                    let at = format!("{at}.rules");
                    self.group(group.matching, &group.rules, &at, depth + 1)?
                }
            });
        }
        Ok(match matching {
            Match::All => filters.into_iter().fold(Filter::Everything, Filter::and),
            Match::Any => Filter::Any(filters),
        })
    }

    fn condition(&self, condition: &Condition, at: &str) -> Result<Filter, RuleError> {
        let Condition { field, operator, value } = condition;
        let operators = field.operators();
        if !operators.contains(operator) {
            let known: Vec<_> = operators.into_iter().map(RuleOperator::name).collect();
            return Err(RuleError::WrongOperator {
                at: at.to_owned(),
                field: field.name(),
                operator: operator.name(),
                known: known.join(", "),
            });
        }
        let wrong = |expected| RuleError::WrongValue { at: at.to_owned(), expected };
        let column = field.column();
        let number = || match value {
            Some(RuleValue::Number(number)) => Some(*number),
            _ => None,
        };
        let text = || match value {
            Some(RuleValue::Text(text)) if !text.is_empty() => Some(text.as_str()),
            _ => None,
        };
        let range = |lower: Bound<i64>, upper: Bound<i64>| {
            Filter::range(column, lower.map(Value::Integer), upper.map(Value::Integer))
        };
        let (included, unbounded) = (Bound::Included::<i64>, Bound::Unbounded::<i64>);
        Ok(match operator {
            RuleOperator::IsSet | RuleOperator::IsNotSet => {
                if value.is_some() {
                    return Err(wrong("no value"));
                }
                let unset = match field.kind() {
                    Kind::Texts => has_token(column, "", true).negated(),
                    _ => Filter::equals(column, Value::Null),
                };
                if *operator == RuleOperator::IsSet { unset.negated() } else { unset }
            }
            RuleOperator::Is | RuleOperator::IsNot => {
                let is = match field.kind() {
                    Kind::Number => {
                        Filter::equals(column, number().ok_or_else(|| wrong("a whole number"))?)
                    }
                    Kind::Truth => match value {
                        Some(RuleValue::Truth(truth)) => Filter::equals(column, *truth),
                        _ => return Err(wrong("true or false")),
                    },
                    Kind::Texts => {
                        let text = text().ok_or_else(|| wrong("a text"))?;
                        has_token(column, &fold(text), false)
                    }
                    Kind::Playlist => {
                        let id = text().ok_or_else(|| wrong("the id of a playlist"))?;
                        let tracks = self.context.playlists.get(id);
                        Filter::one_of(column, tracks.into_iter().flatten())
                    }
                    _ => {
                        let text = text().ok_or_else(|| wrong("a text"))?;
                        Filter::equals(column, as_stored(column, text))
                    }
                };
                if *operator == RuleOperator::Is { is } else { is.negated() }
            }
            RuleOperator::StartsWith => {
                let text = text().ok_or_else(|| wrong("a text"))?;
                if field.kind() == Kind::Texts {
                    return Ok(has_token(column, &fold(text), true));
                }
                Filter::starts_with(column, as_stored(column, text))
            }
            RuleOperator::HasWords => {
                let wanted = Wanted::new(text().ok_or_else(|| wrong("a text"))?);
                if wanted.terms.is_empty() {
                    return Err(wrong("a text with words"));
                }
                wanted.filter(column)
            }
            RuleOperator::AtLeast => {
                range(included(number().ok_or_else(|| wrong("a whole number"))?), unbounded)
            }
            RuleOperator::AtMost => {
                range(unbounded, included(number().ok_or_else(|| wrong("a whole number"))?))
            }
            RuleOperator::Between => match value {
                Some(RuleValue::Range([low, high])) if low <= high => {
                    range(included(*low), included(*high))
                }
                _ => return Err(wrong("two whole numbers, the smaller first")),
            },
            RuleOperator::InLastDays | RuleOperator::NotInLastDays => {
                let days = number().filter(|days| *days > 0);
                let days = days.ok_or_else(|| wrong("a number of days above 0"))?;
                let now = i64::try_from(self.context.now).unwrap_or(i64::MAX);
                let since = now.saturating_sub(days.saturating_mul(DAY_MILLIS));
                let recent = range(included(since), unbounded);
                let is_recent = *operator == RuleOperator::InLastDays;
                if is_recent { recent } else { recent.negated() }
            }
        })
    }
}

/// One of the texts is this one, or begins so.
fn has_token(column: &str, text: &str, prefix: bool) -> Filter {
    let token = TokenMatch { text: text.to_owned(), prefix };
    Filter::HasTokens { field: column.to_owned(), tokens: vec![token] }
}

/// Folded where the stored field is.
fn as_stored(column: &str, text: &str) -> String {
    if column.ends_with("_key") { fold(text) } else { text.to_owned() }
}
