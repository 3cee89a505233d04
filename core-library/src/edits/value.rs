//! The values of editable fields.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use ts_rs::TS;

use crate::models::Lyrics;

/// The value of an editable field.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, TS)]
#[serde(untagged)]
pub enum FieldValue {
    /// Yes or no.
    Flag(bool),
    /// A number.
    Number(f64),
    /// A text.
    Text(String),
    /// Several texts, in order.
    List(Vec<String>),
    /// Lyrics.
    Lyrics(Lyrics),
}

impl FieldValue {
    /// As it is stored. Whole numbers are written without a fraction.
    pub(crate) fn to_json(&self) -> Json {
        match self {
            #[expect(clippy::cast_possible_truncation, reason = "it has no fraction and is small")]
            Self::Number(number) if number.fract() == 0.0 && number.abs() < 1e15 => {
                Json::from(*number as i64)
            }
            // Only a text key that is no text could fail, and there is none.
            value => serde_json::to_value(value).unwrap_or_default(),
        }
    }

    /// What was stored; `None` for a field without a value.
    pub(crate) fn from_json(json: &Json) -> Option<Self> {
        serde_json::from_value(json.clone()).ok()
    }
}

impl From<bool> for FieldValue {
    fn from(value: bool) -> Self {
        Self::Flag(value)
    }
}

impl From<f64> for FieldValue {
    fn from(value: f64) -> Self {
        Self::Number(value)
    }
}

impl From<i32> for FieldValue {
    fn from(value: i32) -> Self {
        Self::Number(value.into())
    }
}

impl From<&str> for FieldValue {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<String> for FieldValue {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl From<&[&str]> for FieldValue {
    fn from(values: &[&str]) -> Self {
        Self::List(values.iter().map(|&value| value.to_owned()).collect())
    }
}

impl From<Vec<String>> for FieldValue {
    fn from(values: Vec<String>) -> Self {
        Self::List(values)
    }
}

impl From<Lyrics> for FieldValue {
    fn from(value: Lyrics) -> Self {
        Self::Lyrics(value)
    }
}
