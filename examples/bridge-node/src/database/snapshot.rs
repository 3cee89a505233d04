//! A whole file from an engine, and an engine from a whole file.

use bridge_memory::Engine;
use bridge_traits::{BridgeError, ErrorKind, Result};

use super::entry::{Description, Entry, EntryRef};
use super::frame::{self, Found};

/// Records per block.
const BLOCK_ROWS: usize = 512;

/// An engine and how much of the file it stands for.
#[derive(Debug)]
pub(super) struct Restored {
    pub(super) engine: Engine,
    /// The length of the description and the blocks.
    pub(super) snapshot: u64,
    /// The length of everything that was read; what follows is a commit that was broken off.
    pub(super) valid: u64,
}

/// Packs everything an engine holds, entry by entry.
pub(super) fn pack(engine: &Engine) -> Result<Vec<Vec<u8>>> {
    let mut blocks = Vec::new();
    let mut rows = engine.rows().peekable();
    while let Some(&(collection, _)) = rows.peek() {
        let mut block = Vec::with_capacity(BLOCK_ROWS);
        while block.len() < BLOCK_ROWS {
            match rows.next_if(|(next, _)| *next == collection) {
                Some((_, row)) => block.push((row.version, &row.record)),
                None => break,
            }
        }
        blocks.push(frame::encode(&EntryRef::Block(collection, block))?);
    }
    let description = Description {
        schema: engine.stored_schema().clone(),
        sequence: engine.sequence(),
        blocks: blocks.len() as u64,
    };
    blocks.insert(0, frame::encode(&EntryRef::Description(&description))?);
    Ok(blocks)
}

/// Reads a file from its first byte to its last.
pub(super) fn unpack(content: &[u8]) -> Result<Restored> {
    let mut reader = Reader { content, at: 0 };
    let Some(Entry::Description(description)) = reader.next()? else {
        return Err(corrupt("the description is missing".into()));
    };
    let mut engine = Engine::restore(description.schema, description.sequence);
    for number in 0..description.blocks {
        let Some(Entry::Block(collection, rows)) = reader.next()? else {
            return Err(corrupt(format!("block {number} is missing")));
        };
        for (version, record) in rows {
            engine.load(&collection, version, record)?;
        }
    }
    let snapshot = reader.at as u64;
    while let Some(entry) = reader.next()? {
        let expected = engine.sequence() + 1;
        match entry {
            Entry::Commit(changes) if changes.sequence == expected => engine.replay(changes)?,
            _ => return Err(corrupt(format!("commit {expected} is missing"))),
        }
    }
    Ok(Restored { engine, snapshot, valid: reader.at as u64 })
}

/// Goes from entry to entry.
struct Reader<'a> {
    content: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    /// The next entry; `None` at the end, and where the last commit was broken off.
    fn next(&mut self) -> Result<Option<Entry>> {
        let rest = &self.content[self.at..];
        match frame::decode(rest) {
            Found::End => Ok(None),
            Found::Newer => Err(BridgeError::new(ErrorKind::Conflict, "database.open")
                .with_detail("a newer release wrote this; update the program")),
            Found::Entry(value, length) => {
                let entry = postcard::from_bytes(value).map_err(|error| {
                    corrupt(format!("the entry at {} cannot be read", self.at)).with_source(error)
                })?;
                self.at += length;
                Ok(Some(entry))
            }
            // Only the last commit can be half there: no other was begun before it was done. A whole
            // entry behind the damage means that something acknowledged was lost.
            Found::Damaged if frame::has_entry(&rest[1..]) => {
                Err(corrupt(format!("the entry at {} is damaged", self.at)))
            }
            Found::Damaged => Ok(None),
        }
    }
}

fn corrupt(detail: String) -> BridgeError {
    BridgeError::new(ErrorKind::Corrupt, "database.open").with_detail(detail)
}
