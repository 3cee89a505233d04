//! Stored values: a format number, a checksum, and the value in postcard.

use bridge_traits::{BridgeError, ErrorKind, Result};
use js_sys::Uint8Array;
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue};
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// The format this program writes.
pub(super) const FORMAT: u8 = 2;

/// The format before it, which it still reads: one description of all blocks by their count, and
/// a log that repeats the names of collections.
pub(super) const FIRST_FORMAT: u8 = 1;

/// The format number and the checksum.
const HEADER: usize = 1 + size_of::<u64>();

/// A value on its way to the disk.
#[derive(Debug)]
pub(super) struct Packer(Vec<u8>);

impl Packer {
    pub(super) fn new() -> Self {
        Self(vec![0; HEADER])
    }

    /// Adds what [`Packed::read`] gives back.
    pub(super) fn push<T: Serialize + ?Sized>(self, value: &T) -> Result<Self> {
        postcard::to_extend(value, self.0).map(Self).map_err(|error| {
            BridgeError::new(ErrorKind::InvalidRequest, "database.encode").with_source(error)
        })
    }

    /// Adds parts that were packed before.
    pub(super) fn append(mut self, part: &[u8]) -> Self {
        self.0.extend_from_slice(part);
        self
    }

    pub(super) fn finish(mut self) -> Vec<u8> {
        let checksum = checksum(FORMAT, &self.0[HEADER..]);
        self.0[0] = FORMAT;
        self.0[1..HEADER].copy_from_slice(&checksum.to_le_bytes());
        self.0
    }
}

/// Packs one value.
pub(super) fn encode<T: Serialize>(value: &T) -> Result<Vec<u8>> {
    Ok(Packer::new().push(value)?.finish())
}

/// A value from the disk whose checksum is right.
#[derive(Debug)]
pub(super) struct Packed<'a> {
    pub(super) format: u8,
    bytes: Vec<u8>,
    /// Names it for people.
    what: &'a str,
}

impl<'a> Packed<'a> {
    /// Checks a value as IndexedDB gives it.
    ///
    /// A format that is newer is a `Conflict`: whoever changes the format writes the description
    /// first, so only there it means anything but damage.
    pub(super) fn check(value: &JsValue, what: &'a str) -> Result<Self> {
        let Some(bytes) = value.dyn_ref::<Uint8Array>().map(Uint8Array::to_vec) else {
            return Err(corrupt(format!("{what} is not a packed value")));
        };
        let Some((header, payload)) = bytes.split_at_checked(HEADER) else {
            return Err(corrupt(format!("{what} is cut short")));
        };
        let format = header[0];
        if format > FORMAT {
            return Err(BridgeError::new(ErrorKind::Conflict, "database.open").with_detail(
                format!("{what} was written by a newer release; update the program"),
            ));
        }
        if format < FIRST_FORMAT || header[1..] != checksum(format, payload).to_le_bytes() {
            return Err(corrupt(format!("{what} does not match its checksum")));
        }
        Ok(Self { format, bytes, what })
    }

    /// The value.
    pub(super) fn read<T: DeserializeOwned>(&self) -> Result<T> {
        self.begin().map(|(value, _)| value)
    }

    /// What it begins with, and the bytes behind that.
    pub(super) fn begin<T: DeserializeOwned>(&self) -> Result<(T, &[u8])> {
        self.take(&self.bytes[HEADER..])
    }

    /// What some of its bytes begin with, and the bytes behind that.
    pub(super) fn take<'b, T: DeserializeOwned>(&self, bytes: &'b [u8]) -> Result<(T, &'b [u8])> {
        postcard::take_from_bytes(bytes)
            .map_err(|error| corrupt(format!("{} cannot be read", self.what)).with_source(error))
    }
}

/// Stored bytes that do not make sense.
pub(super) fn corrupt(detail: String) -> BridgeError {
    BridgeError::new(ErrorKind::Corrupt, "database.open").with_detail(detail)
}

fn checksum(format: u8, payload: &[u8]) -> u64 {
    xxh3_64_with_seed(payload, format.into())
}
