//! Reading a stored database of which not all records shall be in memory.

use std::collections::HashSet;

use bridge_memory::Engine;
use bridge_traits::{Result, Schema};

use super::description::{Description, Head, Placed};
use super::directory::Directory;
use super::entry;
use super::load::{Entries, Loaded, failed};
use super::residency::Residency;
use super::store::{BLOCKS, HEAD_KEY, LOG, LogSize, META};
use crate::storage::Connection;

/// One in so many bytes of the limit are read at once.
const PORTION: u64 = 8;

/// What came of it.
#[derive(Debug)]
pub(super) enum Parts {
    Read(Box<Loaded>),
    /// Blocks were written anew meanwhile.
    Disturbed,
    /// Something is damaged, which is seen to with everything in memory.
    Damaged,
    /// The connection was closed meanwhile.
    Closed,
}

/// Whether these blocks are better read in parts: there are more bytes of them than shall be in memory,
/// and no migration wants them all.
pub(super) fn is_wanted(description: &Description, limit: u64, schema: &Schema) -> bool {
    let bytes: u64 = description.blocks.iter().map(|block| u64::from(block.bytes)).sum();
    let mut engine = Engine::restore(description.schema.clone(), 0);
    bytes > limit && engine.migrate(schema).is_ok_and(|is_migrated| !is_migrated)
}

/// Reads the log, then the blocks, some at a time, and lets go of those that came first.
pub(super) async fn read(
    connection: &Connection,
    mut description: Description,
    limit: u64,
) -> Result<Parts> {
    let Some(reading) = connection.read(&[META, LOG]).map_err(failed)? else {
        return Ok(Parts::Closed);
    };
    let head = reading.get(META, &HEAD_KEY.into());
    let log = Entries::ask(&reading, LOG, 0, None)?;
    drop(reading);
    if Head::decode(&head.await.map_err(failed)?)? != Some(description.head) {
        return Ok(Parts::Disturbed);
    }
    let log = log.await?;
    // Indexes have to be told what was before.
    let commits = log.values.iter().filter_map(|value| entry::decode(&value, "a commit").ok());
    let changes = commits.flat_map(|commit| commit.changes);
    let changed: HashSet<(String, String)> = changes.map(|it| (it.collection, it.key)).collect();

    let mut blocks = std::mem::take(&mut description.blocks);
    let mut loaded = Loaded {
        engine: Engine::restore(description.schema.clone(), description.head.sequence),
        directory: Directory::new(blocks.iter().cloned()),
        description,
        log: LogSize::of(&log.values),
        aside: Vec::new(),
        is_outdated: false,
        residency: Residency::new(limit),
    };
    blocks.sort_by_key(|block| block.number);
    let mut rest = blocks.as_slice();
    while let [first, ..] = rest {
        let (portion, behind) = rest.split_at(portion_of(rest, limit / PORTION));
        rest = behind;
        let Some(reading) = connection.read(&[META, BLOCKS]).map_err(failed)? else {
            return Ok(Parts::Closed);
        };
        let last = portion.last().unwrap_or(first).number;
        let head = reading.get(META, &HEAD_KEY.into());
        let entries = Entries::ask(&reading, BLOCKS, first.number, Some(last))?;
        drop(reading);
        if Head::decode(&head.await.map_err(failed)?)? != Some(loaded.description.head) {
            return Ok(Parts::Disturbed);
        }
        if !loaded.take_portion(portion, &entries.await?) {
            return Ok(Parts::Damaged);
        }
        loaded.make_room(&changed);
    }
    loaded.take_log(&log)?;
    Ok(if loaded.aside.is_empty() { Parts::Read(Box::new(loaded)) } else { Parts::Damaged })
}

/// How many of these blocks are read at once: one, or as many as have `most` bytes.
fn portion_of(blocks: &[Placed], most: u64) -> usize {
    let mut bytes = 0;
    let fitting = blocks.iter().take_while(|block| {
        bytes += u64::from(block.bytes);
        bytes <= most
    });
    fitting.count().max(1)
}

impl Loaded {
    /// Takes the records of these blocks; says whether all of them were undamaged.
    fn take_portion(&mut self, blocks: &[Placed], entries: &Entries) -> bool {
        let found = entries.by_number();
        blocks.iter().all(|block| {
            let is_whole = self.take_block(block, found.get(&block.number.into()).cloned());
            self.residency.add(block.clone());
            is_whole
        })
    }

    /// Lets go of the blocks that came first, except for what the log goes on to change.
    fn make_room(&mut self, changed: &HashSet<(String, String)>) {
        while let Some(block) = self.residency.take_one_for(self.log.bytes) {
            let range = self.directory.range_of(&block);
            let until = self.description.head.sequence;
            let keep = |key: &str| changed.contains(&(block.collection.clone(), key.to_owned()));
            // A block of no collection was refused.
            self.engine.let_go(&block.collection, range, until, keep).ok();
        }
    }
}
