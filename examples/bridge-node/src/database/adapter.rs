//! The adapter: [`State`] behind the trait.

use std::collections::BTreeMap;
use std::rc::Rc;

use bridge_traits::{
    BridgeError, ChangeWatcher, Commit, DatabaseAdapter, ErrorKind, Filter, Page, Query, Result,
    Row, Schema, WriteBatch,
};
use core_async::sync::oneshot;
use core_async::task;

use super::state::State;

/// A [`DatabaseAdapter`] in one file.
///
/// One process at a time has it open; others are refused with `Conflict`. Every acknowledged write is
/// on the disk, whichever durability it asked for. Clones share the database. A write that was begun
/// is finished even if its future is dropped.
#[derive(Clone, Debug)]
pub struct NodeDatabase {
    state: Rc<State>,
}

impl NodeDatabase {
    /// The database in the file at `path`, which [`open`](DatabaseAdapter::open) opens or creates.
    pub fn new(path: impl Into<String>) -> Self {
        Self { state: Rc::new(State::new(path.into())) }
    }
}

#[core_async::async_trait]
impl DatabaseAdapter for NodeDatabase {
    async fn open(&self, schema: Schema) -> Result<()> {
        let opening = task::spawn(Rc::clone(&self.state).open(schema));
        opening.await.unwrap_or_else(|_| Err(broken_off("database.open")))
    }

    async fn versions(&self) -> Result<BTreeMap<String, u32>> {
        Ok(self.state.engine("database.versions")?.stored_schema().versions.clone())
    }

    async fn get(&self, collection: &str, key: &str) -> Result<Option<Row>> {
        self.state.engine("database.get")?.get(collection, key)
    }

    async fn get_many(&self, collection: &str, keys: &[String]) -> Result<Vec<Option<Row>>> {
        let engine = self.state.engine("database.get_many")?;
        keys.iter().map(|key| engine.get(collection, key)).collect()
    }

    async fn query(&self, query: &Query) -> Result<Page> {
        self.state.engine("database.query")?.query(query)
    }

    async fn query_many(&self, queries: &[Query]) -> Result<Vec<Page>> {
        let engine = self.state.engine("database.query_many")?;
        queries.iter().map(|query| engine.query(query)).collect()
    }

    async fn count(&self, collection: &str, filter: &Filter) -> Result<u64> {
        self.state.engine("database.count")?.count(collection, filter)
    }

    async fn write(&self, batch: WriteBatch) -> Result<Commit> {
        let (answer, outcome) = oneshot::channel();
        task::spawn(Rc::clone(&self.state).write(batch, answer));
        outcome.await.unwrap_or_else(|_| Err(broken_off("database.write")))
    }

    fn watch(&self) -> ChangeWatcher {
        self.state.watch()
    }

    async fn close(&self) -> Result<()> {
        self.state.close().await;
        Ok(())
    }
}

/// The failure of a task that panicked.
fn broken_off(operation: &'static str) -> BridgeError {
    BridgeError::new(ErrorKind::Other, operation).with_detail("it was broken off by a fault")
}
