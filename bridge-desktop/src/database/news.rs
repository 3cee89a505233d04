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

/// A commit: its number, and the names of its collections with spaces between them.
pub(super) type Heard = (i64, String);

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

    /// Asks for the commits that watchers were not told of.
    pub(super) fn unheard(&self) -> Statement {
        let mut statement = Statement::new(format!(
            "SELECT sequence, collections FROM {} WHERE sequence > ",
            names::NEWS
        ));
        statement.bind(Value::from(self.told().sequence));
        statement.push(" ORDER BY sequence");
        statement
    }

    /// What a writer finds under [`unheard`](Self::unheard).
    pub(super) async fn read(
        &self,
        connection: &mut SqliteConnection,
    ) -> Result<Vec<Heard>, sqlx::Error> {
        let rows = self.unheard().into_query().fetch_all(connection).await?;
        rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
    }

    /// Tells watchers what they were not told of yet.
    pub(super) fn publish(&self, heard: Vec<Heard>) {
        let mut told = self.told();
        for (sequence, names) in heard {
            let sequence = sequence.cast_unsigned();
            if sequence <= told.sequence {
                continue;
            }
            if sequence > told.sequence + 1 {
                // So many came at once that the first are forgotten.
                let collections = told.collections.clone();
                self.changes.publish(ChangeNotice { sequence: sequence - 1, collections });
            }
            told.sequence = sequence;
            let collections = names.split(' ').map(str::to_owned).collect();
            self.changes.publish(ChangeNotice { sequence, collections });
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
    collections: &str,
) -> Result<()> {
    let table = names::NEWS;
    let mut insert =
        Statement::new(format!("INSERT INTO {table} (sequence, collections) VALUES ("));
    insert.bind(Value::from(sequence));
    insert.push(", ");
    insert.bind(Value::from(collections));
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
