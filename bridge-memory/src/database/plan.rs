//! Choosing how to find the rows of a query.

use std::collections::BTreeSet;
use std::ops::Bound;
use std::sync::Arc;

use bridge_traits::{BridgeError, Direction, ErrorKind, Value};

use super::index::{Entry, OrderedIndex};
use super::index_key::IndexKey;
use super::packed::PackedRow;
use super::predicate::Predicate;
use super::select::Order;
use super::table::Table;
use super::value_ref::ValueRef;

/// One row in so many is many.
const MANY: usize = 4;

/// Rows that may match.
pub(super) type Found<'a> = Box<dyn Iterator<Item = (&'a Arc<str>, &'a PackedRow)> + 'a>;

/// Rows that may match, in the order of a query.
pub(super) struct InOrder<'a> {
    pub(super) rows: Found<'a>,
    /// How many of those that match are still to be skipped.
    pub(super) skip: usize,
    /// All of them match, and those to be skipped are left out.
    pub(super) is_exact: bool,
}

/// Rows that may match, already in the order of the query, if an index gives it.
pub(super) fn in_order<'a>(
    table: &'a Table,
    conditions: &[&'a Predicate],
    order: &Order,
    after: Option<&'a [Value]>,
    skip: usize,
) -> Option<InOrder<'a>> {
    let finds_few = |predicate: &&Predicate| match predicate {
        // What many rows match is soon found by walking in order; what few match is not.
        Predicate::HasTokens(position, tokens) if !tokens.is_empty() => table
            .tokens(*position)
            .is_none_or(|postings| postings.at_most(tokens) < table.rows.len() / MANY),
        predicate => matches!(predicate, Predicate::Equals(0, _) | Predicate::OneOf(0, _)),
    };
    if conditions.iter().any(finds_few) {
        return None;
    }
    if order.keys.is_empty() && conditions.is_empty() {
        let start = match after {
            Some([.., Value::Text(key)]) => Bound::Excluded(key.as_str()),
            _ => Bound::Unbounded,
        };
        let rows = table.rows.range::<str, _>((start, Bound::Unbounded));
        return Some(InOrder { rows: Box::new(rows.skip(skip)), skip: 0, is_exact: true });
    }
    // Entries of the same values are in the order of their keys, which is what no order means.
    let ascending = order.keys.is_empty() || order.single_direction()?;
    let fitting = table.indexes.iter().filter_map(|index| {
        let equal = equal_values(index, conditions);
        let equal: Vec<ValueRef<'_>> =
            equal.into_iter().take(index.positions.len().checked_sub(order.keys.len())?).collect();
        let sorted = &index.positions[equal.len()..];
        let fits = equal.len() + order.keys.len() == index.positions.len()
            && sorted.iter().eq(order.keys.iter().map(|(position, _)| position));
        fits.then_some((index, equal))
    });
    let (index, equal) = fitting.max_by_key(|(_, equal)| equal.len())?;
    let from: Option<Entry> = after.map(|after| {
        let (key, values) = after.split_last().unwrap_or((&Value::Null, &[]));
        let values = equal.iter().copied().chain(values.iter().map(ValueRef::from));
        (IndexKey::new(values), Arc::from(key.as_text().unwrap_or_default()))
    });
    // An index has each field once, so each of its values stands for a condition of its own.
    let is_exact = equal.len() == conditions.len();
    let (left_out, skip) = if is_exact { (skip, 0) } else { (0, skip) };
    let equal = IndexKey::new(equal);
    let entries = index.entries(&table.rows);
    let entries: Box<dyn Iterator<Item = _> + 'a> = match (ascending, from) {
        (true, None) => Box::new(entries.starting_with(equal)),
        (true, Some(from)) => Box::new(entries.behind(equal, &from)),
        (false, None) => Box::new(entries.descending(equal, None)),
        (false, Some(from)) => {
            let entries = entries.descending(equal, Some(from.0.clone()));
            // Keys ascend among the same values.
            Box::new(entries.skip_while(move |(values, key)| *values == from.0 && *key <= from.1))
        }
    };
    let entries = entries.skip(left_out);
    let rows = Box::new(entries.filter_map(|(_, key)| table.rows.get_key_value(&**key)));
    Some(InOrder { rows, skip, is_exact })
}

/// How many records match, if an index knows it.
pub(super) fn counted(table: &Table, conditions: &[&Predicate]) -> Option<u64> {
    if conditions.is_empty() {
        return Some(table.rows.len() as u64);
    }
    let fits = |index: &&OrderedIndex| equal_values(index, conditions).len() == conditions.len();
    let index = table.indexes.iter().find(fits)?;
    let equal = IndexKey::new(equal_values(index, conditions));
    Some(index.entries(&table.rows).starting_with(equal).count() as u64)
}

/// Rows that may match, in any order, through the index that narrows most.
pub(super) fn candidates<'a>(table: &'a Table, conditions: &[&'a Predicate]) -> Found<'a> {
    for condition in conditions {
        match condition {
            Predicate::Equals(0, value) => {
                return Box::new(
                    value.as_text().and_then(|k| table.rows.get_key_value(k)).into_iter(),
                );
            }
            Predicate::OneOf(0, values) => {
                let mut keys: Vec<_> = values.iter().filter_map(Value::as_text).collect();
                keys.sort_unstable();
                keys.dedup();
                return Box::new(keys.into_iter().filter_map(|key| table.rows.get_key_value(key)));
            }
            Predicate::HasTokens(position, wanted) if !wanted.is_empty() => {
                if let Some(postings) = table.tokens(*position) {
                    let keys = postings.possible(wanted).into_iter();
                    return Box::new(keys.filter_map(|key| table.rows.get_key_value(&**key)));
                }
            }
            Predicate::Any(any) => {
                if let Some(keys) = with_any_tokens(table, any) {
                    let keys = keys.into_iter();
                    return Box::new(keys.filter_map(|key| table.rows.get_key_value(&**key)));
                }
            }
            _ => {}
        }
    }
    let best = table
        .indexes
        .iter()
        .map(|index| (equal_values(index, conditions), index))
        .max_by_key(|(equal, _)| equal.len());
    if let Some((equal, index)) = best
        && !equal.is_empty()
    {
        let entries = index.entries(&table.rows).starting_with(IndexKey::new(equal));
        return Box::new(entries.filter_map(|(_, key)| table.rows.get_key_value(&**key)));
    }
    for condition in conditions {
        if let Some(rows) = ranged(table, condition) {
            return rows;
        }
    }
    Box::new(table.rows.iter())
}

/// The keys of records that may match one of several conditions, if all are about tokens.
fn with_any_tokens<'a>(table: &'a Table, any: &[Predicate]) -> Option<BTreeSet<&'a Arc<str>>> {
    let mut keys = BTreeSet::new();
    for predicate in any {
        match predicate {
            Predicate::HasTokens(position, wanted) if !wanted.is_empty() => {
                keys.extend(table.tokens(*position)?.possible(wanted));
            }
            _ => return None,
        }
    }
    Some(keys)
}

/// Rows of one condition on a range or list of values, if an index begins with its field.
fn ranged<'a>(table: &'a Table, condition: &'a Predicate) -> Option<Found<'a>> {
    let key = |value: &Value| IndexKey::new([value.into()]);
    let index_on = |position: usize| {
        let first = |index: &&OrderedIndex| index.positions.first() == Some(&position);
        table.indexes.iter().find(first).map(|index| index.entries(&table.rows))
    };
    let find = move |(_, key): &'a (IndexKey, Arc<str>)| table.rows.get_key_value(&**key);
    match condition {
        Predicate::StartsWith(0, prefix) => {
            let from = (Bound::Included(prefix.as_str()), Bound::Unbounded);
            let rows = table.rows.range::<str, _>(from);
            Some(Box::new(rows.take_while(move |(key, _)| key.starts_with(prefix))))
        }
        Predicate::OneOf(position, values) => {
            let index = index_on(*position)?;
            let values: BTreeSet<_> = values.iter().map(key).collect();
            let entries = values.into_iter().flat_map(move |value| index.starting_with(value));
            Some(Box::new(entries.filter_map(find)))
        }
        Predicate::StartsWith(position, prefix) => {
            let index = index_on(*position)?;
            Some(Box::new(index.starting_with(IndexKey::text_prefix(prefix)).filter_map(find)))
        }
        Predicate::Range(position, lower, upper) => {
            let index = index_on(*position)?;
            let from = match lower {
                Bound::Included(value) => key(value),
                Bound::Excluded(value) => key(value).behind_all(),
                Bound::Unbounded => IndexKey::new([]),
            };
            let to = match upper {
                Bound::Included(value) => Some(key(value).behind_all()),
                Bound::Excluded(value) => Some(key(value)),
                Bound::Unbounded => None,
            };
            let within = move |(values, _): &&_| to.as_ref().is_none_or(|to| values < to);
            Some(Box::new(index.from(from).take_while(within).filter_map(find)))
        }
        _ => None,
    }
}

/// The values of the index's first fields that the conditions fix.
fn equal_values<'a>(index: &OrderedIndex, conditions: &[&'a Predicate]) -> Vec<ValueRef<'a>> {
    let fixed = |position: &usize| {
        conditions.iter().find_map(|condition| match condition {
            Predicate::Equals(at, value) if at == position => Some(ValueRef::from(value)),
            _ => None,
        })
    };
    index.positions.iter().map_while(fixed).collect()
}

pub(super) fn invalid(detail: String) -> BridgeError {
    BridgeError::new(ErrorKind::InvalidRequest, "database.query").with_detail(detail)
}

/// Whether keys run from small to large.
pub(super) fn is_ascending(direction: Direction) -> bool {
    direction == Direction::Ascending
}
