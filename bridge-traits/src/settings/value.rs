//! One setting's value.

use serde::{Deserialize, Serialize};

/// The value of a setting.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(untagged)]
pub enum SettingValue {
    /// On or off.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// A finite number.
    Real(f64),
    /// Text.
    Text(String),
}

impl From<bool> for SettingValue {
    fn from(value: bool) -> Self {
        Self::Boolean(value)
    }
}

impl From<i64> for SettingValue {
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}

impl From<f64> for SettingValue {
    fn from(value: f64) -> Self {
        Self::Real(value)
    }
}

impl From<&str> for SettingValue {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}
