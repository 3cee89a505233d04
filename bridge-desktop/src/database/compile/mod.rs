//! Queries as SQL: pure functions from a query and its collection to statements.

mod condition;
mod page;
mod position;
#[cfg(test)]
mod tests;

use bridge_traits::{BridgeError, Collection, ErrorKind, Field, Filter, Result};

use super::names;
use super::statement::Statement;

pub(super) use page::PagePlan;

/// The most values one statement can bind in SQLite, with some left for sort values and limit.
pub(super) const MAX_VALUES: usize = 32_000;

/// The statement that counts the records matching a filter.
pub(super) fn count(collection: &Collection, filter: &Filter) -> Result<Statement> {
    let mut statement =
        Statement::new(format!("SELECT count(*) FROM {} WHERE ", names::table(&collection.name)));
    condition::push(&mut statement, collection, filter)?;
    check_size(&statement)?;
    Ok(statement)
}

fn check_size(statement: &Statement) -> Result<()> {
    if statement.values.len() <= MAX_VALUES {
        return Ok(());
    }
    Err(invalid(format!("a query holds at most {MAX_VALUES} values; ask in several parts")))
}

fn field<'a>(collection: &'a Collection, name: &str) -> Result<&'a Field> {
    let position = collection.position(name).ok_or_else(|| {
        invalid(format!("collection {:?} has no field {name:?}", collection.name))
    })?;
    Ok(&collection.fields[position])
}

fn invalid(detail: impl Into<String>) -> BridgeError {
    BridgeError::new(ErrorKind::InvalidRequest, "database.query").with_detail(detail)
}
