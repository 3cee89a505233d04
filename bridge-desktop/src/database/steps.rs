//! A write batch as a series of statements, several records at a time.
//!
//! Each statement costs a trip to SQLite's thread and back, so neighbours of the same kind share
//! one. The sizes are few, so that every text is prepared once and used again.

use bridge_traits::{
    BridgeError, Change, Collection, CompiledSchema, ErrorKind, Operation, Precondition, Record,
    Result, Value,
};

use super::compile::MAX_VALUES;
use super::names;
use super::statement::Statement;

/// How many records one statement writes.
const SIZES: [usize; 4] = [64, 16, 4, 1];

/// One statement of a batch and what it must bring about.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) statement: Statement,
    pub(super) expect: Expect,
}

/// What must be true of a statement for its batch to go on.
#[derive(Debug)]
pub(super) enum Expect {
    /// Nothing.
    Nothing,
    /// It changes a row: the precondition is part of it.
    Change(Conflict),
    /// It finds no row.
    NoRow(Conflict),
}

/// Which record stood in the way.
#[derive(Debug)]
pub(super) struct Conflict(String);

impl Conflict {
    fn new(collection: &Collection, key: &str) -> Self {
        Self(format!("{key:?} of {:?} is not as the batch expects it", collection.name))
    }

    /// The error for the caller.
    pub(super) fn into_error(self) -> BridgeError {
        BridgeError::new(ErrorKind::Conflict, "database.write").with_detail(self.0)
    }
}

/// The statements of a batch, made one at a time.
#[derive(Debug)]
pub(super) struct Steps<'a> {
    schema: &'a CompiledSchema,
    operations: std::vec::IntoIter<Operation>,
    version: Value,
}

impl<'a> Steps<'a> {
    /// The statements that carry out `operations` as commit `version`.
    pub(super) fn new(
        schema: &'a CompiledSchema,
        operations: Vec<Operation>,
        version: i64,
    ) -> Self {
        Self { schema, operations: operations.into_iter(), version: Value::Integer(version) }
    }

    /// The next statement; `None` after the last.
    pub(super) fn next(&mut self) -> Result<Option<Step>> {
        let Some(first) = self.operations.as_slice().first() else { return Ok(None) };
        let collection = self.schema.collection(&first.collection)?;
        if let Change::Put(record) = &first.change {
            collection.check(record)?;
        }
        let precondition = first.precondition;
        let is_put = matches!(first.change, Change::Put(_));
        let size = match precondition {
            Precondition::None => self.run_length(collection),
            Precondition::Absent if is_put => self.run_length(collection),
            _ => 1,
        };
        let changes = self.operations.by_ref().take(size).map(|operation| operation.change);
        let mut records = Vec::new();
        let mut keys = Vec::new();
        for change in changes {
            match change {
                Change::Put(record) => records.push(record),
                Change::Delete(key) => keys.push(key),
            }
        }
        let step = match (records.pop(), precondition) {
            (Some(record), Precondition::Version(version)) => {
                update(collection, record, (version, &self.version))
            }
            (Some(record), precondition) => {
                records.push(record);
                put(collection, records, precondition, &self.version)
            }
            (None, Precondition::None) => delete(collection, keys),
            (None, precondition) => {
                delete_if(collection, keys.pop().unwrap_or_default(), precondition)
            }
        };
        Ok(Some(step))
    }

    /// How many of the next operations go into one statement. One that does not fit its collection
    /// is left for its own turn, so that whatever is wrong first is what the caller hears of.
    fn run_length(&self, collection: &Collection) -> usize {
        let operations = self.operations.as_slice();
        let longest = (MAX_VALUES / (collection.fields.len() + 1)).clamp(1, SIZES[0]);
        let alike = |a: &Operation, b: &Operation| {
            a.collection == b.collection
                && a.precondition == b.precondition
                && match (&a.change, &b.change) {
                    (Change::Put(record), Change::Put(_)) => collection.check(record).is_ok(),
                    (Change::Delete(_), Change::Delete(_)) => true,
                    _ => false,
                }
        };
        let run = operations
            .iter()
            .take(longest)
            .take_while(|operation| alike(operation, &operations[0]))
            .count();
        SIZES.into_iter().find(|size| *size <= run).unwrap_or(1)
    }
}

fn put(
    collection: &Collection,
    records: Vec<Record>,
    precondition: Precondition,
    version: &Value,
) -> Step {
    let columns: Vec<_> =
        collection.fields.iter().map(|field| names::column(&field.name)).collect();
    let mut statement = Statement::new(format!(
        "INSERT INTO {} ({}, {}) VALUES ",
        names::table(&collection.name),
        columns.join(", "),
        names::VERSION
    ));
    let marks = format!("({}?)", "?, ".repeat(columns.len()));
    statement.values.reserve(records.len() * (columns.len() + 1));
    for (position, record) in records.into_iter().enumerate() {
        statement.push(if position == 0 { "" } else { ", " });
        statement.push(&marks);
        statement.values.extend(record.0);
        statement.values.push(version.clone());
    }
    if precondition == Precondition::None {
        let key = names::column(Collection::KEY);
        let version = names::VERSION;
        statement
            .push(&format!(" ON CONFLICT ({key}) DO UPDATE SET {version} = excluded.{version}"));
        for column in &columns[1..] {
            statement.push(&format!(", {column} = excluded.{column}"));
        }
    }
    Step { statement, expect: Expect::Nothing }
}

fn update(collection: &Collection, record: Record, (old, new): (u64, &Value)) -> Step {
    let conflict = Conflict::new(collection, record.key());
    let mut statement = Statement::new(format!(
        "UPDATE {} SET {} = ",
        names::table(&collection.name),
        names::VERSION
    ));
    statement.bind(new.clone());
    let mut values = record.0.into_iter();
    let key = values.next().unwrap_or_default();
    for (field, value) in collection.fields[1..].iter().zip(values) {
        statement.push(&format!(", {} = ", names::column(&field.name)));
        statement.bind(value);
    }
    push_identity(&mut statement, key, old);
    Step { statement, expect: Expect::Change(conflict) }
}

fn delete(collection: &Collection, keys: Vec<String>) -> Step {
    let mut statement = Statement::new(format!(
        "DELETE FROM {} WHERE {} IN (?{})",
        names::table(&collection.name),
        names::column(Collection::KEY),
        ", ?".repeat(keys.len().saturating_sub(1))
    ));
    statement.values.extend(keys.into_iter().map(Value::Text));
    Step { statement, expect: Expect::Nothing }
}

fn delete_if(collection: &Collection, key: String, precondition: Precondition) -> Step {
    let conflict = Conflict::new(collection, &key);
    let table = names::table(&collection.name);
    if let Precondition::Version(version) = precondition {
        let mut statement = Statement::new(format!("DELETE FROM {table}"));
        push_identity(&mut statement, Value::Text(key), version);
        return Step { statement, expect: Expect::Change(conflict) };
    }
    let column = names::column(Collection::KEY);
    let mut statement = Statement::new(format!("SELECT 1 FROM {table} WHERE {column} = "));
    statement.bind(Value::Text(key));
    Step { statement, expect: Expect::NoRow(conflict) }
}

fn push_identity(statement: &mut Statement, key: Value, version: u64) {
    statement.push(&format!(" WHERE {} = ", names::column(Collection::KEY)));
    statement.bind(key);
    statement.push(&format!(" AND {} = ", names::VERSION));
    statement.bind(Value::from(version));
}
