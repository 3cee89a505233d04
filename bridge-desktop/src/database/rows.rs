//! Rows as they come from SQLite.

use bridge_traits::{FieldKind, Record, Result, Row, Value};
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use super::error::bridge_error;
use super::tokens;

/// Reads the version in the first column and the values of `kinds` behind it.
pub(super) fn read(row: &SqliteRow, kinds: &[FieldKind]) -> Result<Row> {
    let version: i64 = cell(row, 0)?.unwrap_or_default();
    let values = kinds
        .iter()
        .zip(1..)
        .map(|(kind, column)| value(row, column, *kind))
        .collect::<Result<_>>()?;
    Ok(Row { version: version.cast_unsigned(), record: Record(values) })
}

fn value(row: &SqliteRow, column: usize, kind: FieldKind) -> Result<Value> {
    Ok(match kind {
        FieldKind::Boolean => cell::<i64>(row, column)?.map(|value| value != 0).into(),
        FieldKind::Integer => cell::<i64>(row, column)?.into(),
        FieldKind::Real => cell::<f64>(row, column)?.into(),
        FieldKind::Bytes => cell::<Vec<u8>>(row, column)?.into(),
        FieldKind::Tokens => match cell::<String>(row, column)? {
            Some(text) => Value::Tokens(tokens::decode(&text)?),
            None => Value::Null,
        },
        _ => cell::<String>(row, column)?.into(),
    })
}

/// One cell. Its type is not looked up: the tables are `STRICT`.
fn cell<'r, T>(row: &'r SqliteRow, column: usize) -> Result<Option<T>>
where
    T: sqlx::Decode<'r, sqlx::Sqlite>,
{
    row.try_get_unchecked(column).map_err(|error| bridge_error("database.read", error))
}
