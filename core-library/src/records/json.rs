//! Lists and other nested values, which are stored as JSON text.

use bridge_traits::{BridgeError, ErrorKind, Result};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// `value` as JSON.
pub(crate) fn encode(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value)
        .map_err(|error| BridgeError::new(ErrorKind::Other, "record.write").with_source(error))
}

/// What [`encode`] wrote.
pub(crate) fn decode<T: DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_str(text)
        .map_err(|error| BridgeError::new(ErrorKind::Corrupt, "record.read").with_source(error))
}

/// A list as JSON; nothing for an empty one.
pub(crate) fn encode_list<T: Serialize>(list: &[T]) -> Result<Option<String>> {
    if list.is_empty() { Ok(None) } else { encode(&list).map(Some) }
}

/// What [`encode_list`] wrote.
pub(crate) fn decode_list<T: DeserializeOwned>(text: Option<String>) -> Result<Vec<T>> {
    text.map_or(Ok(Vec::new()), |text| decode(&text))
}
