//! Sort names as hosts write them: `title`, or `-year` for the other way round.

use bridge_traits::{Cursor, Direction, Query};

use crate::error::LibraryError;

/// The sort orders of one list: a name, and the fields it stands for.
pub(super) type Orders = &'static [(&'static str, &'static [&'static str])];

/// Applies sort, limit and cursor to a query.
pub(super) fn arrange(
    mut query: Query,
    orders: Orders,
    sort: &str,
    limit: Option<u32>,
    after: Option<&str>,
) -> Result<Query, LibraryError> {
    let (name, direction) = match sort.strip_prefix('-') {
        Some(name) => (name, Direction::Descending),
        None => (sort, Direction::Ascending),
    };
    let Some((_, fields)) = orders.iter().find(|(known, _)| *known == name) else {
        let known: Vec<_> = orders.iter().map(|(name, _)| *name).collect();
        return Err(LibraryError::InvalidQuery(format!(
            "there is no sort {name:?}; choose one of {} (with - in front for descending)",
            known.join(", ")
        )));
    };
    for field in *fields {
        query = query.sort(field, direction);
    }
    let limit = limit.map_or(Query::DEFAULT_LIMIT, |limit| limit as usize);
    if !(1..=Query::MAX_LIMIT).contains(&limit) {
        return Err(LibraryError::InvalidQuery(format!(
            "limit must be between 1 and {}",
            Query::MAX_LIMIT
        )));
    }
    Ok(query.limit(limit).after(after.map(Cursor::decode).transpose()?))
}

/// Leaves out rows from the first one on.
pub(super) fn leap(query: Query, skip: Option<u32>) -> Result<Query, LibraryError> {
    let skip = skip.unwrap_or_default() as usize;
    if skip > 0 && query.after.is_some() {
        let why = "skip counts from the first item on: give either skip or after";
        return Err(LibraryError::InvalidQuery(why.into()));
    }
    Ok(query.skip(skip))
}
