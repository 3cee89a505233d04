//! Which block holds which records, and which blocks the log has made stale.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::ops::Bound;
use std::sync::Arc;

use super::description::Placed;

/// Writing and reading are fastest from about 256 records per block on, and flat above.
const BLOCK_ROWS: usize = 512;

/// A block may grow to this before it is split.
const MOST_ROWS: usize = 1024;

/// A block that has shrunk below this is joined with its neighbour.
const FEWEST_ROWS: usize = 128;

/// The blocks of one collection by first key. The first block also has all keys before its own.
type Blocks = BTreeMap<String, Placed>;

/// The blocks by collection.
#[derive(Debug, Default)]
pub(super) struct Directory {
    blocks: BTreeMap<String, Blocks>,
    /// The first keys of blocks whose records have changed since they were written; an empty key
    /// in a collection without blocks.
    touched: BTreeMap<String, BTreeSet<String>>,
}

/// Neighbouring blocks that are to be written anew.
#[derive(Debug, Eq, PartialEq)]
pub(super) struct Run {
    pub(super) collection: String,
    /// The keys: from the first to before the second.
    pub(super) from: String,
    pub(super) to: Option<String>,
    /// How many records each new block gets.
    pub(super) block_rows: usize,
    /// The numbers of the old blocks.
    pub(super) replaced: Vec<u32>,
}

impl Run {
    /// All records of a collection.
    pub(super) fn everything(collection: String) -> Self {
        let (from, to) = (String::new(), None);
        Self { collection, from, to, block_rows: BLOCK_ROWS, replaced: Vec::new() }
    }
}

impl Directory {
    pub(super) fn new(placed: impl IntoIterator<Item = Placed>) -> Self {
        let mut blocks: BTreeMap<String, Blocks> = BTreeMap::new();
        for block in placed {
            let collection = blocks.entry(block.collection.clone()).or_default();
            collection.insert(block.first.clone(), block);
        }
        Self { blocks, touched: BTreeMap::new() }
    }

    /// Every block.
    pub(super) fn blocks(&self) -> impl Iterator<Item = &Placed> {
        self.blocks.values().flat_map(BTreeMap::values)
    }

    /// The numbers of all blocks.
    pub(super) fn numbers(&self) -> HashSet<u32> {
        self.blocks().map(|block| block.number).collect()
    }

    /// How many bytes all blocks have.
    pub(super) fn bytes(&self) -> u64 {
        self.blocks().map(|block| u64::from(block.bytes)).sum()
    }

    /// The keys that a block holds: from the first to before the second.
    pub(super) fn range_of(&self, block: &Placed) -> (&str, Option<&str>) {
        let Some(blocks) = self.blocks.get(&block.collection) else { return ("", None) };
        let behind = (Bound::Excluded(block.first.as_str()), Bound::Unbounded);
        let to = blocks.range::<str, _>(behind).next().map(|(first, _)| first.as_str());
        let is_first = blocks.first_key_value().is_some_and(|(first, _)| *first == block.first);
        let first = blocks.get_key_value(&block.first).map_or("", |(first, _)| first);
        (if is_first { "" } else { first }, to)
    }

    /// The blocks that hold these keys, in their order.
    pub(super) fn holding<'a>(
        &'a self,
        collection: &'a str,
        keys: &'a [Arc<str>],
    ) -> impl Iterator<Item = &'a Placed> {
        let mut seen = HashSet::new();
        let mut last: Option<(&str, Option<&str>)> = None;
        keys.iter().filter_map(move |key| {
            // Neighbours are mostly in the same block.
            if last.is_some_and(|(from, to)| *from <= **key && to.is_none_or(|to| **key < *to)) {
                return None;
            }
            let block = block_of(self.blocks.get(collection)?, key)?;
            last = Some(self.range_of(block));
            seen.insert(block.number).then_some(block)
        })
    }

    /// Notes that a record has changed.
    pub(super) fn touch(&mut self, collection: &str, key: &str) {
        let block = self.blocks.get(collection).and_then(|blocks| block_of(blocks, key));
        let first = block.map_or("", |block| block.first.as_str());
        match self.touched.get_mut(collection) {
            Some(touched) if touched.contains(first) => {}
            Some(touched) => _ = touched.insert(first.to_owned()),
            None => {
                _ = self.touched.insert(collection.to_owned(), BTreeSet::from([first.to_owned()]));
            }
        }
    }

    /// What has to be written anew; `count` says how many records there are between two keys.
    pub(super) fn runs(&self, count: impl Fn(&str, &str, Option<&str>) -> usize) -> Vec<Run> {
        let mut runs = Vec::new();
        let none = Blocks::new();
        for (collection, touched) in &self.touched {
            let blocks = self.blocks.get(collection).unwrap_or(&none);
            let count = |from: &str, to: Option<&str>| count(collection, from, to);
            runs.extend(runs_of(collection, blocks, touched, count));
        }
        runs
    }

    /// The blocks after those numbered `removed` have been replaced by `added`.
    pub(super) fn replaced(&self, removed: &[u32], added: &[Placed]) -> Self {
        let removed: HashSet<u32> = removed.iter().copied().collect();
        let kept = self.blocks().filter(|block| !removed.contains(&block.number));
        Self::new(kept.chain(added).cloned())
    }
}

/// The block that holds a key or would.
fn block_of<'a>(blocks: &'a Blocks, key: &str) -> Option<&'a Placed> {
    let before = blocks.range::<str, _>((Bound::Unbounded, Bound::Included(key))).next_back();
    before.or_else(|| blocks.first_key_value()).map(|(_, block)| block)
}

fn runs_of(
    collection: &str,
    blocks: &Blocks,
    touched: &BTreeSet<String>,
    count: impl Fn(&str, Option<&str>) -> usize,
) -> Vec<Run> {
    let blocks: Vec<&Placed> = blocks.values().collect();
    let from = |at: usize| if at == 0 { "" } else { blocks[at].first.as_str() };
    let to = |at: usize| blocks.get(at).map(|block| block.first.as_str());
    let mut anew: Vec<bool> = blocks.iter().map(|block| touched.contains(&block.first)).collect();
    if anew.is_empty() {
        anew.push(true);
    }
    // The last block is allowed to be small: it is the one that grows.
    for at in 0..blocks.len().saturating_sub(1) {
        if anew[at] && count(from(at), to(at + 1)) < FEWEST_ROWS {
            let neighbour = if at > 0 { at - 1 } else { at + 1 };
            anew[neighbour] = true;
        }
    }
    let mut runs = Vec::new();
    let mut at = 0;
    while at < anew.len() {
        let length = anew[at..].iter().take_while(|anew| **anew).count();
        if length > 0 {
            let (from, to) = (from(at), to(at + length));
            let rows = count(from, to);
            let replaced = blocks.iter().skip(at).take(length).map(|block| block.number);
            runs.push(Run {
                collection: collection.to_owned(),
                from: from.to_owned(),
                to: to.map(str::to_owned),
                block_rows: match to {
                    // Records are mostly added at the end, so these blocks are filled at once.
                    None => BLOCK_ROWS,
                    Some(_) if rows <= MOST_ROWS => MOST_ROWS,
                    Some(_) => rows.div_ceil(rows.div_ceil(BLOCK_ROWS)),
                },
                replaced: replaced.collect(),
            });
        }
        at += length.max(1);
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn placed(number: u32, first: &str) -> Placed {
        let (collection, first) = ("songs".to_owned(), first.to_owned());
        Placed { number, collection, first, rows: 512, bytes: 1 }
    }

    /// Three blocks: everything before `h`, from `h` to before `p`, and from `p` on.
    fn directory() -> Directory {
        Directory::new([placed(0, "b"), placed(1, "h"), placed(2, "p")])
    }

    fn ranges(runs: &[Run]) -> Vec<(&str, Option<&str>, &[u32])> {
        runs.iter().map(|run| (&*run.from, run.to.as_deref(), &*run.replaced)).collect()
    }

    #[core_async::test]
    async fn only_touched_blocks_are_written_anew() {
        let mut directory = directory();
        directory.touch("songs", "k");
        let runs = directory.runs(|_, _, _| 600);
        assert_eq!(ranges(&runs), [("h", Some("p"), &[1][..])]);
        assert_eq!(runs[0].block_rows, MOST_ROWS);
        // The first block has what comes before its first key, too.
        directory.touch("songs", "a");
        let runs = directory.runs(|_, _, _| 600);
        assert_eq!(ranges(&runs), [("", Some("p"), &[0, 1][..])]);
    }

    #[core_async::test]
    async fn the_blocks_of_keys_are_found_once_and_in_the_order_of_the_keys() {
        let directory = directory();
        let keys = |keys: &str| keys.split(' ').map(Arc::from).collect::<Vec<Arc<str>>>();
        for (wanted, blocks) in
            [("a b c", &[0][..]), ("z a p h g", &[2, 0, 1]), ("h o p", &[1, 2]), ("k a k", &[1, 0])]
        {
            let wanted = keys(wanted);
            let found = directory.holding("songs", &wanted).map(|block| block.number);
            assert_eq!(found.collect::<Vec<_>>(), blocks);
        }
        assert_eq!(directory.holding("none", &keys("a")).count(), 0);
        let ranges = directory.blocks().map(|block| directory.range_of(block));
        let ranges: Vec<_> = ranges.collect();
        assert_eq!(ranges, [("", Some("h")), ("h", Some("p")), ("p", None)]);
    }

    #[core_async::test]
    async fn neighbours_of_shrunken_blocks_are_joined_with_them() {
        let mut directory = directory();
        directory.touch("songs", "h");
        let runs = directory.runs(|_, from, _| if from == "h" { 3 } else { 515 });
        assert_eq!(ranges(&runs), [("", Some("p"), &[0, 1][..])]);
        // The last block may be small.
        let mut directory = tests::directory();
        directory.touch("songs", "z");
        let runs = directory.runs(|_, _, _| 3);
        assert_eq!(ranges(&runs), [("p", None, &[2][..])]);
    }

    #[core_async::test]
    async fn grown_blocks_are_split_evenly_and_the_last_one_is_filled() {
        let mut directory = directory();
        directory.touch("songs", "k");
        directory.touch("new", "k");
        let runs = directory.runs(|_, _, _| 1100);
        assert_eq!(ranges(&runs), [("", None, &[][..]), ("h", Some("p"), &[1][..])]);
        assert_eq!([runs[0].block_rows, runs[1].block_rows], [BLOCK_ROWS, 367]);
        let added = [placed(3, "h"), placed(4, "k"), placed(5, "n")];
        let directory = directory.replaced(&[1], &added);
        let mut numbers: Vec<_> = directory.blocks().map(|block| block.number).collect();
        numbers.sort_unstable();
        assert_eq!(numbers, [0, 2, 3, 4, 5]);
        assert!(directory.runs(|_, _, _| 0).is_empty());
    }
}
