//! Brings a database file to a schema.

use std::collections::BTreeMap;

use bridge_traits::{
    BridgeError, CompiledSchema, ErrorKind, Result, Schema, SchemaComponent, Value,
};
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use sqlx::{Connection, Row};

use super::error::bridge_error;
use super::names;
use super::statement::Statement;
use super::{BEGIN_WRITE, ddl};

/// `MPC1` as SQLite's application id, which tells our files from other programs'.
pub(super) const APPLICATION_ID: i64 = 0x4d50_4331;

const OPEN: &str = "database.open";

/// Applies what was not applied yet, all of it or nothing. Returns the number of the last commit.
pub(super) async fn migrate(connection: &mut SqliteConnection, schema: &Schema) -> Result<u64> {
    let failed = |error| bridge_error(OPEN, error);
    let mut transaction = connection.begin_with(BEGIN_WRITE).await.map_err(failed)?;
    let mut changed = !has_own_tables(&mut transaction).await?;
    if changed {
        run(&mut transaction, create_own_tables()).await?;
    }

    let applied = applied(&mut transaction).await?;
    let mut compiled = CompiledSchema::default();
    for component in &schema.components {
        let before = applied.get(&component.name).copied().unwrap_or_default();
        check_version(component, before)?;
        let mut pending = Vec::new();
        for migration in &component.migrations {
            for change in &migration.changes {
                if migration.number > before {
                    pending.extend(ddl::statements(&compiled, change)?);
                }
                compiled.apply(change)?;
            }
        }
        if component.version() > before {
            pending.push(remember(component));
            changed = true;
        }
        run(&mut transaction, pending).await?;
    }
    let last = Statement::new(format!("SELECT sequence FROM {}", names::COMMITS));
    let last = last.into_query().persistent(false).fetch_one(&mut *transaction).await;
    let last: i64 = last.and_then(|row| row.try_get(0)).map_err(failed)?;
    if changed {
        transaction.commit().await.map_err(failed)?;
    } else {
        transaction.rollback().await.map_err(failed)?;
    }
    Ok(last.cast_unsigned())
}

async fn has_own_tables(connection: &mut SqliteConnection) -> Result<bool> {
    let names = [names::SCHEMA, names::COMMITS, names::NEWS].map(|name| name.replace('"', "'"));
    let statement = Statement::new(format!(
        "SELECT count(*) FROM sqlite_schema WHERE name IN ({})",
        names.join(", ")
    ));
    let row = statement.into_query().persistent(false).fetch_one(connection).await;
    let tables: i64 =
        row.and_then(|row| row.try_get(0)).map_err(|error| bridge_error(OPEN, error))?;
    Ok(tables == 3)
}

fn create_own_tables() -> Vec<Statement> {
    let (schema, commits, news) = (names::SCHEMA, names::COMMITS, names::NEWS);
    [
        format!("PRAGMA application_id = {APPLICATION_ID}"),
        format!(
            "CREATE TABLE IF NOT EXISTS {schema} \
             (component TEXT PRIMARY KEY, version INTEGER NOT NULL) STRICT, WITHOUT ROWID"
        ),
        format!("CREATE TABLE IF NOT EXISTS {commits} (sequence INTEGER NOT NULL) STRICT"),
        format!(
            "CREATE TABLE IF NOT EXISTS {news} \
             (sequence INTEGER PRIMARY KEY, collections TEXT NOT NULL) STRICT"
        ),
        format!("INSERT INTO {commits} SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM {commits})"),
    ]
    .map(Statement::new)
    .into()
}

/// Asks for the version of each component in the file.
pub(super) fn versions() -> Statement {
    Statement::new(format!("SELECT component, version FROM {}", names::SCHEMA))
}

async fn applied(connection: &mut SqliteConnection) -> Result<BTreeMap<String, u32>> {
    let rows = versions().into_query().fetch_all(connection).await;
    let read = |row: SqliteRow| Ok((row.try_get(0)?, row.try_get(1)?));
    rows.and_then(|rows| rows.into_iter().map(read).collect())
        .map_err(|error| bridge_error(OPEN, error))
}

fn check_version(component: &SchemaComponent, stored: u32) -> Result<()> {
    if stored <= component.version() {
        return Ok(());
    }
    Err(BridgeError::new(ErrorKind::Conflict, OPEN).with_detail(format!(
        "the database has version {stored} of {:?}, this program knows {}; update the program",
        component.name,
        component.version()
    )))
}

fn remember(component: &SchemaComponent) -> Statement {
    let mut statement =
        Statement::new(format!("INSERT OR REPLACE INTO {} VALUES (", names::SCHEMA));
    statement.bind(Value::from(component.name.as_str()));
    statement.push(", ");
    statement.bind(Value::from(component.version()));
    statement.push(")");
    statement
}

async fn run(connection: &mut SqliteConnection, statements: Vec<Statement>) -> Result<()> {
    for statement in statements {
        statement
            .into_query()
            .persistent(false)
            .execute(&mut *connection)
            .await
            .map_err(|error| bridge_error(OPEN, error))?;
    }
    Ok(())
}
