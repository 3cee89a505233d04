//! Records that an adapter keeps elsewhere until they are needed, and answers that wait for them.
//!
//! Of such a record the key, the version, and what indexes hold of it stay in memory.

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
    Walking(Walking),
    /// Going through all that may match, in the order of keys.
    Sifting(Sifting),
    /// Reading records of which it is known which they are.
    Reading(Reading),
}

#[derive(Debug, Default)]
pub(super) struct Walking {
    /// How many were looked at.
    pub(super) passed: usize,
    /// How many of those that match were skipped.
    pub(super) skipped: usize,
    /// How often others had to be brought back.
    pub(super) steps: u32,
    pub(super) kept: Vec<Kept>,
}

#[derive(Debug, Default)]
pub(super) struct Sifting {
    /// The keys.
    pub(super) keys: Vec<Arc<str>>,
    /// How many were looked at.
    pub(super) passed: usize,
    /// How many of those that match lie before the page.
    pub(super) skip: usize,
    pub(super) kept: Vec<Kept>,
    pub(super) counted: u64,
}

#[derive(Debug, Default)]
pub(super) struct Reading {
    /// The keys of a page; empty where the question names them.
    pub(super) keys: Vec<Arc<str>>,
    pub(super) rows: Vec<Option<Row>>,
    /// The places of the keys that are left.
    pub(super) left: Vec<usize>,
    pub(super) next: Option<Cursor>,
}

/// A record of a page, as far as that is known.
#[derive(Debug)]
pub(super) struct Kept {
    pub(super) key: Arc<str>,
    /// What it is sorted by.
    pub(super) values: Vec<Value>,
}

impl Default for Stage {
    fn default() -> Self {
        Self::Walking(Walking::default())
    }
}
