//! Values where they lie: in a packed record, or in a [`Value`].

use std::cmp::Ordering;

use bridge_traits::{FieldKind, Value};

use super::packed::Reader;

/// A value that is borrowed. Its order is that of [`Value`].
#[derive(Clone, Copy, Debug)]
pub(super) enum ValueRef<'a> {
    Null,
    Boolean(bool),
    Integer(i64),
    Real(f64),
    Text(&'a str),
    Bytes(&'a [u8]),
    Tokens(Tokens<'a>),
}

impl<'a> ValueRef<'a> {
    pub(super) fn to_value(self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Boolean(value) => Value::Boolean(value),
            Self::Integer(value) => Value::Integer(value),
            Self::Real(value) => Value::Real(value),
            Self::Text(text) => Value::Text(text.to_owned()),
            Self::Bytes(bytes) => Value::Bytes(bytes.to_vec()),
            Self::Tokens(tokens) => Value::Tokens(tokens.map(str::to_owned).collect()),
        }
    }

    pub(super) fn as_text(self) -> Option<&'a str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The tokens, if it is some.
    pub(super) fn tokens(self) -> Tokens<'a> {
        match self {
            Self::Tokens(tokens) => tokens,
            _ => Tokens::packed(0, &[]),
        }
    }

    pub(super) fn is_null(self) -> bool {
        matches!(self, Self::Null)
    }

    /// Whether a field of `kind` can hold it (null aside).
    pub(super) fn fits(self, kind: FieldKind) -> bool {
        match self {
            Self::Null => true,
            Self::Boolean(_) => kind == FieldKind::Boolean,
            Self::Integer(_) => kind == FieldKind::Integer,
            Self::Real(value) => kind == FieldKind::Real && value.is_finite(),
            Self::Text(_) => kind == FieldKind::Text,
            Self::Bytes(_) => kind == FieldKind::Bytes,
            Self::Tokens(tokens) => kind == FieldKind::Tokens && tokens.is_sorted_by(|a, b| a < b),
        }
    }

    /// The place of its kind in the order.
    pub(super) fn rank(self) -> u8 {
        match self {
            Self::Null => 0,
            Self::Boolean(_) => 1,
            Self::Integer(_) => 2,
            Self::Real(_) => 3,
            Self::Text(_) => 4,
            Self::Bytes(_) => 5,
            Self::Tokens(_) => 6,
        }
    }
}

impl<'a> From<&'a Value> for ValueRef<'a> {
    fn from(value: &'a Value) -> Self {
        match value {
            Value::Boolean(value) => Self::Boolean(*value),
            Value::Integer(value) => Self::Integer(*value),
            Value::Real(value) => Self::Real(*value),
            Value::Text(text) => Self::Text(text),
            Value::Bytes(bytes) => Self::Bytes(bytes),
            Value::Tokens(tokens) => Self::Tokens(Tokens::List(tokens)),
            _ => Self::Null,
        }
    }
}

impl Ord for ValueRef<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Boolean(a), Self::Boolean(b)) => a.cmp(b),
            (Self::Integer(a), Self::Integer(b)) => a.cmp(b),
            (Self::Real(a), Self::Real(b)) => (a + 0.0).total_cmp(&(b + 0.0)),
            (Self::Text(a), Self::Text(b)) => a.cmp(b),
            (Self::Bytes(a), Self::Bytes(b)) => a.cmp(b),
            (Self::Tokens(a), Self::Tokens(b)) => a.cmp(*b),
            _ => self.rank().cmp(&other.rank()),
        }
    }
}

impl PartialOrd for ValueRef<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for ValueRef<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for ValueRef<'_> {}

/// Tokens, one after the other.
#[derive(Clone, Copy, Debug)]
pub(super) enum Tokens<'a> {
    /// So many of them, packed.
    Packed(u64, Reader<'a>),
    List(&'a [String]),
}

impl<'a> Tokens<'a> {
    pub(super) fn packed(count: u64, bytes: &'a [u8]) -> Self {
        Self::Packed(count, Reader::new(bytes))
    }

    /// Whether each of them is text.
    pub(super) fn are_whole(self) -> bool {
        match self {
            Self::Packed(count, _) => self.count() as u64 == count,
            Self::List(_) => true,
        }
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        match self {
            Self::Packed(0, _) => None,
            Self::Packed(count, reader) => {
                *count -= 1;
                reader.text()
            }
            Self::List(tokens) => {
                let (first, rest) = tokens.split_first()?;
                *tokens = rest;
                Some(first)
            }
        }
    }
}
