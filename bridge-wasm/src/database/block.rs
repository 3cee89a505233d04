//! Blocks: neighbouring records of one collection, packed into one value.

use bridge_memory::{PackedRecord, PackedRow};
use bridge_traits::Result;
use wasm_bindgen::JsValue;

use super::frame::{self, Packed, Packer};

/// A block is full at this many bytes, however few records that are.
const FULL_BYTES: usize = 1 << 20;

/// One block as it is read.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) collection: String,
    /// The records and the commits that wrote them.
    pub(super) rows: Vec<(u64, PackedRecord)>,
}

/// One block as it is written.
#[derive(Debug)]
pub(super) struct NewBlock {
    pub(super) bytes: Vec<u8>,
    pub(super) first: String,
    pub(super) last: String,
    pub(super) rows: u32,
}

/// Packs the first `limit` of `rows`, or fewer if they are large; `None` if there are none.
pub(super) fn pack<'a>(
    number: u32,
    collection: &str,
    rows: impl Iterator<Item = &'a PackedRow>,
    limit: usize,
) -> Result<Option<NewBlock>> {
    let mut packed = Vec::new();
    let mut count = 0_u32;
    let mut ends: Option<(&str, &str)> = None;
    for row in rows.take(limit) {
        if row.record.is_away() {
            return Err(frame::corrupt("a record to be packed is not in memory".into()));
        }
        packed = postcard::to_extend(&row.version, packed).map_err(|error| {
            frame::corrupt("a record cannot be packed".into()).with_source(error)
        })?;
        packed.extend_from_slice(row.record.bytes());
        count += 1;
        let key = row.record.key();
        ends = Some((ends.map_or(key, |(first, _)| first), key));
        if packed.len() >= FULL_BYTES {
            break;
        }
    }
    let Some((first, last)) = ends else { return Ok(None) };
    // As the fields of `Block`, the length of the list before its items.
    let bytes = Packer::new().push(&(number, collection, count))?.append(&packed).finish();
    Ok(Some(NewBlock { bytes, first: first.to_owned(), last: last.to_owned(), rows: count }))
}

/// Unpacks the block that should be number `expected`.
pub(super) fn unpack(value: &JsValue, expected: u32, what: &str) -> Result<Block> {
    let packed = Packed::check(value, what)?;
    let ((found, collection, count), mut rest) = packed.begin::<(u32, String, usize)>()?;
    if found != expected {
        return Err(frame::corrupt(format!("{what} is missing: there is another in its place")));
    }
    let mut rows = Vec::new();
    for _ in 0..count {
        let (version, record) = packed.take(rest)?;
        let record = PackedRecord::take(record)?;
        rows.push((version, record.0));
        rest = record.1;
    }
    Ok(Block { collection, rows })
}
