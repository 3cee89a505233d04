//! What is stored besides the records: the schema, where the blocks are, and what was damaged.

use bridge_memory::StoredSchema;
use bridge_traits::{ErrorKind, Result};
use serde::{Deserialize, Serialize};
use wasm_bindgen::JsValue;

use super::frame::{FIRST_FORMAT, Packed};
use super::health::DatabaseDamage;

/// Everything about the blocks.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(super) struct Description {
    /// The collections.
    pub(super) schema: StoredSchema,
    pub(super) head: Head,
    /// The number of the next block; none is used twice.
    pub(super) next_block: u32,
    /// The blocks, in any order.
    pub(super) blocks: Vec<Placed>,
    /// What was found damaged so far.
    pub(super) damage: Vec<DatabaseDamage>,
}

/// What tells other tabs whether the blocks have changed; stored by itself too, as it is read
/// often.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub(super) struct Head {
    /// Counts how often the description was written.
    pub(super) generation: u64,
    /// The commit the blocks stand for; the log goes on from here.
    pub(super) sequence: u64,
}

/// One block: the records of its collection from its first key to the first of the next one.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(super) struct Placed {
    pub(super) number: u32,
    pub(super) collection: String,
    pub(super) first: String,
    pub(super) rows: u32,
    pub(super) bytes: u32,
}

/// The description of the first format.
#[derive(Debug, Deserialize)]
struct FirstDescription {
    schema: StoredSchema,
    sequence: u64,
    blocks: u32,
}

impl Description {
    /// Unpacks the description and says whether it is of the format before this one; then nothing
    /// is known of the blocks but their numbers.
    pub(super) fn decode(value: &JsValue) -> Result<(Self, bool)> {
        let packed = Packed::check(value, "the description")?;
        if packed.format != FIRST_FORMAT {
            return Ok((packed.read()?, false));
        }
        let first: FirstDescription = packed.read()?;
        let placed = |number| Placed {
            number,
            collection: String::new(),
            first: String::new(),
            rows: 0,
            bytes: 0,
        };
        let description = Self {
            schema: first.schema,
            head: Head { generation: 0, sequence: first.sequence },
            next_block: first.blocks,
            blocks: (0..first.blocks).map(placed).collect(),
            damage: Vec::new(),
        };
        Ok((description, true))
    }
}

impl Head {
    /// Unpacks a head; `None` if there is none or it is damaged, which is no harm: the
    /// description has it too.
    pub(super) fn decode(value: &JsValue) -> Result<Option<Self>> {
        match Packed::check(value, "the head").and_then(|packed| packed.read()) {
            Ok(head) => Ok(Some(head)),
            Err(error) if error.kind() == ErrorKind::Corrupt => Ok(None),
            Err(error) => Err(error),
        }
    }
}
