//! The database adapter over SQLite.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use bridge_traits::{
    BridgeError, ChangeWatcher, Commit, DatabaseAdapter, ErrorKind, Filter, Page, Query, Result,
    Row, Schema, StateWatcher, WriteBatch,
};
use core_async::task;

use super::connection::Location;
use super::damage::{self, Damage};
use super::file_watch::FileWatch;
use super::news::News;
use super::readers::closed;
use super::salvage::{Salvaged, salvage};
use super::store::{Connections, Store};

/// Records in an SQLite database that any SQL tool can read.
///
/// Each collection is a table with a typed column per field. Reads run beside each other and
/// beside a write. Several processes may use one file: their commits are numbered in one series
/// and wait for each other, and [`watch`](DatabaseAdapter::watch) tells of all of them, unless the
/// system cannot watch the folder of the file: then only of one's own.
///
/// # Examples
///
/// ```
/// use bridge_desktop::SqliteDatabase;
/// use bridge_traits::{
///     Collection, DatabaseAdapter, FieldKind, Record, Schema, SchemaChange, SchemaComponent,
///     WriteBatch,
/// };
///
/// # #[core_async::main]
/// # async fn main() -> bridge_traits::Result<()> {
/// let tracks = Collection::new("tracks").required("title", FieldKind::Text);
/// let library =
///     SchemaComponent::new("library").migration(vec![SchemaChange::CreateCollection(tracks)]);
///
/// let database = SqliteDatabase::in_memory();
/// database.open(Schema::new(vec![library])).await?;
/// let mut batch = WriteBatch::new();
/// batch.insert("tracks", Record::new("t1").with("So What"));
/// database.write(batch).await?;
/// assert!(database.get("tracks", "t1").await?.is_some());
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct SqliteDatabase {
    location: Location,
    damage: Arc<Damage>,
    opening: core_async::sync::Mutex<()>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    store: Option<Arc<Store>>,
    news: Arc<News>,
    /// Hears of other processes' commits.
    file: Option<FileWatch>,
    closed: bool,
}

impl SqliteDatabase {
    /// The database in the file at `path`, which `open` creates if need be, and the folders above
    /// it. SQLite keeps two more files beside it while it is open.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self::new(Location::File(path.into()))
    }

    /// A database that lives until it is closed or dropped, of a gigabyte at most.
    pub fn in_memory() -> Self {
        Self::new(Location::in_memory())
    }

    /// What SQLite does for a query, in its own words (`EXPLAIN QUERY PLAN`): one line for each
    /// step. For tests and for finding out why something is slow.
    ///
    /// # Errors
    ///
    /// As [`query`](DatabaseAdapter::query) does.
    pub async fn explain(&self, query: &Query) -> Result<Vec<String>> {
        self.store()?.explain(query).await
    }

    /// A name beside the file that is not taken and tells the time, such as
    /// `library.db.damaged-20260131-235959`, to [set it aside](Self::set_aside).
    ///
    /// # Errors
    ///
    /// Fails with `NotFound` for a database in memory, or as the file system does.
    pub fn aside_name(&self) -> Result<PathBuf> {
        match &self.location {
            Location::File(path) => damage::aside_name(path),
            Location::Memory(_) => Err(BridgeError::new(ErrorKind::NotFound, "database.set_aside")),
        }
    }

    /// Moves a file that [`open`](DatabaseAdapter::open) calls corrupt to the name `aside`, with what
    /// belongs to it. The next `open` then begins anew; nothing is deleted. What is not there, or was
    /// moved before, is fine: after a crash it goes on.
    ///
    /// # Errors
    ///
    /// Fails with `Conflict` while the database is open, or as the file system does.
    pub async fn set_aside(&self, aside: &Path) -> Result<()> {
        let _one_at_a_time = self.opening.lock().await;
        match &self.location {
            Location::File(path) if self.state().store.is_none() => damage::set_aside(path, aside),
            Location::File(_) => Err(BridgeError::new(ErrorKind::Conflict, "database.set_aside")
                .with_detail("the database is open; close it first")),
            Location::Memory(_) => Err(BridgeError::new(ErrorKind::NotFound, "database.set_aside")),
        }
    }

    /// What was found damaged since the database was opened, in SQLite's words: the first of it,
    /// and `None` as long as nothing was. Calls that meet damage fail with `Corrupt`, one by one; all
    /// of the file is checked when it is opened next, and if that confirms it, `open` fails.
    pub fn watch_damage(&self) -> StateWatcher<Option<String>> {
        self.damage.0.watch()
    }

    /// Copies into `target`, which is new and not open yet, the records that can still be read in the
    /// damaged file at `path`, and brings them to `schema`. The file stays as it is. What depends on a
    /// record that is lost is copied all the same.
    ///
    /// # Errors
    ///
    /// Fails if there is no such file, with `Conflict` for that of a newer release, as the disk does
    /// where it fails, or as `target` does.
    pub async fn salvage(
        path: &Path,
        schema: &Schema,
        target: &dyn DatabaseAdapter,
    ) -> Result<Salvaged> {
        salvage(path, schema, target).await
    }

    fn new(location: Location) -> Self {
        let (damage, opening, state) = Default::default();
        Self { location, damage, opening, state }
    }

    /// Has everybody hear of it if `result` is that the file is damaged.
    fn noted<T>(&self, result: Result<T>) -> Result<T> {
        self.damage.note(self.location.path(), &result);
        result
    }

    async fn open_with(&self, schema: Schema) -> Result<()> {
        schema.compile()?;
        let _one_at_a_time = self.opening.lock().await;
        let (store, news) = {
            let state = self.state();
            if state.closed {
                return Err(closed());
            }
            (state.store.clone(), Arc::clone(&state.news))
        };
        let is_first = store.is_none();
        let connections = match store {
            Some(store) => store.connections(),
            None => {
                Connections::open(&self.location).await.map_err(|error| self.with_remedy(error))?
            }
        };
        let store = match Store::new(connections.clone(), &schema, news).await {
            Ok(store) => Arc::new(store),
            Err(error) => {
                // A file that cannot be used is left alone from now on, not a moment later.
                if is_first {
                    drop(connections.close().await);
                }
                return Err(self.with_remedy(error));
            }
        };
        let mut state = self.state();
        if state.file.is_none() {
            state.file = store.watch_file();
        }
        state.store = Some(store);
        Ok(())
    }

    /// What cannot be written is not damaged; the message says what to do about it.
    fn with_remedy(&self, error: BridgeError) -> BridgeError {
        match self.location.path() {
            Some(path) if error.kind() == ErrorKind::PermissionDenied => error.with_detail(format!(
                "{} and its folder have to be writable; change their permissions or choose another \
                 folder",
                path.display()
            )),
            _ => error,
        }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn store(&self) -> Result<Arc<Store>> {
        self.state().store.clone().ok_or_else(closed)
    }
}

impl Drop for SqliteDatabase {
    fn drop(&mut self) {
        if let Some(store) = &self.state().store {
            store.abandon();
        }
    }
}

#[core_async::async_trait]
impl DatabaseAdapter for SqliteDatabase {
    async fn open(&self, schema: Schema) -> Result<()> {
        self.noted(self.open_with(schema).await)
    }

    async fn versions(&self) -> Result<BTreeMap<String, u32>> {
        self.noted(self.store()?.versions().await)
    }

    async fn get(&self, collection: &str, key: &str) -> Result<Option<Row>> {
        self.noted(self.store()?.get(collection, key).await)
    }

    async fn get_many(&self, collection: &str, keys: &[String]) -> Result<Vec<Option<Row>>> {
        self.noted(self.store()?.get_many(collection, keys).await)
    }

    async fn query(&self, query: &Query) -> Result<Page> {
        self.noted(self.store()?.query(query).await)
    }

    async fn query_many(&self, queries: &[Query]) -> Result<Vec<Page>> {
        self.noted(self.store()?.query_many(queries).await)
    }

    async fn count(&self, collection: &str, filter: &Filter) -> Result<u64> {
        self.noted(self.store()?.count(collection, filter).await)
    }

    async fn write(&self, batch: WriteBatch) -> Result<Commit> {
        let store = self.store()?;
        // Cancellation: the batch runs to its end on its own, so that it is never half done and
        // the watchers hear of it.
        let written = task::spawn(async move { store.write(batch).await }).await;
        self.noted(written.unwrap_or_else(|error| {
            Err(BridgeError::new(ErrorKind::Other, "database.write").with_source(error))
        }))
    }

    fn watch(&self) -> ChangeWatcher {
        self.state().news.watch()
    }

    async fn close(&self) -> Result<()> {
        let _one_at_a_time = self.opening.lock().await;
        let last = State { closed: true, ..State::default() };
        let State { store, news, file, .. } = std::mem::replace(&mut *self.state(), last);
        // Watchers are told by the end of the last publisher.
        drop((news, file));
        match store {
            Some(store) => store.close().await,
            None => Err(closed()),
        }
    }
}
