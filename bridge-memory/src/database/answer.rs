//! Answering queries, in one go or, where records are away, in steps.

use std::sync::Arc;

use bridge_traits::{Collection, Cursor, FieldKind, Filter, Page, Query, Result, Row, Value};

use super::away::{Progress, Reading, Sifting, Stage, Step, Walking, Wanted};
use super::packed::PackedRow;
use super::plan::{self, Found, InOrder, invalid};
use super::predicate::Predicate;
use super::select::{Finished, Order, PageBuilder, Projection};
use super::table::Table;

/// Where records are away and only some match, records are brought back so often in the order of the
/// page. It is that of blocks only by chance: behind this, each block is better read once.
const PATIENCE: u32 = 8;

/// More than an adapter can want to bring back at once.
const AHEAD: usize = 1 << 15;

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
    let builder = |skip| PageBuilder::new(query, &order, after, skip);
    let mut sifting = match std::mem::take(&mut progress.0) {
        Stage::Reading(reading) => return Ok(collect(table, reading, &projection, progress)),
        Stage::Sifting(sifting) => sifting,
        Stage::Walking(walking) => {
            let in_order = plan::in_order(table, &conditions, &order, after, query.skip);
            let walked = in_order.map_or(Walked::TooFar, |in_order| {
                walk(table, in_order, &predicate, walking, builder(0), &projection)
            });
            match walked {
                Walked::Finished(page) => return Ok(finish(table, page, &projection, progress)),
                Walked::Wants(walking, wanted) => {
                    progress.0 = Stage::Walking(walking);
                    return Ok(Step::Fetch(wanted));
                }
                Walked::Sift(sifting) => sifting,
                Walked::TooFar => {
                    let mut builder = builder(query.skip);
                    let mut rows = plan::candidates(table, &conditions);
                    loop {
                        let Some((key, row)) = rows.next() else {
                            let page = builder.finish_sorted(&projection);
                            return Ok(finish(table, page, &projection, progress));
                        };
                        if row.record.is_away() {
                            let (keys, kept) = (in_order_of_keys(key, rows), builder.pause());
                            break Sifting { keys, skip: query.skip, kept, ..Sifting::default() };
                        }
                        if predicate.matches(&row.record) {
                            builder.push_any(row);
                        }
                    }
                }
            }
        }
    };
    let kept = std::mem::take(&mut sifting.kept);
    let mut builder = builder(sifting.skip).resume(&kept);
    let wanted = sift(table, &mut sifting, |row| {
        if predicate.matches(&row.record) {
            builder.push_any(row);
        }
    });
    if let Some(wanted) = wanted {
        sifting.kept = builder.pause();
        progress.0 = Stage::Sifting(sifting);
        return Ok(Step::Fetch(wanted));
    }
    Ok(finish(table, builder.finish_sorted(&projection), &projection, progress))
}

/// Counts matching rows, or goes a step towards that.
pub(super) fn count(table: &Table, filter: &Filter, progress: &mut Progress) -> Result<Step<u64>> {
    let predicate = Predicate::new(&table.collection, filter)?;
    let conditions = predicate.conditions();
    let mut sifting = match std::mem::take(&mut progress.0) {
        Stage::Sifting(sifting) => sifting,
        _ => {
            if let Some(counted) = plan::counted(table, &conditions) {
                return Ok(Step::Done(counted));
            }
            let mut counted = 0;
            let mut rows = plan::candidates(table, &conditions);
            loop {
                let Some((key, row)) = rows.next() else { return Ok(Step::Done(counted)) };
                if row.record.is_away() {
                    let keys = in_order_of_keys(key, rows);
                    break Sifting { keys, counted, ..Sifting::default() };
                }
                counted += u64::from(predicate.matches(&row.record));
            }
        }
    };
    let mut counted = sifting.counted;
    let wanted = sift(table, &mut sifting, |row| {
        counted += u64::from(predicate.matches(&row.record));
    });
    sifting.counted = counted;
    Ok(match wanted {
        Some(wanted) => {
            progress.0 = Stage::Sifting(sifting);
            Step::Fetch(wanted)
        }
        None => Step::Done(counted),
    })
}

/// Reads the rows of these keys, or goes a step towards that.
pub(super) fn rows(
    table: &Table,
    keys: &[String],
    progress: &mut Progress,
) -> Step<Vec<Option<Row>>> {
    let mut reading = match std::mem::take(&mut progress.0) {
        Stage::Reading(reading) => reading,
        _ => new_reading(keys.len()),
    };
    let Reading { rows, left, .. } = &mut reading;
    match read(table, &|at| &keys[at], rows, left, &PackedRow::unpack) {
        None => Step::Done(reading.rows),
        Some(wanted) => {
            progress.0 = Stage::Reading(reading);
            Step::Fetch(wanted)
        }
    }
}

/// How far a walk in the order of the page has come.
enum Walked {
    Finished(Finished),
    Wants(Walking, Wanted),
    /// Only these can be on the page.
    Sift(Sifting),
    /// Everything is better looked at in another order.
    TooFar,
}

fn walk(
    table: &Table,
    in_order: InOrder<'_>,
    predicate: &Predicate,
    walking: Walking,
    builder: PageBuilder<'_>,
    projection: &Projection,
) -> Walked {
    let InOrder { rows, skip, is_exact } = in_order;
    let Walking { mut passed, mut skipped, steps, kept } = walking;
    let mut builder = builder.resume(&kept);
    let mut rows = rows.skip(passed);
    while let Some((key, row)) = rows.next() {
        if row.record.is_away() {
            let ahead = std::iter::once(key).chain(rows.map(|(key, _)| key));
            if is_exact {
                let mut keys: Vec<_> = ahead.take(builder.room()).cloned().collect();
                keys.sort_unstable();
                return Walked::Sift(Sifting { keys, kept: builder.pause(), ..Sifting::default() });
            }
            if steps == PATIENCE {
                return Walked::TooFar;
            }
            let wanted = wanted(table, ahead.take(builder.room().saturating_add(skip - skipped)));
            let steps = steps + 1;
            return Walked::Wants(
                Walking { passed, skipped, steps, kept: builder.pause() },
                wanted,
            );
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
    Walked::Finished(builder.finish_in_order(projection))
}

/// Looks at records in the order of their keys, which is that of blocks, until one is away.
fn sift<'a>(
    table: &'a Table,
    sifting: &mut Sifting,
    mut look_at: impl FnMut(&'a PackedRow),
) -> Option<Wanted> {
    while let Some(key) = sifting.keys.get(sifting.passed) {
        // It was found in this table, of which nothing was removed since.
        if let Some(row) = table.rows.get(key) {
            if row.record.is_away() {
                return Some(wanted(table, sifting.keys[sifting.passed..].iter()));
            }
            look_at(row);
        }
        sifting.passed += 1;
    }
    None
}

/// The page, of which the records may still have to be read.
fn finish(
    table: &Table,
    finished: Finished,
    projection: &Projection,
    progress: &mut Progress,
) -> Step<Page> {
    match finished {
        Ok(page) => Step::Done(page),
        Err((keys, next)) => {
            let reading = Reading { next, ..new_reading(keys.len()) };
            collect(table, Reading { keys, ..reading }, projection, progress)
        }
    }
}

/// Reads the rows of a page that is known but for them.
fn collect(
    table: &Table,
    mut reading: Reading,
    projection: &Projection,
    progress: &mut Progress,
) -> Step<Page> {
    let Reading { keys, rows, left, .. } = &mut reading;
    match read(table, &|at| &keys[at], rows, left, &|row| projection.row(row)) {
        None => {
            let rows = reading.rows.into_iter().flatten().collect();
            Step::Done(Page { rows, next: reading.next })
        }
        Some(wanted) => {
            progress.0 = Stage::Reading(reading);
            Step::Fetch(wanted)
        }
    }
}

fn new_reading(rows: usize) -> Reading {
    Reading { rows: vec![None; rows], left: (0..rows).collect(), ..Reading::default() }
}

/// Reads what is there of the rows that are left; says which of the others are away.
fn read<'a>(
    table: &Table,
    key: &dyn Fn(usize) -> &'a str,
    rows: &mut [Option<Row>],
    left: &mut Vec<usize>,
    project: &dyn Fn(&PackedRow) -> Row,
) -> Option<Wanted> {
    left.retain(|&at| match table.rows.get(key(at)) {
        Some(row) if row.record.is_away() => true,
        row => {
            rows[at] = row.map(project);
            false
        }
    });
    if left.is_empty() {
        return None;
    }
    let known = left.iter().filter_map(|&at| table.rows.get_key_value(key(at)));
    let mut keys: Vec<_> = known.map(|(key, _)| Arc::clone(key)).collect();
    keys.sort_unstable();
    Some(wanted(table, keys.iter()))
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
