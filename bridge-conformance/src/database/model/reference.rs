//! The model: a list of rows, searched from one end to the other.

use std::cmp::Ordering;
use std::ops::Bound;

use bridge_traits::{
    Change, Collection, Direction, Filter, Precondition, Query, Record, Row, Value, WriteBatch,
};

use super::Refusal;
use crate::database::fixture::{entries, songs};

/// The rows of one collection, in no particular order.
#[derive(Clone)]
struct Table {
    collection: Collection,
    rows: Vec<Row>,
}

/// A database that does everything the slow way.
pub(super) struct Model {
    tables: Vec<Table>,
    sequence: u64,
}

/// The tables as a batch would leave them; rows it writes have the version `u64::MAX` for now.
pub(super) struct Prepared(Vec<Table>);

impl Model {
    pub(super) fn new() -> Self {
        let tables = [songs(), entries()].map(|collection| Table { collection, rows: Vec::new() });
        Self { tables: tables.into(), sequence: 0 }
    }

    pub(super) fn sequence(&self) -> u64 {
        self.sequence
    }

    pub(super) fn get(&self, collection: &str, key: &str) -> Option<&Row> {
        self.table(collection).find(key)
    }

    pub(super) fn prepare(&self, batch: &WriteBatch) -> Result<Prepared, Refusal> {
        let mut tables = self.tables.clone();
        for operation in &batch.operations {
            let table = tables
                .iter_mut()
                .find(|table| table.collection.name == operation.collection)
                .ok_or(Refusal::InvalidRequest)?;
            let key = match &operation.change {
                Change::Put(record) => {
                    table.collection.check(record).map_err(|_| Refusal::InvalidRequest)?;
                    record.key()
                }
                Change::Delete(key) => key,
            };
            let version = table.find(key).map(|row| row.version);
            let holds = match operation.precondition {
                Precondition::Absent => version.is_none(),
                Precondition::Version(wanted) => version == Some(wanted),
                _ => true,
            };
            if !holds {
                return Err(Refusal::Conflict);
            }
            table.rows.retain(|row| row.record.key() != key);
            if let Change::Put(record) = &operation.change {
                if table.is_taken(record) {
                    return Err(Refusal::Conflict);
                }
                table.rows.push(Row { version: u64::MAX, record: record.clone() });
            }
        }
        Ok(Prepared(tables))
    }

    pub(super) fn commit(&mut self, prepared: Prepared, sequence: u64) {
        self.tables = prepared.0;
        self.sequence = sequence;
        let rows = self.tables.iter_mut().flat_map(|table| &mut table.rows);
        for row in rows.filter(|row| row.version == u64::MAX) {
            row.version = sequence;
        }
    }

    pub(super) fn count(&self, collection: &str, filter: &Filter) -> u64 {
        let table = self.table(collection);
        table.rows.iter().filter(|row| table.matches(filter, &row.record)).count() as u64
    }

    /// The whole answer behind the rows that are skipped, whatever the limit.
    pub(super) fn query(&self, query: &Query) -> Vec<Row> {
        let table = self.table(&query.collection);
        let mut rows: Vec<Row> = table
            .rows
            .iter()
            .filter(|row| table.matches(&query.filter, &row.record))
            .cloned()
            .collect();
        rows.sort_by(|a, b| table.compare(query, &a.record, &b.record));
        rows.drain(..query.skip.min(rows.len()));
        if let Some(fields) = &query.projection {
            for row in &mut rows {
                let value = |field: &String| table.value(&row.record, field).clone();
                row.record = Record(fields.iter().map(value).collect());
            }
        }
        rows
    }

    fn table(&self, name: &str) -> &Table {
        self.tables.iter().find(|table| table.collection.name == name).unwrap()
    }
}

impl Table {
    fn find(&self, key: &str) -> Option<&Row> {
        self.rows.iter().find(|row| row.record.key() == key)
    }

    fn value<'a>(&self, record: &'a Record, field: &str) -> &'a Value {
        &record.0[self.collection.position(field).unwrap()]
    }

    /// Whether another row has the values of a unique index.
    fn is_taken(&self, record: &Record) -> bool {
        self.collection.indexes.iter().filter(|index| index.unique).any(|index| {
            self.rows.iter().any(|row| {
                index.fields.iter().all(|field| {
                    let value = self.value(record, field);
                    !value.is_null() && value == self.value(&row.record, field)
                })
            })
        })
    }

    fn compare(&self, query: &Query, a: &Record, b: &Record) -> Ordering {
        for key in &query.sort {
            let ordering = self.value(a, &key.field).cmp(self.value(b, &key.field));
            if ordering.is_ne() {
                let descending = key.direction == Direction::Descending;
                return if descending { ordering.reverse() } else { ordering };
            }
        }
        a.key().cmp(b.key())
    }

    fn matches(&self, filter: &Filter, record: &Record) -> bool {
        match filter {
            Filter::Everything => true,
            Filter::Equals { field, value } => self.value(record, field) == value,
            Filter::OneOf { field, values } => values.contains(self.value(record, field)),
            Filter::Range { field, lower, upper } => {
                let value = self.value(record, field);
                let above = match lower {
                    Bound::Included(lower) => value >= lower,
                    Bound::Excluded(lower) => value > lower,
                    Bound::Unbounded => true,
                };
                let below = match upper {
                    Bound::Included(upper) => value <= upper,
                    Bound::Excluded(upper) => value < upper,
                    Bound::Unbounded => true,
                };
                above && below && !value.is_null()
            }
            Filter::StartsWith { field, prefix } => {
                self.value(record, field).as_text().is_some_and(|text| text.starts_with(prefix))
            }
            Filter::HasTokens { field, tokens } => {
                let known = match self.value(record, field) {
                    Value::Tokens(known) => known.as_slice(),
                    _ => &[],
                };
                tokens.iter().all(|wanted| known.iter().any(|token| wanted.matches(token)))
            }
            Filter::All(all) => all.iter().all(|filter| self.matches(filter, record)),
            Filter::Any(any) => any.iter().any(|filter| self.matches(filter, record)),
            Filter::Not(filter) => !self.matches(filter, record),
            other => panic!("the model does not know {other:?}"),
        }
    }
}
