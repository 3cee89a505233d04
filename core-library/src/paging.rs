//! Questions that are longer than one page or one condition.

use std::collections::BTreeSet;

use bridge_traits::{DatabaseAdapter, Query, Result, Row};

/// How many values one condition names.
pub(crate) const VALUES_AT_ONCE: usize = 500;

/// Every row that matches, whatever the limit of `query` is.
pub(crate) async fn every_row(database: &dyn DatabaseAdapter, query: Query) -> Result<Vec<Row>> {
    let mut query = query.limit(Query::MAX_LIMIT);
    let mut rows = Vec::new();
    loop {
        let page = database.query(&query).await?;
        rows.extend(page.rows);
        query.after = page.next;
        if query.after.is_none() {
            return Ok(rows);
        }
    }
}

/// Each value once, in groups that one condition may name.
pub(crate) fn groups<'a>(values: &BTreeSet<&'a str>) -> Vec<Vec<&'a str>> {
    let values: Vec<_> = values.iter().copied().collect();
    values.chunks(VALUES_AT_ONCE).map(<[_]>::to_vec).collect()
}
