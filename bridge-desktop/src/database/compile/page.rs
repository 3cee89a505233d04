//! A page of rows as SQL.

use bridge_traits::{Collection, Direction, FieldKind, Query, Result, Value};

use super::position::{self, KeyPosition};
use super::{check_size, condition, field, invalid};
use crate::database::names;
use crate::database::statement::Statement;

/// What to run for a page, and how to read what comes back.
#[derive(Debug)]
pub(in crate::database) struct PagePlan {
    /// The statements, to be run one after the other until the page is full. Each gives the
    /// version, then the columns below, and at most one row more than the page holds.
    pub(in crate::database) statements: Vec<Statement>,
    /// The kinds of the columns: those asked for, then those the cursor needs besides.
    pub(in crate::database) kinds: Vec<FieldKind>,
    /// How many of the columns were asked for.
    pub(in crate::database) width: usize,
    /// Which columns hold the sort values.
    pub(in crate::database) sort_columns: Vec<usize>,
    /// Which column holds the key.
    pub(in crate::database) key_column: usize,
}

impl PagePlan {
    /// Compiles a query.
    pub(in crate::database) fn new(collection: &Collection, query: &Query) -> Result<Self> {
        if !(1..=Query::MAX_LIMIT).contains(&query.limit) {
            return Err(invalid(format!("the limit is not 1 to {}", Query::MAX_LIMIT)));
        }
        if query.skip > 0 && query.after.is_some() {
            return Err(invalid(
                "a page that skips rows begins at the first one, without a cursor",
            ));
        }
        let mut columns: Vec<usize> = match &query.projection {
            None => (0..collection.fields.len()).collect(),
            Some(fields) => fields
                .iter()
                .map(|name| {
                    field(collection, name)?;
                    Ok(collection.position(name).unwrap_or_default())
                })
                .collect::<Result<_>>()?,
        };
        let width = columns.len();
        let mut column_of = |name: &str| {
            let wanted = collection.position(name).unwrap_or_default();
            columns.iter().position(|column| *column == wanted).unwrap_or_else(|| {
                columns.push(wanted);
                columns.len() - 1
            })
        };
        for key in &query.sort {
            if field(collection, &key.field)?.kind == FieldKind::Tokens {
                return Err(invalid(format!("{:?} holds tokens, which have no order", key.field)));
            }
        }
        let sort_columns = query.sort.iter().map(|key| column_of(&key.field)).collect();
        let key_column = column_of(Collection::KEY);
        let statements = statements(collection, query, &columns)?;
        let kinds = columns.iter().map(|column| collection.fields[*column].kind).collect();
        Ok(Self { statements, kinds, width, sort_columns, key_column })
    }
}

fn statements(collection: &Collection, query: &Query, columns: &[usize]) -> Result<Vec<Statement>> {
    let mut select = Statement::new(format!("SELECT {}", names::VERSION));
    for column in columns {
        select.push(", ");
        select.push(&names::column(&collection.fields[*column].name));
    }
    select.push(&format!(" FROM {} WHERE ", names::table(&collection.name)));
    condition::push(&mut select, collection, &query.filter)?;

    let mut order = String::from(" ORDER BY ");
    for key in &query.sort {
        let direction = if key.direction == Direction::Ascending { "ASC" } else { "DESC" };
        order.push_str(&format!("{} {direction}, ", names::column(&key.field)));
    }
    // As text: for a bound limit SQLite looks at its value to plan, and so plans anew each time it is bound.
    let limit = query.limit + 1;
    order.push_str(&format!("{} ASC LIMIT {limit}", names::column(Collection::KEY)));

    positions(collection, query)?
        .into_iter()
        .map(|position| {
            let mut statement = select.clone();
            if let Some(position) = position {
                statement.push(" AND (");
                statement.push(&position.sql);
                statement.push(")");
                statement.values.extend(position.values);
            }
            statement.push(&order);
            if query.skip > 0 {
                statement.push(" OFFSET ");
                statement.bind(Value::from(query.skip as u64));
            }
            check_size(&statement)?;
            Ok(statement)
        })
        .collect()
}

/// The conditions that begin the page behind its cursor; a single `None` without one.
fn positions(collection: &Collection, query: &Query) -> Result<Vec<Option<Statement>>> {
    let Some(cursor) = &query.after else { return Ok(vec![None]) };
    let values = cursor.values_for(query)?;
    let key = (Collection::KEY, Direction::Ascending);
    let order = query.sort.iter().map(|key| (key.field.as_str(), key.direction)).chain([key]);
    let mut keys = Vec::with_capacity(values.len());
    for ((name, direction), value) in order.zip(values) {
        let field = field(collection, name)?;
        if !value.fits(field.kind) || (value.is_null() && !field.optional) {
            return Err(invalid("this cursor cannot be used: it does not fit the collection"));
        }
        let (field, optional) = (field.name.clone(), field.optional);
        keys.push(KeyPosition { field, direction, optional, value: value.clone() });
    }
    Ok(position::behind(&keys).into_iter().map(Some).collect())
}
