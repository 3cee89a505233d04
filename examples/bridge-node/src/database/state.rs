//! What the clones of a database share.

use std::cell::{Ref, RefCell};
use std::fmt;
use std::rc::Rc;

use bridge_memory::Engine;
use bridge_traits::{
    BridgeError, ChangeNotice, ChangePublisher, ChangeWatcher, Commit, ErrorKind, Result, Schema,
    WriteBatch, path,
};
use core_async::sync::{Mutex, oneshot};

use super::lock::OwnerLock;
use super::log::Log;
use super::snapshot;
use crate::files::create_directories;
use crate::host::{NodeError, fs_promises};

const OPEN: &str = "database.open";

/// An engine in memory, its file on disk, and who may write.
pub(super) struct State {
    path: String,
    /// The records; `None` unless open. Never borrowed across an `await`.
    engine: RefCell<Option<Engine>>,
    /// Writers one after the other; there while the database is open.
    owned: Mutex<Option<Owned>>,
    /// Gone once the database was closed, which is for good and ends every watch.
    changes: RefCell<Option<ChangePublisher>>,
}

/// What only the owner of a database has.
struct Owned {
    log: Log,
    lock: Rc<OwnerLock>,
}

impl State {
    pub(super) fn new(path: String) -> Self {
        Self {
            path,
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
            return Err(BridgeError::new(ErrorKind::InvalidRequest, OPEN)
                .with_detail("it was closed; make a new adapter"));
        }
        if owned.is_some() && !self.needs_migration(&schema)? {
            return Ok(());
        }
        let path = real_path(&self.path).await.map_err(|error| error.at(OPEN))?;
        let lock = match &*owned {
            Some(owned) => Rc::clone(&owned.lock),
            None => Rc::new(OwnerLock::acquire(&path).await?),
        };
        // From the disk also when it is open already: a migration that fails half-way must not
        // leave its traces in the memory.
        let (mut engine, log) = match Log::load(&path).await? {
            Some((engine, log)) => (engine, Some(log)),
            None if owned.is_some() => {
                return Err(BridgeError::new(ErrorKind::Conflict, OPEN)
                    .with_detail("the file was taken away while it was open"));
            }
            None => (Engine::new(), None),
        };
        let log = match (engine.migrate(&schema)?, log) {
            (false, Some(log)) => log,
            _ => {
                // If this fails, nobody knows which of the two files is there: it has to be opened
                // again before anything is written.
                self.engine.take();
                owned.take();
                Log::create(&path, &snapshot::pack(&engine)?).await?
            }
        };
        self.engine.replace(Some(engine));
        *owned = Some(Owned { log, lock });
        Ok(())
    }

    /// Whether an open database has to change to fit `schema`.
    fn needs_migration(&self, schema: &Schema) -> Result<bool> {
        let stored = self.engine(OPEN)?.stored_schema().clone();
        Engine::restore(stored, 0).migrate(schema)
    }

    /// Carries out a batch and answers. This is a task of its own: once a commit is on its way to the
    /// disk it has to reach the memory too, even if nobody waits for the answer any more.
    pub(super) async fn write(
        self: Rc<Self>,
        batch: WriteBatch,
        answer: oneshot::Sender<Result<Commit>>,
    ) {
        let mut owned = self.owned.lock().await;
        if answer.is_closed() {
            return;
        }
        let Some(Owned { log, .. }) = &mut *owned else {
            answer.send(Err(not_open("database.write"))).ok();
            return;
        };
        answer.send(self.commit(log, batch).await).ok();
        if log.is_long() {
            // Packed at once, so that the engine is not borrowed while others run.
            let entries =
                self.engine("database.compact").and_then(|engine| snapshot::pack(&engine));
            if let Ok(entries) = entries {
                log.compact(&entries).await;
            }
        }
    }

    async fn commit(&self, log: &mut Log, batch: WriteBatch) -> Result<Commit> {
        let changes = {
            let engine = self.engine("database.write")?;
            if batch.is_empty() {
                return Ok(Commit { sequence: engine.sequence() });
            }
            engine.prepare(batch)?
        };
        log.append(&changes).await?;
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

/// The path without links, so that two names of one file are one lock. Creates its directory.
async fn real_path(path: &str) -> Result<String, NodeError> {
    let directory = match path::parent(path) {
        "" => ".",
        directory => directory,
    };
    create_directories(directory).await?;
    let real = match fs_promises::realpath(path).await {
        Ok(real) => return Ok(real.as_string().unwrap_or_default()),
        Err(_) => fs_promises::realpath(directory).await?,
    };
    Ok(path::join(&real.as_string().unwrap_or_default(), path::file_name(path)))
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Not the records: there may be a hundred thousand.
        f.debug_struct("State").field("path", &self.path).finish_non_exhaustive()
    }
}

fn not_open(operation: &'static str) -> BridgeError {
    BridgeError::new(ErrorKind::InvalidRequest, operation).with_detail("the database is not open")
}
