//! Which records a query is about.

use std::ops::Bound;

use super::Value;

/// A condition on records. It is either true or false, also for nulls: a null equals null and
/// nothing else, and lies in no range.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Filter {
    /// Every record.
    Everything,
    /// The field has this value; null is a value here.
    Equals {
        /// The field.
        field: String,
        /// The value.
        value: Value,
    },
    /// The field has one of these values.
    OneOf {
        /// The field.
        field: String,
        /// The values.
        values: Vec<Value>,
    },
    /// The field lies in a range; null never does.
    Range {
        /// The field.
        field: String,
        /// The lower end.
        lower: Bound<Value>,
        /// The upper end.
        upper: Bound<Value>,
    },
    /// The text field starts with these characters.
    StartsWith {
        /// The field.
        field: String,
        /// The characters.
        prefix: String,
    },
    /// The token field has a match for every one of these.
    HasTokens {
        /// The field.
        field: String,
        /// What must be found.
        tokens: Vec<TokenMatch>,
    },
    /// Every one of these conditions; true for none.
    All(Vec<Filter>),
    /// At least one of these conditions; false for none.
    Any(Vec<Filter>),
    /// Not this condition.
    Not(Box<Filter>),
}

/// A token to find.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TokenMatch {
    /// The token, or its beginning.
    pub text: String,
    /// Whether tokens that merely start with `text` match too.
    pub prefix: bool,
}

impl TokenMatch {
    /// Whether `token` matches.
    pub fn matches(&self, token: &str) -> bool {
        if self.prefix { token.starts_with(&self.text) } else { token == self.text }
    }
}

impl Filter {
    /// The field has this value.
    pub fn equals(field: &str, value: impl Into<Value>) -> Self {
        Self::Equals { field: field.to_owned(), value: value.into() }
    }

    /// The field has one of these values.
    pub fn one_of(field: &str, values: impl IntoIterator<Item = impl Into<Value>>) -> Self {
        let values = values.into_iter().map(Into::into).collect();
        Self::OneOf { field: field.to_owned(), values }
    }

    /// The field lies in a range.
    pub fn range(field: &str, lower: Bound<Value>, upper: Bound<Value>) -> Self {
        Self::Range { field: field.to_owned(), lower, upper }
    }

    /// The text field starts with these characters.
    pub fn starts_with(field: &str, prefix: impl Into<String>) -> Self {
        Self::StartsWith { field: field.to_owned(), prefix: prefix.into() }
    }

    /// Both conditions.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Everything, other) | (other, Self::Everything) => other,
            (Self::All(mut all), other) => {
                all.push(other);
                Self::All(all)
            }
            (one, other) => Self::All(vec![one, other]),
        }
    }

    /// The opposite condition.
    #[must_use]
    pub fn negated(self) -> Self {
        Self::Not(Box::new(self))
    }
}
