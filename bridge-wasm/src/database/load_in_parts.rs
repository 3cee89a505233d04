//! Reading a stored database of which not all records shall be in memory.

use std::collections::{BTreeMap, BTreeSet};

use bridge_memory::Engine;
use bridge_traits::{Result, Schema};

use super::away::portion;
use super::description::{Description, Head};
use super::directory::Directory;
use super::entry;
use super::load::{Entries, Loaded, failed};
use super::residency::Residency;
use super::store::{BLOCKS, HEAD_KEY, LOG, LogSize, META, stored_blocks};
use crate::storage::Connection;

/// One in so many bytes of the limit are read at once.
const PORTION: u64 = 8;

/// Keys by collection.
type Keys = BTreeMap<String, BTreeSet<String>>;

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
    let log = Entries::ask(&reading, LOG)?;
    drop(reading);
    if Head::decode(&head.await.map_err(failed)?)? != Some(description.head) {
        return Ok(Parts::Disturbed);
    }
    let log = log.await?;
    // Indexes have to be told what was before.
    let mut changed = Keys::new();
    for commit in log.values.iter().filter_map(|value| entry::decode(&value, "a commit").ok()) {
        for change in commit.changes {
            changed.entry(change.collection).or_default().insert(change.key);
        }
    }
    let directory = Directory::new(std::mem::take(&mut description.blocks));
    let mut loaded = Loaded {
        engine: Engine::restore(description.schema.clone(), description.head.sequence),
        directory: Directory::default(),
        description,
        log: LogSize::of(&log.values),
        aside: Vec::new(),
        is_outdated: false,
        residency: Residency::new(limit),
    };
    let mut blocks = directory.blocks().peekable();
    while blocks.peek().is_some() {
        let portion = portion(&mut blocks, limit / PORTION);
        let Some(reading) = connection.read(&[META, BLOCKS]).map_err(failed)? else {
            return Ok(Parts::Closed);
        };
        let (head, values) = stored_blocks(reading, &portion).await.map_err(failed)?;
        if head != Some(loaded.description.head) {
            return Ok(Parts::Disturbed);
        }
        for (block, value) in portion.into_iter().zip(values) {
            if !loaded.take_block(&block, Some(value)) {
                return Ok(Parts::Damaged);
            }
            loaded.residency.add(block);
        }
        loaded.make_room(&directory, &changed);
    }
    drop(blocks);
    loaded.directory = directory;
    loaded.take_log(&log)?;
    Ok(if loaded.aside.is_empty() { Parts::Read(Box::new(loaded)) } else { Parts::Damaged })
}

impl Loaded {
    /// Lets go of the blocks that came first, except for what the log goes on to change.
    fn make_room(&mut self, directory: &Directory, changed: &Keys) {
        while let Some(block) = self.residency.take_one_for(self.log.bytes) {
            let until = self.description.head.sequence;
            let changed = changed.get(&block.collection);
            let keep = |key: &str| changed.is_some_and(|keys| keys.contains(key));
            // A block of no collection was refused.
            self.engine.let_go(&block.collection, directory.range_of(&block), until, &keep).ok();
        }
    }
}
