//! Sorting, cutting and projecting the rows of a page.

use std::cmp::Ordering;
use std::sync::Arc;

use bridge_traits::{
    Collection, Cursor, Direction, FieldKind, Page, Query, Record, Result, Row, SortKey, Value,
};

use super::away::Kept;
use super::packed::PackedRow;
use super::plan::{invalid, is_ascending};
use super::value_ref::ValueRef;

/// The order of a query with its field names resolved.
#[derive(Debug)]
pub(super) struct Order {
    pub(super) keys: Vec<(usize, Direction)>,
}

impl Order {
    pub(super) fn new(collection: &Collection, sort: &[SortKey]) -> Result<Self> {
        let keys = sort.iter().map(|key| match collection.position(&key.field) {
            Some(position) if collection.fields[position].kind != FieldKind::Tokens => {
                Ok((position, key.direction))
            }
            _ => Err(invalid(format!("{:?} cannot be sorted by {:?}", collection.name, key.field))),
        });
        Ok(Self { keys: keys.collect::<Result<_>>()? })
    }

    /// Whether all keys ascend (true) or descend (false); `None` for a mixture or no keys.
    pub(super) fn single_direction(&self) -> Option<bool> {
        let ascending = is_ascending(self.keys.first()?.1);
        let same = self.keys.iter().all(|(_, way)| is_ascending(*way) == ascending);
        same.then_some(ascending)
    }

    fn compare(&self, a: &Found<'_>, b: &Found<'_>) -> Ordering {
        self.compare_values(&a.values, |number| b.values[number]).then_with(|| a.key.cmp(b.key))
    }

    /// Whether a row comes behind the place the cursor values stand for.
    fn is_behind(&self, found: &Found<'_>, after: &[Value]) -> bool {
        self.compare_values(&found.values, |number| (&after[number]).into())
            .then_with(|| ValueRef::Text(found.key).cmp(&(&after[self.keys.len()]).into()))
            .is_gt()
    }

    fn compare_values<'a>(
        &self,
        a: &[ValueRef<'_>],
        b: impl Fn(usize) -> ValueRef<'a>,
    ) -> Ordering {
        for (number, &(_, direction)) in self.keys.iter().enumerate() {
            let ordering = a[number].cmp(&b(number));
            let ordering = if is_ascending(direction) { ordering } else { ordering.reverse() };
            if ordering.is_ne() {
                return ordering;
            }
        }
        Ordering::Equal
    }
}

/// The fields of an answer.
#[derive(Debug)]
pub(super) struct Projection(Option<Vec<usize>>);

impl Projection {
    /// These fields of a collection; `None` for all.
    pub(super) fn new(collection: &Collection, fields: Option<&[String]>) -> Result<Self> {
        let position = |field: &String| {
            collection
                .position(field)
                .ok_or_else(|| invalid(format!("{:?} has no field {field:?}", collection.name)))
        };
        Ok(Self(fields.map(|fields| fields.iter().map(position).collect()).transpose()?))
    }

    /// A row of the answer.
    pub(super) fn row(&self, row: &PackedRow) -> Row {
        match &self.0 {
            None => row.unpack(),
            Some(positions) => {
                let values = positions.iter().map(|&at| row.record.value(at).to_value());
                Row { version: row.version, record: Record(values.collect()) }
            }
        }
    }
}

/// A page, or the keys of the rows that it will have and what follows it.
pub(super) type Finished = std::result::Result<Page, (Vec<Arc<str>>, Option<Cursor>)>;

/// A row that matches, with what it is sorted by.
struct Found<'a> {
    key: &'a str,
    values: Vec<ValueRef<'a>>,
    /// Not known of one that was found in an earlier step.
    row: Option<&'a PackedRow>,
}

/// Collects the rows of one page.
pub(super) struct PageBuilder<'a> {
    query: &'a Query,
    order: &'a Order,
    after: Option<&'a [Value]>,
    /// How many of the rows that are taken lie before the page.
    skip: usize,
    rows: Vec<Found<'a>>,
}

impl<'a> PageBuilder<'a> {
    pub(super) fn new(
        query: &'a Query,
        order: &'a Order,
        after: Option<&'a [Value]>,
        skip: usize,
    ) -> Self {
        Self { query, order, after, skip, rows: Vec::new() }
    }

    /// Begins with what an earlier step has found.
    pub(super) fn resume(mut self, kept: &'a [Kept]) -> Self {
        let found = kept.iter().map(|kept| Found {
            key: &kept.key,
            values: kept.values.iter().map(ValueRef::from).collect(),
            row: None,
        });
        self.rows.extend(found);
        self
    }

    /// What was found, for another step.
    pub(super) fn pause(mut self) -> Vec<Kept> {
        self.keep_first();
        let kept = self.rows.iter().map(|found| Kept {
            key: found.key.into(),
            values: found.values.iter().map(|value| value.to_value()).collect(),
        });
        kept.collect()
    }

    /// How many rows are missing until it is full.
    pub(super) fn room(&self) -> usize {
        (self.query.limit + 1).saturating_sub(self.rows.len())
    }

    /// Whether one row more than the page holds is there, which says that another page follows.
    pub(super) fn is_full(&self) -> bool {
        self.room() == 0
    }

    /// Takes a matching row, unless it lies before the page.
    pub(super) fn push(&mut self, row: &'a PackedRow) {
        let keys = self.order.keys.iter();
        let values = keys.map(|(at, _)| row.record.value(*at)).collect();
        let found = Found { key: row.record.key(), values, row: Some(row) };
        if self.after.is_none_or(|after| self.order.is_behind(&found, after)) {
            self.rows.push(found);
        }
    }

    /// Takes a matching row of many that come in any order.
    pub(super) fn push_any(&mut self, row: &'a PackedRow) {
        self.push(row);
        if self.rows.len() >= self.wanted().saturating_mul(2) {
            self.keep_first();
        }
    }

    /// How many of all rows the page, with what lies before it, needs.
    fn wanted(&self) -> usize {
        self.skip.saturating_add(self.query.limit + 1)
    }

    /// Lets go of rows that lie behind the page.
    fn keep_first(&mut self) {
        let (wanted, order) = (self.wanted(), self.order);
        if self.rows.len() > wanted {
            self.rows.select_nth_unstable_by(wanted - 1, |a, b| order.compare(a, b));
            self.rows.truncate(wanted);
        }
    }

    /// The page, of rows that came in any order.
    pub(super) fn finish_sorted(mut self, projection: &Projection) -> Finished {
        self.keep_first();
        let (skip, order) = (self.skip, self.order);
        if (1..self.rows.len()).contains(&skip) {
            self.rows.select_nth_unstable_by(skip, |a, b| order.compare(a, b));
        }
        self.rows.drain(..skip.min(self.rows.len()));
        self.rows.sort_unstable_by(|a, b| order.compare(a, b));
        self.finish_in_order(projection)
    }

    /// The page, or which rows it has, if not all of them are known.
    pub(super) fn finish_in_order(mut self, projection: &Projection) -> Finished {
        let more = self.is_full();
        self.rows.truncate(self.query.limit);
        let next = self.rows.last().filter(|_| more).map(|found| {
            let values = found.values.iter().map(|value| value.to_value()).collect();
            Cursor::new(self.query, values, found.key)
        });
        let rows: Option<Vec<Row>> =
            self.rows.iter().map(|found| Some(projection.row(found.row?))).collect();
        match rows {
            Some(rows) => Ok(Page { rows, next }),
            None => Err((self.rows.iter().map(|found| found.key.into()).collect(), next)),
        }
    }
}
