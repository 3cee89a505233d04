//! The database that forgets: for tests, previews, and hosts without storage.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bridge_traits::{
    BridgeError, ChangeNotice, ChangePublisher, ChangeWatcher, Commit, DatabaseAdapter, ErrorKind,
    Filter, Page, Query, Result, Row, Schema, WriteBatch,
};

use super::engine::Engine;

/// A [`DatabaseAdapter`] in memory. Clones share their records.
#[derive(Clone, Debug)]
pub struct MemoryDatabase {
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    engine: Engine,
    is_open: bool,
    /// `None` once the database is closed, which ends every watch.
    changes: Option<ChangePublisher>,
}

impl MemoryDatabase {
    /// An empty database.
    pub fn new() -> Self {
        let state = State { changes: Some(ChangePublisher::new()), ..State::default() };
        Self { state: Arc::new(Mutex::new(state)) }
    }

    fn open_state(&self, operation: &'static str) -> Result<MutexGuard<'_, State>> {
        let state = self.state();
        if state.is_open {
            return Ok(state);
        }
        Err(BridgeError::new(ErrorKind::InvalidRequest, operation)
            .with_detail("the database is not open"))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A commit is checked before it is applied, so a panic elsewhere leaves whole records.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for MemoryDatabase {
    fn default() -> Self {
        Self::new()
    }
}

#[core_async::async_trait]
impl DatabaseAdapter for MemoryDatabase {
    async fn open(&self, schema: Schema) -> Result<()> {
        let mut state = self.state();
        if state.changes.is_none() {
            return Err(BridgeError::new(ErrorKind::InvalidRequest, "database.open")
                .with_detail("the database was closed"));
        }
        state.engine.migrate(&schema)?;
        state.is_open = true;
        Ok(())
    }

    async fn versions(&self) -> Result<BTreeMap<String, u32>> {
        let state = self.open_state("database.versions")?;
        Ok(state.engine.stored_schema().versions.clone())
    }

    async fn get(&self, collection: &str, key: &str) -> Result<Option<Row>> {
        let state = self.open_state("database.get")?;
        state.engine.get(collection, key)
    }

    async fn get_many(&self, collection: &str, keys: &[String]) -> Result<Vec<Option<Row>>> {
        let state = self.open_state("database.get_many")?;
        keys.iter().map(|key| state.engine.get(collection, key)).collect()
    }

    async fn query(&self, query: &Query) -> Result<Page> {
        self.open_state("database.query")?.engine.query(query)
    }

    async fn query_many(&self, queries: &[Query]) -> Result<Vec<Page>> {
        let state = self.open_state("database.query_many")?;
        queries.iter().map(|query| state.engine.query(query)).collect()
    }

    async fn count(&self, collection: &str, filter: &Filter) -> Result<u64> {
        self.open_state("database.count")?.engine.count(collection, filter)
    }

    async fn write(&self, batch: WriteBatch) -> Result<Commit> {
        let mut state = self.open_state("database.write")?;
        if batch.is_empty() {
            return Ok(Commit { sequence: state.engine.sequence() });
        }
        let changes = state.engine.prepare(batch)?;
        let (sequence, collections) = (changes.sequence, changes.collections());
        state.engine.commit(changes)?;
        // Told under the lock, so that notices come in the order of the commits.
        if let Some(changes) = &state.changes {
            changes.publish(ChangeNotice { sequence, collections });
        }
        Ok(Commit { sequence })
    }

    fn watch(&self) -> ChangeWatcher {
        // The watch of a closed database ends at once.
        self.state().changes.as_ref().map_or_else(|| ChangePublisher::new().watch(), |c| c.watch())
    }

    async fn close(&self) -> Result<()> {
        let mut state = self.state();
        state.is_open = false;
        state.changes = None;
        Ok(())
    }
}
