//! Answering queries, in one go or, where records are away, in steps.

use std::sync::Arc;

use bridge_traits::{Collection, Cursor, FieldKind, Filter, Page, Query, Result, Row, Value};

use super::away::{Collecting, Progress, Stage, Step, Wanted};
use super::packed::PackedRow;
use super::plan::{self, Found, invalid};
use super::predicate::Predicate;
use super::select::{Order, PageBuilder, Projection};
use super::table::Table;

/// Where records are away and only some match, so many pages' worth are looked at in the order of
/// the page. It is that of blocks only by chance: behind this, each block is better read once.
const PATIENCE: usize = 16;

/// More than an adapter can want to bring back at once.
const AHEAD: usize = 1 << 16;

/// Answers a query, or goes a step towards that.
pub(super) fn page(table: &Table, query: &Query, progress: &mut Progress) -> Result<Step<Page>> {
    if !(1..=Query::MAX_LIMIT).contains(&query.limit) {
        return Err(invalid(format!("a page has 1 to {} rows", Query::MAX_LIMIT)));
    }
    if query.skip > 0 && query.after.is_some() {
        return Err(invalid(
            "a page that skips rows begins at the first one, without a cursor".into(),
        ));
    }
    let predicate = Predicate::new(&table.collection, &query.filter)?;
    let order = Order::new(&table.collection, &query.sort)?;
    let projection = Projection::new(&table.collection, query.projection.as_deref())?;
    let after = after(query, &order, &table.collection)?;
    let conditions = predicate.conditions();
    let new = || PageBuilder::new(query, &order, after);
    let (mut rows, kept): (Found<'_>, _) = match std::mem::take(&mut progress.0) {
        Stage::Collecting(so_far) => return Ok(collect(table, so_far, &projection, progress)),
        Stage::Sifting { left, kept, .. } => (these(table, left), kept),
        Stage::Reading { .. } => (plan::candidates(table, &conditions), Vec::new()),
        Stage::Walking { mut passed, mut skipped, kept } => {
            let mut builder = new().resume(&kept);
            let in_order = plan::in_order(table, &conditions, &order, after, query.skip);
            let mut is_slow = false;
            if let Some((rows, skip)) = in_order {
                let mut rows = rows.skip(passed);
                while let Some((key, row)) = rows.next() {
                    if row.record.is_away() {
                        is_slow = passed > query.limit.saturating_mul(PATIENCE);
                        if is_slow {
                            break;
                        }
                        let rows = std::iter::once((key, row)).chain(rows);
                        let rows = rows.take(builder.room() + skip - skipped);
                        let wanted = wanted(table, rows.map(|(key, _)| key));
                        progress.0 = Stage::Walking { passed, skipped, kept: builder.pause() };
                        return Ok(Step::Fetch(wanted));
                    }
                    passed += 1;
                    if !predicate.matches(&row.record) {
                        continue;
                    }
                    if skipped < skip {
                        skipped += 1;
                        continue;
                    }
                    builder.push(row);
                    if builder.is_full() {
                        break;
                    }
                }
                if !is_slow {
                    return Ok(match builder.finish_in_order(&projection) {
                        Ok(page) => Step::Done(page),
                        Err(keys) => collect(table, keys, &projection, progress),
                    });
                }
            }
            (plan::candidates(table, &conditions), Vec::new())
        }
    };
    let mut builder = new().resume(&kept);
    while let Some((key, row)) = rows.next() {
        if row.record.is_away() {
            let left = in_order_of_keys(key, rows);
            let wanted = wanted(table, left.iter());
            progress.0 = Stage::Sifting { left, kept: builder.pause(), counted: 0 };
            return Ok(Step::Fetch(wanted));
        }
        if predicate.matches(&row.record) {
            builder.push_any(row);
        }
    }
    Ok(match builder.finish_sorted(&projection) {
        Ok(page) => Step::Done(page),
        Err(keys) => collect(table, keys, &projection, progress),
    })
}

/// Counts matching rows, or goes a step towards that.
pub(super) fn count(table: &Table, filter: &Filter, progress: &mut Progress) -> Result<Step<u64>> {
    let predicate = Predicate::new(&table.collection, filter)?;
    let conditions = predicate.conditions();
    let (mut rows, mut counted) = match std::mem::take(&mut progress.0) {
        Stage::Sifting { left, counted, .. } => (these(table, left), counted),
        _ => match plan::counted(table, &conditions) {
            Some(counted) => return Ok(Step::Done(counted)),
            None => (plan::candidates(table, &conditions), 0),
        },
    };
    while let Some((key, row)) = rows.next() {
        if row.record.is_away() {
            let left = in_order_of_keys(key, rows);
            let wanted = wanted(table, left.iter());
            progress.0 = Stage::Sifting { left, kept: Vec::new(), counted };
            return Ok(Step::Fetch(wanted));
        }
        counted += u64::from(predicate.matches(&row.record));
    }
    Ok(Step::Done(counted))
}

/// Reads the rows of these keys, or goes a step towards that.
pub(super) fn rows(
    table: &Table,
    keys: &[String],
    progress: &mut Progress,
) -> Step<Vec<Option<Row>>> {
    let (mut rows, mut left) = match std::mem::take(&mut progress.0) {
        Stage::Reading { rows, left } => (rows, left),
        _ => (vec![None; keys.len()], (0..keys.len()).collect()),
    };
    left.retain(|at| match table.rows.get(keys[*at].as_str()) {
        Some(row) if row.record.is_away() => true,
        row => {
            rows[*at] = row.map(PackedRow::unpack);
            false
        }
    });
    if left.is_empty() {
        return Step::Done(rows);
    }
    let known = left.iter().filter_map(|at| table.rows.get_key_value(keys[*at].as_str()));
    let mut keys: Vec<_> = known.map(|(key, _)| Arc::clone(key)).collect();
    keys.sort_unstable();
    let wanted = wanted(table, keys.iter());
    progress.0 = Stage::Reading { rows, left };
    Step::Fetch(wanted)
}

/// Reads the rows of a page that is known but for them.
fn collect(
    table: &Table,
    mut so_far: Collecting,
    projection: &Projection,
    progress: &mut Progress,
) -> Step<Page> {
    while let Some(key) = so_far.left.pop_front() {
        // It was found in this table, of which nothing was removed since.
        let Some(row) = table.rows.get(&key) else { continue };
        if row.record.is_away() {
            so_far.left.push_front(key);
            let wanted = wanted(table, so_far.left.iter());
            progress.0 = Stage::Collecting(so_far);
            return Step::Fetch(wanted);
        }
        so_far.rows.push(projection.row(row));
    }
    Step::Done(Page { rows: so_far.rows, next: so_far.next })
}

/// The rows of these keys.
fn these(table: &Table, keys: Vec<Arc<str>>) -> Found<'_> {
    Box::new(keys.into_iter().filter_map(|key| table.rows.get_key_value(&key)))
}

/// The keys of a row and of those behind it, in their order: that is the order of blocks, each of which
/// is then needed once.
fn in_order_of_keys(key: &Arc<str>, rest: Found<'_>) -> Vec<Arc<str>> {
    let rest = rest.map(|(key, _)| Arc::clone(key));
    let mut keys: Vec<_> = std::iter::once(Arc::clone(key)).chain(rest).collect();
    keys.sort_unstable();
    keys
}

/// Those of some records that are away.
fn wanted<'a>(table: &Table, keys: impl Iterator<Item = &'a Arc<str>>) -> Wanted {
    let is_away = |key: &&Arc<str>| table.rows.get(*key).is_some_and(|row| row.record.is_away());
    let mut keys: Vec<_> = keys.filter(is_away).take(AHEAD).cloned().collect();
    keys.dedup();
    Wanted { collection: table.collection.name.clone(), keys }
}

/// The cursor's values, checked against the query and the kinds of its fields.
fn after<'a>(
    query: &'a Query,
    order: &Order,
    collection: &Collection,
) -> Result<Option<&'a [Value]>> {
    let Some(cursor) = &query.after else { return Ok(None) };
    let values = Cursor::values_for(cursor, query)?;
    let kinds = order.keys.iter().map(|(position, _)| collection.fields[*position].kind);
    let fit = kinds.chain([FieldKind::Text]).zip(values).all(|(kind, value)| value.fits(kind));
    if fit { Ok(Some(values)) } else { Err(invalid("this cursor is damaged".into())) }
}
