//! Sorting, cutting and projecting the rows of a page.

use std::cmp::Ordering;

use bridge_traits::{
    Collection, Cursor, Direction, FieldKind, Page, Query, Record, Result, Row, SortKey, Value,
};

use super::plan::{invalid, is_ascending};

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

    fn values(&self, record: &Record) -> Vec<Value> {
        self.keys.iter().map(|&(position, _)| record.0[position].clone()).collect()
    }

    fn compare(&self, a: &Record, b: &Record) -> Ordering {
        self.compare_values(a, |number| &b.0[self.keys[number].0])
            .then_with(|| a.key().cmp(b.key()))
    }

    /// Whether `record` comes behind the place the cursor values stand for.
    fn is_behind(&self, record: &Record, after: &[Value]) -> bool {
        self.compare_values(record, |number| &after[number])
            .then_with(|| record.0[0].cmp(&after[self.keys.len()]))
            .is_gt()
    }

    fn compare_values<'a>(&self, a: &Record, b: impl Fn(usize) -> &'a Value) -> Ordering {
        for (number, &(position, direction)) in self.keys.iter().enumerate() {
            let ordering = a.0[position].cmp(b(number));
            let ordering = if is_ascending(direction) { ordering } else { ordering.reverse() };
            if ordering.is_ne() {
                return ordering;
            }
        }
        Ordering::Equal
    }
}

/// Collects the rows of one page.
pub(super) struct PageBuilder<'a> {
    query: &'a Query,
    order: &'a Order,
    after: Option<&'a [Value]>,
    projection: Option<Vec<usize>>,
    rows: Vec<&'a Row>,
}

impl<'a> PageBuilder<'a> {
    pub(super) fn new(
        query: &'a Query,
        order: &'a Order,
        after: Option<&'a [Value]>,
        projection: Option<Vec<usize>>,
    ) -> Self {
        Self { query, order, after, projection, rows: Vec::new() }
    }

    /// Whether one row more than the page holds is there, which says that another page follows.
    pub(super) fn is_full(&self) -> bool {
        self.rows.len() > self.query.limit
    }

    /// Takes a matching row, unless it lies before the page.
    pub(super) fn push(&mut self, row: &'a Row) {
        if self.after.is_none_or(|after| self.order.is_behind(&row.record, after)) {
            self.rows.push(row);
        }
    }

    pub(super) fn finish_sorted(mut self) -> Page {
        let wanted = self.query.limit + 1;
        let order = self.order;
        if self.rows.len() > wanted {
            self.rows
                .select_nth_unstable_by(wanted - 1, |a, b| order.compare(&a.record, &b.record));
            self.rows.truncate(wanted);
        }
        self.rows.sort_unstable_by(|a, b| order.compare(&a.record, &b.record));
        self.finish_in_order()
    }

    pub(super) fn finish_in_order(mut self) -> Page {
        let more = self.is_full();
        self.rows.truncate(self.query.limit);
        let last = self.rows.last().filter(|_| more);
        let next = last
            .map(|row| Cursor::new(self.query, self.order.values(&row.record), row.record.key()));
        let project = |row: &Row| match &self.projection {
            None => row.clone(),
            Some(positions) => Row {
                version: row.version,
                record: Record(positions.iter().map(|&at| row.record.0[at].clone()).collect()),
            },
        };
        Page { rows: self.rows.iter().map(|row| project(row)).collect(), next }
    }
}
