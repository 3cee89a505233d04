//! Sorted, paged questions.

use super::{Cursor, Filter, Record};

/// Which way a sort key runs.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Direction {
    /// Smallest first; nulls come first.
    Ascending,
    /// Largest first; nulls come last.
    Descending,
}

/// One field to sort by.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SortKey {
    /// The field.
    pub field: String,
    /// Which way.
    pub direction: Direction,
}

/// A question to one collection.
///
/// The key is always the last sort key, ascending, so the order is total and pages never overlap.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    /// The collection.
    pub collection: String,
    /// Which records.
    pub filter: Filter,
    /// In which order.
    pub sort: Vec<SortKey>,
    /// Where the page begins: behind this row. The sort must be the one the cursor came from.
    pub after: Option<Cursor>,
    /// How many matching rows from the first one on are left out, for a leap to a place far down a
    /// list; not together with a cursor. Passing over a row costs less than reading it, but does
    /// cost: what follows is asked for with the page's cursor.
    pub skip: usize,
    /// The most rows of the page, 1 to [`Query::MAX_LIMIT`].
    pub limit: usize,
    /// The fields wanted, in this order; `None` for all in the collection's order.
    pub projection: Option<Vec<String>>,
}

impl Query {
    /// The largest page.
    pub const MAX_LIMIT: usize = 10_000;

    /// The page size unless [`limit`](Self::limit) says otherwise.
    pub const DEFAULT_LIMIT: usize = 50;

    /// All records of a collection by key.
    pub fn new(collection: &str) -> Self {
        Self {
            collection: collection.to_owned(),
            filter: Filter::Everything,
            sort: Vec::new(),
            after: None,
            skip: 0,
            limit: Self::DEFAULT_LIMIT,
            projection: None,
        }
    }

    /// Narrows the question further.
    #[must_use]
    pub fn filter(mut self, filter: Filter) -> Self {
        self.filter = self.filter.and(filter);
        self
    }

    /// Adds a sort key.
    #[must_use]
    pub fn sort(mut self, field: &str, direction: Direction) -> Self {
        self.sort.push(SortKey { field: field.to_owned(), direction });
        self
    }

    /// Begins behind the row a cursor stands for.
    #[must_use]
    pub fn after(mut self, cursor: Option<Cursor>) -> Self {
        self.after = cursor;
        self
    }

    /// Leaves out so many rows from the first one on.
    #[must_use]
    pub fn skip(mut self, rows: usize) -> Self {
        self.skip = rows;
        self
    }

    /// Sets the page size.
    #[must_use]
    pub fn limit(mut self, limit: usize) -> Self {
        self.limit = limit;
        self
    }

    /// Asks for some fields only.
    #[must_use]
    pub fn project(mut self, fields: &[&str]) -> Self {
        self.projection = Some(fields.iter().map(|&field| field.to_owned()).collect());
        self
    }
}

/// A stored record and the commit that wrote it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Row {
    /// The sequence number of the commit that last wrote the record; never used twice.
    pub version: u64,
    /// The record.
    pub record: Record,
}

/// One page of an answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// The rows in order.
    pub rows: Vec<Row>,
    /// Where the next page begins; `None` after the last row.
    pub next: Option<Cursor>,
}
