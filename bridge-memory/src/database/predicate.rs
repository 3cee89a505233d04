//! Filters with their field names resolved, ready to be asked about record after record.

use std::ops::Bound;

use bridge_traits::{
    BridgeError, Collection, ErrorKind, FieldKind, Filter, Result, TokenMatch, Value,
};

use super::packed::PackedRecord;
use super::value_ref::ValueRef;

/// A filter whose fields are positions.
#[derive(Debug)]
pub(super) enum Predicate {
    True,
    Equals(usize, Value),
    OneOf(usize, Vec<Value>),
    Range(usize, Bound<Value>, Bound<Value>),
    StartsWith(usize, String),
    HasTokens(usize, Vec<TokenMatch>),
    All(Vec<Predicate>),
    Any(Vec<Predicate>),
    Not(Box<Predicate>),
}

impl Predicate {
    /// Resolves `filter` for `collection`, checking fields and kinds.
    pub(super) fn new(collection: &Collection, filter: &Filter) -> Result<Self> {
        let many = |filters: &[Filter]| -> Result<Vec<_>> {
            filters.iter().map(|filter| Self::new(collection, filter)).collect()
        };
        Ok(match filter {
            Filter::Everything => Self::True,
            Filter::Equals { field, value } => {
                Self::Equals(field_for(collection, field, [value])?, value.clone())
            }
            Filter::OneOf { field, values } => {
                Self::OneOf(field_for(collection, field, values)?, values.clone())
            }
            Filter::Range { field, lower, upper } => {
                let ends = [lower, upper].into_iter().filter_map(|bound| match bound {
                    Bound::Included(value) | Bound::Excluded(value) => Some(value),
                    Bound::Unbounded => None,
                });
                Self::Range(field_for(collection, field, ends)?, lower.clone(), upper.clone())
            }
            Filter::StartsWith { field, prefix } => {
                let position = kind_for(collection, field, FieldKind::Text)?;
                Self::StartsWith(position, prefix.clone())
            }
            Filter::HasTokens { field, tokens } => {
                let position = kind_for(collection, field, FieldKind::Tokens)?;
                Self::HasTokens(position, tokens.clone())
            }
            Filter::All(filters) => Self::All(many(filters)?),
            Filter::Any(filters) => Self::Any(many(filters)?),
            Filter::Not(filter) => Self::Not(Box::new(Self::new(collection, filter)?)),
            _ => return Err(invalid("this filter is newer than the engine".into())),
        })
    }

    /// Whether `record` matches.
    pub(super) fn matches(&self, record: &PackedRecord) -> bool {
        match self {
            Self::True => true,
            Self::Equals(position, value) => record.value(*position) == value.into(),
            Self::OneOf(position, values) => {
                let found = record.value(*position);
                values.iter().any(|value| found == value.into())
            }
            Self::Range(position, lower, upper) => {
                let value = record.value(*position);
                !value.is_null() && is_above(value, lower) && is_below(value, upper)
            }
            Self::StartsWith(position, prefix) => {
                record.value(*position).as_text().is_some_and(|text| text.starts_with(prefix))
            }
            // No tokens is nothing to match, and nothing wanted is matched by that too.
            Self::HasTokens(position, wanted) => {
                let tokens = record.value(*position).tokens();
                wanted.iter().all(|wanted| tokens.into_iter().any(|token| wanted.matches(token)))
            }
            Self::All(all) => all.iter().all(|predicate| predicate.matches(record)),
            Self::Any(any) => any.iter().any(|predicate| predicate.matches(record)),
            Self::Not(predicate) => !predicate.matches(record),
        }
    }

    /// The conditions that must all hold.
    pub(super) fn conditions(&self) -> Vec<&Self> {
        match self {
            Self::True => Vec::new(),
            Self::All(all) => all.iter().flat_map(Self::conditions).collect(),
            other => vec![other],
        }
    }
}

fn is_above(value: ValueRef<'_>, lower: &Bound<Value>) -> bool {
    match lower {
        Bound::Included(bound) => value >= bound.into(),
        Bound::Excluded(bound) => value > bound.into(),
        Bound::Unbounded => true,
    }
}

fn is_below(value: ValueRef<'_>, upper: &Bound<Value>) -> bool {
    match upper {
        Bound::Included(bound) => value <= bound.into(),
        Bound::Excluded(bound) => value < bound.into(),
        Bound::Unbounded => true,
    }
}

fn field_for<'a>(
    collection: &Collection,
    name: &str,
    values: impl IntoIterator<Item = &'a Value>,
) -> Result<usize> {
    let position = collection.position(name).ok_or_else(|| unknown(collection, name))?;
    let kind = collection.fields[position].kind;
    if kind == FieldKind::Tokens {
        return Err(invalid(format!("tokens in {name:?} are only found with HasTokens")));
    }
    for value in values {
        if !value.fits(kind) {
            return Err(invalid(format!("{name:?} never holds such a value")));
        }
    }
    Ok(position)
}

fn kind_for(collection: &Collection, name: &str, kind: FieldKind) -> Result<usize> {
    let position = collection.position(name).ok_or_else(|| unknown(collection, name))?;
    if collection.fields[position].kind == kind {
        return Ok(position);
    }
    Err(invalid(format!("{name:?} is not a {kind:?} field")))
}

fn unknown(collection: &Collection, name: &str) -> BridgeError {
    invalid(format!("{:?} has no field {name:?}", collection.name))
}

fn invalid(detail: String) -> BridgeError {
    BridgeError::new(ErrorKind::InvalidRequest, "database.query").with_detail(detail)
}
