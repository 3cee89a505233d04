//! What the clones of a database share.

use std::cell::{Ref, RefCell};
use std::fmt;
use std::rc::Rc;
use std::time::Duration;

use bridge_memory::Engine;
use bridge_traits::{
    BridgeError, ChangeNotice, ChangePublisher, ChangeWatcher, Commit, ErrorKind, Result, Schema,
    WriteBatch,
};
use core_async::sync::{Mutex, oneshot};
use core_async::time::timeout;

use super::store::{EngineAccess, Loaded, Store};
use crate::host::WebLock;

/// An engine in memory, its store on disk, and who may write.
pub(super) struct State {
    name: String,
    lock_wait: Duration,
    /// The records; `None` unless open. Never borrowed across an `await`.
    engine: RefCell<Option<Engine>>,
    /// Writers one after the other; there while the database is open.
    owned: Mutex<Option<Owned>>,
    /// Gone once the database was closed, which is for good and ends every watch.
    changes: RefCell<Option<ChangePublisher>>,
}

/// What only the owner of a profile has.
struct Owned {
    store: Store,
    lock: Rc<WebLock>,
}

impl State {
    pub(super) fn new(name: String, lock_wait: Duration) -> Self {
        Self {
            name,
            lock_wait,
            engine: RefCell::new(None),
            owned: Mutex::new(None),
            changes: RefCell::new(Some(ChangePublisher::new())),
        }
    }

    /// The records, for reading.
    pub(super) fn engine(&self, operation: &'static str) -> Result<Ref<'_, Engine>> {
        Ref::filter_map(self.engine.borrow(), Option::as_ref).map_err(|_| not_open(operation))
    }

    /// Opens or migrates. A task of its own, as [`write`](Self::write) is: a migration that has
    /// reached the disk must not leave an older schema in memory.
    pub(super) async fn open(self: Rc<Self>, schema: Schema) -> Result<()> {
        schema.compile()?;
        let mut owned = self.owned.lock().await;
        if self.changes.borrow().is_none() {
            return Err(BridgeError::new(ErrorKind::InvalidRequest, "database.open")
                .with_detail("it was closed; make a new adapter"));
        }
        if owned.is_some() && !self.needs_migration(&schema)? {
            return Ok(());
        }
        let lock = match &*owned {
            Some(owned) => Rc::clone(&owned.lock),
            None => Rc::new(self.lock().await?),
        };
        // From the disk also when it is open already: a migration that fails half-way must not
        // leave its traces in the memory.
        let Loaded { mut engine, mut store } = Store::load(&self.name).await?;
        if engine.migrate(&schema)? {
            store.rewrite(&engine).await?;
        } else {
            store.fold(&engine).await;
        }
        self.engine.replace(Some(engine));
        *owned = Some(Owned { store, lock });
        Ok(())
    }

    /// One owner per profile. A reloaded page releases its own lock a moment after the new one has
    /// started, so a short wait is normal.
    async fn lock(&self) -> Result<WebLock> {
        let operation = "database.open";
        timeout(self.lock_wait, WebLock::acquire(&self.name, operation)).await.unwrap_or_else(
            |_| {
                Err(BridgeError::new(ErrorKind::Conflict, operation).with_detail(
                    "this profile is open in another tab or window; close it there, or use another \
                 profile",
                ))
            },
        )
    }

    /// Whether an open database has to change to fit `schema`.
    fn needs_migration(&self, schema: &Schema) -> Result<bool> {
        let stored = self.engine("database.open")?.stored_schema().clone();
        Engine::restore(stored, 0).migrate(schema)
    }

    /// Carries out a batch and answers. This is a task of its own: once a commit is on its way to
    /// the disk it has to reach the memory too, even if nobody waits for the answer any more.
    pub(super) async fn write(
        self: Rc<Self>,
        batch: WriteBatch,
        answer: oneshot::Sender<Result<Commit>>,
    ) {
        let mut owned = self.owned.lock().await;
        if answer.is_closed() {
            return;
        }
        let Some(Owned { store, .. }) = &mut *owned else {
            answer.send(Err(not_open("database.write"))).ok();
            return;
        };
        answer.send(self.commit(store, batch).await).ok();
        store.fold(&*self).await;
    }

    async fn commit(&self, store: &mut Store, batch: WriteBatch) -> Result<Commit> {
        let changes = {
            let engine = self.engine("database.write")?;
            if batch.is_empty() {
                return Ok(Commit { sequence: engine.sequence() });
            }
            engine.prepare(&batch)?
        };
        store.append(&changes, batch.durability).await?;
        let (sequence, collections) = (changes.sequence, changes.collections());
        if let Some(engine) = self.engine.borrow_mut().as_mut() {
            engine.commit(changes)?;
        }
        if let Some(changes) = &*self.changes.borrow() {
            changes.publish(ChangeNotice { sequence, collections });
        }
        Ok(Commit { sequence })
    }

    pub(super) fn watch(&self) -> ChangeWatcher {
        // Of a publisher that goes away at once, after the close: a watch that has ended.
        self.changes
            .borrow()
            .as_ref()
            .map_or_else(|| ChangePublisher::new().watch(), ChangePublisher::watch)
    }

    pub(super) async fn close(&self) {
        let mut owned = self.owned.lock().await;
        self.changes.take();
        self.engine.take();
        owned.take();
    }
}

impl EngineAccess for &State {
    fn with<T>(&self, read: impl FnOnce(&Engine) -> T) -> T {
        let engine = self.engine.borrow();
        read(engine.as_ref().expect("it is there while the store is locked and open"))
    }
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Not the records: there may be a hundred thousand.
        f.debug_struct("State").field("name", &self.name).finish_non_exhaustive()
    }
}

fn not_open(operation: &'static str) -> BridgeError {
    BridgeError::new(ErrorKind::InvalidRequest, operation).with_detail("the database is not open")
}
