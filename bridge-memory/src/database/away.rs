//! Records that an adapter keeps elsewhere until they are needed, and answers that wait for them.
//!
//! Of such a record the key, the version, and what indexes hold of it stay in memory.

use std::collections::VecDeque;
use std::sync::Arc;

use bridge_traits::{Cursor, Row, Value};

/// What came of a step towards an answer.
#[derive(Debug)]
pub enum Step<T> {
    /// The answer.
    Done(T),
    /// Some records have to be brought back before the next step.
    Fetch(Wanted),
}

/// Records that have to be brought back.
///
/// A step that follows needs at least the first. The more are there, the fewer steps it takes; what
/// was there for one step may be let go before the next.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Wanted {
    /// The collection.
    pub collection: String,
    /// The keys, those that are needed first in front.
    pub keys: Vec<Arc<str>>,
}

/// How far an answer has come. It begins with the default, and holds until a record is changed.
#[derive(Debug, Default)]
pub struct Progress(pub(super) Stage);

#[derive(Debug)]
pub(super) enum Stage {
    /// Going through records in the order of the answer.
    Walking {
        /// How many were looked at.
        passed: usize,
        /// How many of those that match were skipped.
        skipped: usize,
        kept: Vec<Kept>,
    },
    /// Going through all that may match.
    Sifting {
        /// The keys that are left, in order.
        left: Vec<Arc<str>>,
        kept: Vec<Kept>,
        counted: u64,
    },
    /// Reading records by their keys.
    Reading {
        rows: Vec<Option<Row>>,
        /// The places of the keys that are left.
        left: Vec<usize>,
    },
    /// Reading the records of the answer, of which it is known which they are.
    Collecting(Collecting),
}

/// A record of a page, as far as that is known.
#[derive(Debug)]
pub(super) struct Kept {
    pub(super) key: Arc<str>,
    /// What it is sorted by.
    pub(super) values: Vec<Value>,
}

/// The rows of a page.
#[derive(Debug, Default)]
pub(super) struct Collecting {
    pub(super) rows: Vec<Row>,
    /// The keys of those that are still to be read.
    pub(super) left: VecDeque<Arc<str>>,
    pub(super) next: Option<Cursor>,
}

impl Default for Stage {
    fn default() -> Self {
        Self::Walking { passed: 0, skipped: 0, kept: Vec::new() }
    }
}
