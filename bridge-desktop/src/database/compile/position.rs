//! Where a page begins: "behind this row" as conditions an index can follow.

use bridge_traits::{Direction, Value};

use crate::database::names;
use crate::database::statement::Statement;

/// A sort key and the value it has in the row the page begins behind.
#[derive(Clone, Debug)]
pub(super) struct KeyPosition {
    /// The field.
    pub(super) field: String,
    /// Which way it runs.
    pub(super) direction: Direction,
    /// Whether the field may be null.
    pub(super) optional: bool,
    /// The value.
    pub(super) value: Value,
}

/// The conditions of the statements that together give the rows behind a position, in order.
///
/// Usually that is one. Where a descending key has nulls at its end, no single range covers both,
/// so the nulls are a statement of their own.
pub(super) fn behind(keys: &[KeyPosition]) -> Vec<Statement> {
    let mut condition = Statement::default();
    let comparable =
        |key: &KeyPosition| key.direction == Direction::Ascending && !key.value.is_null();
    if keys.iter().all(comparable) {
        // A null on the left makes the comparison null; nulls are in front, so they are out.
        push_row_value(&mut condition, keys);
        return vec![condition];
    }
    let Some(first) = keys.first() else { return vec![Statement::new("1")] };
    let column = names::column(&first.field);
    if !first.value.is_null() {
        // What follows implies this range; it is spelled out because it is what an index can use.
        let operator = if first.direction == Direction::Ascending { ">=" } else { "<=" };
        condition.push(&format!("{column} {operator} "));
        condition.bind(first.value.clone());
        condition.push(" AND ");
    }
    push_expansion(&mut condition, keys, true);
    let mut conditions = vec![condition];
    if first.direction == Direction::Descending && first.optional && !first.value.is_null() {
        conditions.push(Statement::new(format!("{column} IS NULL")));
    }
    conditions
}

/// `(a, b, id) > (?, ?, ?)`
fn push_row_value(condition: &mut Statement, keys: &[KeyPosition]) {
    let columns: Vec<_> = keys.iter().map(|key| names::column(&key.field)).collect();
    condition.push(&format!("({}) > (", columns.join(", ")));
    for (position, key) in keys.iter().enumerate() {
        condition.push(if position == 0 { "" } else { ", " });
        condition.bind(key.value.clone());
    }
    condition.push(")");
}

/// `(a > ? OR (a = ? AND (b > ? OR …)))`, for any mixture of directions and nulls.
fn push_expansion(condition: &mut Statement, keys: &[KeyPosition], leading: bool) {
    let Some((key, rest)) = keys.split_first() else {
        condition.push("0");
        return;
    };
    let column = names::column(&key.field);
    condition.push("(");
    match (key.direction, key.value.is_null()) {
        (Direction::Ascending, true) => condition.push(&format!("{column} IS NOT NULL")),
        (Direction::Descending, true) => condition.push("0"),
        (direction, false) => {
            let descending = direction == Direction::Descending;
            condition.push(&format!("{column} {} ", if descending { "<" } else { ">" }));
            condition.bind(key.value.clone());
            // The leading key's nulls have a statement of their own.
            if descending && key.optional && !leading {
                condition.push(&format!(" OR {column} IS NULL"));
            }
        }
    }
    if !rest.is_empty() {
        condition.push(&format!(" OR ({column} IS "));
        condition.bind(key.value.clone());
        condition.push(" AND ");
        push_expansion(condition, rest, false);
        condition.push(")");
    }
    condition.push(")");
}
