//! Stored values: a format number, a checksum, and the value in postcard.

use bridge_traits::{BridgeError, ErrorKind, Result};
use js_sys::Uint8Array;
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue};
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// The format this program writes, and the only one it reads.
const FORMAT: u8 = 1;

/// The format number and the checksum.
const HEADER: usize = 1 + size_of::<u64>();

/// Packs a value.
pub(super) fn encode<T: Serialize>(value: &T) -> Result<Vec<u8>> {
    let mut bytes = postcard::to_extend(value, vec![0; HEADER]).map_err(|error| {
        BridgeError::new(ErrorKind::InvalidRequest, "database.encode").with_source(error)
    })?;
    let checksum = checksum(&bytes[HEADER..]);
    bytes[0] = FORMAT;
    bytes[1..HEADER].copy_from_slice(&checksum.to_le_bytes());
    Ok(bytes)
}

/// Unpacks what [`encode`] packed; `what` names it for people.
pub(super) fn decode<T: DeserializeOwned>(bytes: &[u8], what: &str) -> Result<T> {
    let Some((header, payload)) = bytes.split_at_checked(HEADER) else {
        return Err(corrupt(format!("{what} is cut short")));
    };
    if header[0] > FORMAT {
        return Err(BridgeError::new(ErrorKind::Conflict, "database.open")
            .with_detail(format!("{what} was written by a newer release; update the program")));
    }
    if header[0] != FORMAT || header[1..] != checksum(payload).to_le_bytes() {
        return Err(corrupt(format!("{what} does not match its checksum")));
    }
    postcard::from_bytes(payload)
        .map_err(|error| corrupt(format!("{what} cannot be read")).with_source(error))
}

/// Unpacks a value as IndexedDB gives it.
pub(super) fn decode_js<T: DeserializeOwned>(value: &JsValue, what: &str) -> Result<T> {
    match value.dyn_ref::<Uint8Array>() {
        Some(bytes) => decode(&bytes.to_vec(), what),
        None => Err(corrupt(format!("{what} is not a packed value"))),
    }
}

/// Stored bytes that do not make sense.
pub(super) fn corrupt(detail: String) -> BridgeError {
    BridgeError::new(ErrorKind::Corrupt, "database.open").with_detail(detail)
}

fn checksum(payload: &[u8]) -> u64 {
    xxh3_64_with_seed(payload, FORMAT.into())
}
