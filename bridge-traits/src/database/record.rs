//! Records: values in the order of their collection's fields.

use serde::{Deserialize, Serialize};

use super::Value;
use crate::{BridgeError, ErrorKind, Result};

/// One record: a value for each field of its collection, in order, the key first.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct Record(pub Vec<Value>);

impl Record {
    /// A record with this key and nothing else yet.
    pub fn new(key: impl Into<String>) -> Self {
        Self(vec![Value::Text(key.into())])
    }

    /// Adds the value of the next field.
    #[must_use]
    pub fn with(mut self, value: impl Into<Value>) -> Self {
        self.0.push(value.into());
        self
    }

    /// The key; empty for a record that has none, which no adapter accepts.
    pub fn key(&self) -> &str {
        self.0.first().and_then(Value::as_text).unwrap_or_default()
    }

    /// Reads the values one after the other.
    pub fn into_reader(self) -> RecordReader {
        RecordReader(self.0.into_iter())
    }
}

/// Reads the values of a record in field order, checking their kinds.
#[derive(Debug)]
pub struct RecordReader(std::vec::IntoIter<Value>);

impl RecordReader {
    /// The next value as it is.
    ///
    /// # Errors
    ///
    /// Fails with `Corrupt` if the record is too short.
    pub fn value(&mut self) -> Result<Value> {
        self.0.next().ok_or_else(|| corrupt("a record is too short"))
    }

    /// The next value as text.
    ///
    /// # Errors
    ///
    /// Fails with `Corrupt` if it is something else.
    pub fn text(&mut self) -> Result<String> {
        self.optional_text()?.ok_or_else(|| corrupt("a text field is null"))
    }

    /// The next value as text or null.
    ///
    /// # Errors
    ///
    /// Fails with `Corrupt` if it is something else.
    pub fn optional_text(&mut self) -> Result<Option<String>> {
        match self.value()? {
            Value::Null => Ok(None),
            Value::Text(text) => Ok(Some(text)),
            _ => Err(corrupt("a text field holds something else")),
        }
    }

    /// The next value as an integer of any width.
    ///
    /// # Errors
    ///
    /// Fails with `Corrupt` if it is something else or out of range.
    pub fn integer<T: TryFrom<i64>>(&mut self) -> Result<T> {
        self.optional_integer()?.ok_or_else(|| corrupt("an integer field is null"))
    }

    /// The next value as an integer of any width, or null.
    ///
    /// # Errors
    ///
    /// Fails with `Corrupt` if it is something else or out of range.
    pub fn optional_integer<T: TryFrom<i64>>(&mut self) -> Result<Option<T>> {
        match self.value()? {
            Value::Null => Ok(None),
            Value::Integer(value) => {
                let value =
                    T::try_from(value).map_err(|_| corrupt("an integer is out of range"))?;
                Ok(Some(value))
            }
            _ => Err(corrupt("an integer field holds something else")),
        }
    }

    /// The next value as a truth value.
    ///
    /// # Errors
    ///
    /// Fails with `Corrupt` if it is something else.
    pub fn boolean(&mut self) -> Result<bool> {
        match self.value()? {
            Value::Boolean(value) => Ok(value),
            _ => Err(corrupt("a boolean field holds something else")),
        }
    }

    /// The next value as a number, or null.
    ///
    /// # Errors
    ///
    /// Fails with `Corrupt` if it is something else.
    pub fn optional_real(&mut self) -> Result<Option<f64>> {
        match self.value()? {
            Value::Null => Ok(None),
            Value::Real(value) => Ok(Some(value)),
            _ => Err(corrupt("a real field holds something else")),
        }
    }

    /// The next value as tokens; none for null.
    ///
    /// # Errors
    ///
    /// Fails with `Corrupt` if it is something else.
    pub fn tokens(&mut self) -> Result<Vec<String>> {
        match self.value()? {
            Value::Null => Ok(Vec::new()),
            Value::Tokens(tokens) => Ok(tokens),
            _ => Err(corrupt("a token field holds something else")),
        }
    }

    /// Passes over the next value.
    ///
    /// # Errors
    ///
    /// Fails with `Corrupt` if the record is too short.
    pub fn skip(&mut self) -> Result<()> {
        self.value().map(drop)
    }
}

fn corrupt(detail: &str) -> BridgeError {
    BridgeError::new(ErrorKind::Corrupt, "record.read").with_detail(detail)
}
