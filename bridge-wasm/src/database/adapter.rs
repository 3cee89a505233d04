//! The adapter: [`State`] behind the trait.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use bridge_memory::{Engine, Progress, Step};
use bridge_traits::{
    BridgeError, ChangeWatcher, Commit, DatabaseAdapter, ErrorKind, Filter, Page, Query, Result,
    Row, Schema, StateWatcher, WriteBatch,
};
use core_async::sync::oneshot;
use core_async::task;

use super::health::DatabaseHealth;
use super::state::State;

/// A [`DatabaseAdapter`] over IndexedDB.
///
/// Any number of tabs may have a profile open: each sees what the others have written a moment
/// later, and none overwrites what it has not seen. Clones share the connection. A write that was
/// begun is finished even if its future is dropped.
#[derive(Clone, Debug)]
pub struct IndexedDbDatabase {
    state: Rc<State>,
}

impl IndexedDbDatabase {
    /// How long a write, or an [`open`](DatabaseAdapter::open) that has to change something, waits
    /// for another tab to let go.
    pub const LOCK_WAIT: Duration = Duration::from_secs(5);

    /// How many bytes of records, as they are stored, are kept in memory: 300,000 records of a
    /// third of a kilobyte.
    pub const MEMORY_LIMIT: u64 = 96 << 20;

    /// The database of `profile`, which [`open`](DatabaseAdapter::open) opens or creates.
    pub fn new(profile: &str) -> Self {
        Self::with_limits(profile, Self::LOCK_WAIT, Self::MEMORY_LIMIT)
    }

    /// As [`new`](Self::new), with another wait for another tab to let go.
    pub fn with_lock_wait(profile: &str, wait: Duration) -> Self {
        Self::with_limits(profile, wait, Self::MEMORY_LIMIT)
    }

    /// As [`new`](Self::new), with another [`MEMORY_LIMIT`](Self::MEMORY_LIMIT).
    ///
    /// Keys and indexes are in memory in any case. Of records over the limit, those that came first are
    /// let go, and what needs one reads its block, a few hundred neighbours. Folding the log takes as
    /// much more for a moment as the blocks have that it writes anew, which may be all of them; a
    /// migration, and putting aside what is damaged, have everything in memory.
    pub fn with_memory_limit(profile: &str, bytes: u64) -> Self {
        Self::with_limits(profile, Self::LOCK_WAIT, bytes)
    }

    fn with_limits(profile: &str, wait: Duration, memory: u64) -> Self {
        Self { state: Rc::new(State::new(format!("mpc:{profile}"), wait, memory)) }
    }

    /// How the stored database is: whether it can still be written, and what is damaged.
    pub fn health(&self) -> DatabaseHealth {
        self.state.health.current()
    }

    /// News of [`health`](Self::health). Show them: what they are about does not mend itself.
    pub fn watch_health(&self) -> StateWatcher<DatabaseHealth> {
        self.state.health.watch()
    }
}

#[core_async::async_trait]
impl DatabaseAdapter for IndexedDbDatabase {
    async fn open(&self, schema: Schema) -> Result<()> {
        let opening = task::spawn(Rc::clone(&self.state).open(schema));
        opening.await.unwrap_or_else(|_| Err(broken_off("database.open")))
    }

    async fn versions(&self) -> Result<BTreeMap<String, u32>> {
        Ok(self.state.engine("database.versions")?.stored_schema().versions.clone())
    }

    async fn get(&self, collection: &str, key: &str) -> Result<Option<Row>> {
        let (collection, key) = (collection.to_owned(), key.to_owned());
        let get = move |engine: &Engine, (): &mut ()| engine.get_or_fetch(&collection, &key);
        self.state.answer("database.get", get).await
    }

    async fn get_many(&self, collection: &str, keys: &[String]) -> Result<Vec<Option<Row>>> {
        let (collection, keys) = (collection.to_owned(), keys.to_owned());
        let get = move |engine: &Engine, progress: &mut _| {
            engine.get_many_or_fetch(&collection, &keys, progress)
        };
        self.state.answer("database.get_many", get).await
    }

    async fn query(&self, query: &Query) -> Result<Page> {
        let query = query.clone();
        let ask = move |engine: &Engine, progress: &mut _| engine.query_or_fetch(&query, progress);
        self.state.answer("database.query", ask).await
    }

    async fn query_many(&self, queries: &[Query]) -> Result<Vec<Page>> {
        let queries = queries.to_owned();
        let ask = move |engine: &Engine, progress: &mut _| pages(engine, &queries, progress);
        self.state.answer("database.query_many", ask).await
    }

    async fn count(&self, collection: &str, filter: &Filter) -> Result<u64> {
        let (collection, filter) = (collection.to_owned(), filter.clone());
        let count = move |engine: &Engine, progress: &mut _| {
            engine.count_or_fetch(&collection, &filter, progress)
        };
        self.state.answer("database.count", count).await
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

/// The pages of several queries, or a step towards them.
fn pages(
    engine: &Engine,
    queries: &[Query],
    (pages, progress): &mut (Vec<Page>, Progress),
) -> Result<Step<Vec<Page>>> {
    while let Some(query) = queries.get(pages.len()) {
        match engine.query_or_fetch(query, progress)? {
            Step::Done(page) => pages.push(page),
            Step::Fetch(wanted) => return Ok(Step::Fetch(wanted)),
        }
        *progress = Progress::default();
    }
    Ok(Step::Done(std::mem::take(pages)))
}

/// The failure of a task that panicked.
pub(super) fn broken_off(operation: &'static str) -> BridgeError {
    BridgeError::new(ErrorKind::Other, operation).with_detail("it was broken off by a fault")
}
