//! Which blocks' records are in memory.

use std::collections::{HashSet, VecDeque};

use super::description::Placed;

/// The blocks whose records are in memory; those of all others are away, but for what has changed
/// since blocks were written.
#[derive(Debug)]
pub(super) struct Residency {
    /// How many bytes of blocks and log may be in memory.
    pub(super) limit: u64,
    bytes: u64,
    /// Those that came first in front.
    blocks: VecDeque<Placed>,
}

impl Residency {
    pub(super) fn new(limit: u64) -> Self {
        Self { limit, bytes: 0, blocks: VecDeque::new() }
    }

    /// Notes that the records of a block have come.
    pub(super) fn add(&mut self, block: Placed) {
        self.bytes += u64::from(block.bytes);
        self.blocks.push_back(block);
    }

    /// Takes the block that came first, if `more` bytes do not fit with all that are here.
    pub(super) fn take_one_for(&mut self, more: u64) -> Option<Placed> {
        if self.bytes + more <= self.limit {
            return None;
        }
        let block = self.blocks.pop_front()?;
        self.bytes -= u64::from(block.bytes);
        Some(block)
    }

    /// Forgets all blocks but those with these numbers.
    pub(super) fn keep(&mut self, numbers: &HashSet<u32>) {
        self.blocks.retain(|block| numbers.contains(&block.number));
        self.bytes = self.blocks.iter().map(|block| u64::from(block.bytes)).sum();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[core_async::test]
    async fn blocks_that_came_first_go_first() {
        let block = |number, bytes| Placed {
            number,
            collection: "songs".into(),
            first: format!("k{number}"),
            rows: 1,
            bytes,
        };
        let mut residency = Residency::new(100);
        for (number, bytes) in [(5, 40), (2, 30), (7, 30)] {
            residency.add(block(number, bytes));
        }
        assert_eq!(residency.take_one_for(0), None);
        assert_eq!(residency.take_one_for(1).unwrap().number, 5);
        assert_eq!(residency.take_one_for(40), None);
        residency.add(block(9, 40));
        residency.keep(&HashSet::from([9, 7]));
        assert_eq!(residency.take_one_for(30), None);
        assert_eq!(residency.take_one_for(31).unwrap().number, 7);
        assert_eq!(residency.take_one_for(1_000).unwrap().number, 9);
        assert_eq!(residency.take_one_for(1_000), None);
    }
}
