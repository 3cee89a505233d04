//! Blocks: every record of an engine, packed a few hundred to a value.

use bridge_memory::{Engine, StoredSchema};
use bridge_traits::{Record, Result, Row};
use serde::{Deserialize, Serialize};

use super::frame;

/// Records per block: writing and reading are fastest from about 256 on, and flat above.
const BLOCK_ROWS: usize = 512;

/// What a snapshot is of.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct Meta {
    /// The collections.
    pub(super) schema: StoredSchema,
    /// The commit the blocks stand for; the log goes on from here.
    pub(super) sequence: u64,
    /// How many blocks there are, numbered from 0.
    pub(super) blocks: u32,
}

/// One block as it is read.
#[derive(Debug, Deserialize)]
struct Block {
    number: u32,
    collection: String,
    rows: Vec<(u64, Record)>,
}

/// One block as it is written.
#[derive(Debug, Serialize)]
struct BlockRef<'a> {
    number: u32,
    collection: &'a str,
    rows: Vec<(u64, &'a Record)>,
}

/// Packs up to `count` records from the `skip`th on, as blocks numbered from `first`. Packing in
/// portions lets the event loop turn in between.
pub(super) fn pack(engine: &Engine, skip: usize, count: usize, first: u32) -> Result<Vec<Vec<u8>>> {
    let mut blocks = Vec::new();
    let mut current: Option<BlockRef<'_>> = None;
    for (collection, row) in engine.rows().skip(skip).take(count) {
        let has_room =
            |block: &BlockRef<'_>| block.collection == collection && block.rows.len() < BLOCK_ROWS;
        if let Some(full) = current.take_if(|block| !has_room(block)) {
            blocks.push(frame::encode(&full)?);
        }
        let block = current.get_or_insert_with(|| BlockRef {
            number: first + u32::try_from(blocks.len()).unwrap_or(u32::MAX),
            collection,
            rows: Vec::with_capacity(BLOCK_ROWS),
        });
        block.rows.push((row.version, &row.record));
    }
    if let Some(last) = current {
        blocks.push(frame::encode(&last)?);
    }
    Ok(blocks)
}

/// Puts the records of the block that should be number `expected` back into `engine`.
pub(super) fn unpack(
    engine: &mut Engine,
    value: &wasm_bindgen::JsValue,
    expected: u32,
) -> Result<()> {
    let what = format!("block {expected}");
    let block: Block = frame::decode_js(value, &what)?;
    if block.number != expected {
        return Err(frame::corrupt(format!("{what} is missing")));
    }
    for (version, record) in block.rows {
        engine.load(&block.collection, Row { version, record })?;
    }
    Ok(())
}
