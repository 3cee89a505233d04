//! An SQL statement and the values bound to it.

use bridge_traits::Value;
use rusqlite::ToSql;
use rusqlite::types::{ToSqlOutput, ValueRef};
use sqlx::query::Query;
use sqlx::sqlite::{Sqlite, SqliteArguments};
use sqlx::{Arguments, AssertSqlSafe};

use super::tokens;

/// A value as `rusqlite` binds it.
pub(super) struct Bound(pub(super) Value);

impl ToSql for Bound {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match &self.0 {
            Value::Boolean(value) => i64::from(*value).into(),
            Value::Integer(value) => (*value).into(),
            Value::Real(value) => (*value).into(),
            Value::Text(value) => ToSqlOutput::Borrowed(ValueRef::Text(value.as_bytes())),
            Value::Bytes(value) => ToSqlOutput::Borrowed(ValueRef::Blob(value)),
            Value::Tokens(tokens) => tokens::encode(tokens).into(),
            _ => ToSqlOutput::Borrowed(ValueRef::Null),
        })
    }
}

/// SQL made of identifiers from a schema, with every value bound.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Statement {
    /// The text, with one `?` for each value.
    pub(super) sql: String,
    /// The values, in the order of the `?`.
    pub(super) values: Vec<Value>,
}

impl Statement {
    /// A statement without values.
    pub(super) fn new(sql: impl Into<String>) -> Self {
        Self { sql: sql.into(), values: Vec::new() }
    }

    /// Adds text.
    pub(super) fn push(&mut self, sql: &str) {
        self.sql.push_str(sql);
    }

    /// Adds a `?` and the value bound to it.
    pub(super) fn bind(&mut self, value: Value) {
        self.sql.push('?');
        self.values.push(value);
    }

    /// The statement as `sqlx` wants it, which keeps the prepared form by its text.
    pub(super) fn into_query(self) -> Query<'static, Sqlite, SqliteArguments> {
        let mut arguments = SqliteArguments::default();
        arguments.reserve(self.values.len(), 0);
        for value in self.values {
            let added = match value {
                Value::Boolean(value) => arguments.add(i64::from(value)),
                Value::Integer(value) => arguments.add(value),
                Value::Real(value) => arguments.add(value),
                Value::Text(value) => arguments.add(value),
                Value::Bytes(value) => arguments.add(value),
                Value::Tokens(tokens) => arguments.add(tokens::encode(&tokens)),
                _ => arguments.add(None::<i64>),
            };
            added.expect("these types always encode");
        }
        sqlx::query_with(AssertSqlSafe(self.sql), arguments)
    }
}
