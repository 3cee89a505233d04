//! Telling watchers of commits, those of other processes included, each once and in order.
//!
//! Every batch also writes its number and collections into a small table of the last commits.
//! Whoever learns that something was committed reads what came after the last commit it told of.

use std::sync::{Mutex, MutexGuard, PoisonError};

use bridge_traits::{ChangeNotice, ChangePublisher, ChangeWatcher, Result, Value};
use sqlx::Row;
use sqlx::sqlite::SqliteConnection;

use super::error::bridge_error;
use super::names;
use super::statement::Statement;

/// How many commits the table remembers.
const REMEMBERED: u64 = ChangePublisher::CAPACITY as u64;

/// What one adapter has told its watchers.
#[derive(Debug, Default)]
pub(super) struct News {
    changes: ChangePublisher,
    told: Mutex<Told>,
}

#[derive(Debug, Default)]
struct Told {
    /// The last commit that watchers know of.
    sequence: u64,
    /// Every collection, for when it is no longer known which of them changed.
    collections: Vec<String>,
}

impl News {
    /// A watcher of every notice from now on.
    pub(super) fn watch(&self) -> ChangeWatcher {
        self.changes.watch()
    }

    /// Begins behind commit `sequence`, unless watchers were told of later ones already.
    pub(super) fn begin(&self, sequence: u64, collections: Vec<String>) {
        let mut told = self.told();
        told.sequence = told.sequence.max(sequence);
        told.collections = collections;
    }

    /// The commits that watchers were not told of, as far as `connection` sees them.
    pub(super) async fn read(
        &self,
        connection: &mut SqliteConnection,
    ) -> Result<Vec<ChangeNotice>, sqlx::Error> {
        let told = self.told().sequence;
        let mut statement = Statement::new(format!(
            "SELECT sequence, collections FROM {} WHERE sequence > ",
            names::NEWS
        ));
        statement.bind(Value::from(told));
        statement.push(" ORDER BY sequence");
        let rows = statement.into_query().fetch_all(connection).await?;
        let mut notices = Vec::with_capacity(rows.len());
        for row in rows {
            let (sequence, names): (i64, String) = (row.try_get(0)?, row.try_get(1)?);
            let sequence = sequence.cast_unsigned();
            if notices.is_empty() && sequence > told + 1 {
                // So many came at once that the first are forgotten.
                let collections = self.told().collections.clone();
                notices.push(ChangeNotice { sequence: sequence - 1, collections });
            }
            let collections = names.split(' ').map(str::to_owned).collect();
            notices.push(ChangeNotice { sequence, collections });
        }
        Ok(notices)
    }

    /// Tells watchers what they were not told of yet.
    pub(super) fn publish(&self, notices: Vec<ChangeNotice>) {
        let mut told = self.told();
        for notice in notices {
            if notice.sequence > told.sequence {
                told.sequence = notice.sequence;
                self.changes.publish(notice);
            }
        }
    }

    fn told(&self) -> MutexGuard<'_, Told> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Makes commit `sequence` known to other processes, within its transaction.
pub(super) async fn write(
    connection: &mut SqliteConnection,
    sequence: u64,
    collections: &[String],
) -> Result<()> {
    let table = names::NEWS;
    let mut insert =
        Statement::new(format!("INSERT INTO {table} (sequence, collections) VALUES ("));
    insert.bind(Value::from(sequence));
    insert.push(", ");
    insert.bind(Value::Text(collections.join(" ")));
    insert.push(")");
    let mut statements = vec![insert];
    // Now and then is enough, and cheaper.
    if sequence.is_multiple_of(REMEMBERED / 4) {
        let mut forget = Statement::new(format!("DELETE FROM {table} WHERE sequence <= "));
        forget.bind(Value::from(sequence.saturating_sub(REMEMBERED)));
        statements.push(forget);
    }
    for statement in statements {
        let done = statement.into_query().execute(&mut *connection).await;
        done.map_err(|error| bridge_error("database.write", error))?;
    }
    Ok(())
}
