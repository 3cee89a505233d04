//! Rows as they come from SQLite.

use bridge_traits::{BridgeError, ErrorKind, FieldKind, Record, Result, Row, Value};
use rusqlite::types::{FromSql, ValueRef};

use super::readers::failed;
use super::tokens;

/// Reads the version in the first column and the values of `kinds` behind it.
pub(super) fn read(row: &rusqlite::Row<'_>, kinds: &[FieldKind]) -> Result<Row> {
    let version: i64 = cell(row, 0)?;
    let mut values = Vec::with_capacity(kinds.len());
    for (kind, column) in kinds.iter().zip(1..) {
        values.push(value(row.get_ref(column).map_err(failed)?, *kind)?);
    }
    Ok(Row { version: version.cast_unsigned(), record: Record(values) })
}

/// One cell.
pub(super) fn cell<T: FromSql>(row: &rusqlite::Row<'_>, column: usize) -> Result<T> {
    row.get(column).map_err(failed)
}

fn value(cell: ValueRef<'_>, kind: FieldKind) -> Result<Value> {
    Ok(match (kind, cell) {
        (_, ValueRef::Null) => Value::Null,
        (FieldKind::Boolean, ValueRef::Integer(value)) => (value != 0).into(),
        (FieldKind::Integer, ValueRef::Integer(value)) => value.into(),
        (FieldKind::Real, ValueRef::Real(value)) => value.into(),
        (FieldKind::Bytes, ValueRef::Blob(value)) => value.to_vec().into(),
        (FieldKind::Tokens, ValueRef::Text(text)) => Value::Tokens(tokens::decode(str(text)?)?),
        (FieldKind::Text, ValueRef::Text(text)) => str(text)?.into(),
        _ => return Err(corrupt("a cell is not of the type of its column")),
    })
}

fn str(text: &[u8]) -> Result<&str> {
    std::str::from_utf8(text).map_err(|_| corrupt("a text is not UTF-8"))
}

/// What was not written by us.
fn corrupt(detail: &'static str) -> BridgeError {
    BridgeError::new(ErrorKind::Corrupt, "database.read").with_detail(detail)
}
