//! What the clones of a database share.

use std::cell::{Ref, RefCell};
use std::fmt;
use std::rc::Rc;
use std::time::Duration;

use bridge_memory::{ChangeSet, Engine};
use bridge_traits::{
    BridgeError, ChangeNotice, ChangePublisher, ChangeWatcher, Commit, ErrorKind, Result, Schema,
    StatePublisher, WriteBatch,
};
use core_async::sync::{Mutex, oneshot};
use core_async::task::AbortOnDropHandle;
use core_async::time::Instant;

use super::away::{Extent, Fetched, TRIES};
use super::channel::{Channel, Signals};
use super::health::{DatabaseHealth, DatabaseStanding};
use super::keeper;
use super::lease::Lease;
use super::load::Loaded;
use super::records::{Records, not_open};
use super::store::{News, Store};
use crate::storage::Connection;

/// An engine in memory, its store on disk, and the other tabs.
pub(super) struct State {
    name: String,
    lock_wait: Duration,
    /// How many bytes of records may be in memory.
    memory_limit: u64,
    pub(super) records: Records,
    /// What changes the engine and the store, one after the other; there while it is open.
    pub(super) shared: Mutex<Option<Shared>>,
    /// Gone once the database was closed, which is for good and ends every watch.
    changes: RefCell<Option<ChangePublisher>>,
    pub(super) health: StatePublisher<DatabaseHealth>,
    pub(super) signals: Rc<Signals>,
    /// Looks after the database while nobody calls it.
    keeper: RefCell<Option<AbortOnDropHandle<()>>>,
}

/// The stored database and the right to change it, which tabs pass around.
pub(super) struct Shared {
    pub(super) store: Store,
    pub(super) lease: Lease,
    /// What it was opened with.
    schema: Schema,
}

impl State {
    pub(super) fn new(name: String, lock_wait: Duration, memory_limit: u64) -> Self {
        Self {
            name,
            lock_wait,
            memory_limit,
            records: Records::default(),
            shared: Mutex::new(None),
            changes: RefCell::new(Some(ChangePublisher::new())),
            health: StatePublisher::new(DatabaseHealth::default()),
            signals: Rc::default(),
            keeper: RefCell::new(None),
        }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// The records, for reading.
    pub(super) fn engine(&self, operation: &'static str) -> Result<Ref<'_, Engine>> {
        self.records.engine(operation)
    }

    /// Opens or migrates. A task of its own, as [`write`](Self::write) is: a migration that has
    /// reached the disk must not leave an older schema in memory.
    pub(super) async fn open(self: Rc<Self>, schema: Schema) -> Result<()> {
        schema.compile()?;
        let mut shared = self.shared.lock().await;
        if self.changes.borrow().is_none() {
            return Err(BridgeError::new(ErrorKind::InvalidRequest, "database.open")
                .with_detail("it was closed; make a new adapter"));
        }
        if let Some(shared) = &mut *shared
            && !self.needs_migration(&schema)?
        {
            shared.schema = schema;
            return Ok(());
        }
        // From the disk also when it is open already: a migration that fails half-way must not
        // leave its traces in the memory.
        match &mut *shared {
            Some(shared) => {
                let (records, store) = self.open_with(&schema, &mut shared.lease).await?;
                self.replace(records, &store);
                (shared.store, shared.schema) = (store, schema);
            }
            None => {
                let mut lease = Lease::new(Channel::open(&self.name, &self.signals)?);
                let (records, store) = self.open_with(&schema, &mut lease).await?;
                self.replace(records, &store);
                *shared = Some(Shared { store, lease, schema });
                self.keeper.replace(Some(keeper::start(&self)));
            }
        }
        self.signals.woken.notify_one();
        Ok(())
    }

    /// Reads what is stored and brings it to the schema.
    async fn open_with(&self, schema: &Schema, lease: &mut Lease) -> Result<(Records, Store)> {
        let (mut loaded, mut connection) = self.load(schema).await?;
        let mut is_outdated = loaded.engine.migrate(schema)? || loaded.is_outdated;
        if is_outdated {
            lease.acquire(&self.name, self.lock_wait, "database.open").await?;
            // Another tab may have been faster.
            drop(loaded);
            (loaded, connection) = self.load(schema).await?;
            is_outdated = loaded.engine.migrate(schema)? || loaded.is_outdated;
        }
        let (records, mut store) = Store::new(&self.name, loaded, connection);
        if is_outdated {
            store.rewrite(&records).await?;
            lease.tell_written();
        }
        store.shrink(&records);
        Ok((records, store))
    }

    async fn load(&self, schema: &Schema) -> Result<(Loaded, Connection)> {
        Store::load(&self.name, self.memory_limit, schema).await
    }

    /// Whether an open database has to change to fit `schema`.
    fn needs_migration(&self, schema: &Schema) -> Result<bool> {
        let stored = self.engine("database.open")?.stored_schema().clone();
        Engine::restore(stored, 0).migrate(schema)
    }

    fn replace(&self, records: Records, store: &Store) {
        self.records.replace(records);
        let damage = store.damage.clone();
        self.health.set(DatabaseHealth { standing: DatabaseStanding::Open, damage });
    }

    /// Carries out a batch and answers. This is a task of its own: once a commit is on its way to
    /// the disk it has to reach the memory too, even if nobody waits for the answer any more.
    pub(super) async fn write(
        self: Rc<Self>,
        batch: WriteBatch,
        answer: oneshot::Sender<Result<Commit>>,
    ) {
        let mut shared = self.shared.lock().await;
        if answer.is_closed() {
            return;
        }
        let Some(shared) = &mut *shared else {
            answer.send(Err(not_open("database.write"))).ok();
            return;
        };
        let was_held = shared.lease.is_held();
        let outcome = self.commit(shared, batch).await;
        let was_late = outcome.as_ref().is_err_and(|error| error.kind() == ErrorKind::Conflict);
        if was_late && !was_held {
            shared.lease.keep_for_a_second_try();
        } else {
            shared.lease.keep_no_longer();
        }
        answer.send(outcome).ok();
        if shared.lease.is_held() && shared.store.fold_if_long(&self.records).await {
            shared.lease.tell_written();
            self.mend(shared).await;
        }
        self.signals.wrote.set(Some(Instant::now()));
        let is_wanted = self.make_way(shared).is_some();
        if is_wanted || self.signals.is_dozing.get() {
            self.signals.woken.notify_one();
        }
    }

    /// Lets another tab write if one wants to; says in how long it has to be asked again.
    pub(super) fn make_way(&self, shared: &mut Shared) -> Option<Duration> {
        let kept = shared.lease.is_kept_for();
        if !self.signals.wanted.get() {
            return None;
        }
        if kept > Duration::ZERO {
            return Some(kept);
        }
        self.signals.wanted.set(false);
        shared.lease.give_up();
        None
    }

    async fn commit(&self, shared: &mut Shared, batch: WriteBatch) -> Result<Commit> {
        let operation = "database.write";
        if batch.is_empty() {
            return Ok(Commit { sequence: self.engine(operation)?.sequence() });
        }
        if self.health.current().standing == DatabaseStanding::Superseded {
            return Err(superseded(operation));
        }
        if !shared.lease.is_held() {
            shared.lease.acquire(&self.name, self.lock_wait, operation).await?;
            if let Err(error) = self.follow(shared).await {
                shared.lease.give_up();
                return Err(error);
            }
        }
        let mut brought = Vec::new();
        let changed = batch.operations.iter().map(|it| (&*it.collection, it.change.key()));
        let outcome = match self.bring_back_lacking(shared, changed, &mut brought).await {
            Ok(()) => self.commit_what_is_here(shared, batch).await,
            Err(error) => Err(error),
        };
        if outcome.is_err() {
            shared.store.let_go_again(&self.records, &brought);
        }
        outcome
    }

    /// Commits a batch; what it changes is in memory.
    async fn commit_what_is_here(&self, shared: &mut Shared, batch: WriteBatch) -> Result<Commit> {
        let operation = "database.write";
        let durability = batch.durability;
        let changes = self.engine(operation)?.prepare(batch)?;
        let mut staged = None;
        let stage = || staged = self.engine(operation).and_then(|it| it.stage(&changes)).ok();
        shared.store.append(&changes, durability, stage).await?;
        let notice =
            ChangeNotice { sequence: changes.sequence, collections: changes.collections() };
        let sequence = notice.sequence;
        let committed = self.records.change(|engine| match staged {
            Some(staged) => engine.commit_staged(changes, staged),
            None => engine.commit(changes),
        });
        committed.transpose()?;
        shared.lease.tell_written();
        self.publish(notice);
        Ok(Commit { sequence })
    }

    /// Takes over what other tabs have written.
    pub(super) async fn follow(&self, shared: &mut Shared) -> Result<()> {
        for _ in 0..TRIES {
            self.signals.written.set(false);
            let last = self.engine("database.follow")?.sequence();
            let news = shared.store.news(last).await?;
            shared.store.settle(&self.records);
            match news {
                News::Commits(commits) => match self.replay(shared, commits).await? {
                    Fetched::Here => return Ok(()),
                    Fetched::Moved => {}
                    Fetched::Damaged => break,
                },
                News::Everything => break,
            }
        }
        self.read_again(shared).await
    }

    /// Replays what another tab has written, as far as what was before can be brought back.
    async fn replay(&self, shared: &mut Shared, commits: Vec<ChangeSet>) -> Result<Fetched> {
        let operation = "database.follow";
        for commit in commits {
            let changed = commit.changes.iter().map(|it| (&*it.collection, &*it.key));
            let lacking = self.engine(operation)?.lacking(changed);
            for wanted in lacking {
                match shared.store.fetch(&self.records, &wanted, Extent::Records).await? {
                    Fetched::Here => {}
                    other => return Ok(other),
                }
            }
            let (sequence, collections) = (commit.sequence, commit.collections());
            self.records.change(|engine| engine.replay(commit)).transpose()?;
            self.publish(ChangeNotice { sequence, collections });
        }
        Ok(Fetched::Here)
    }

    /// Reads everything again if damage was found, which puts it aside.
    pub(super) async fn mend(&self, shared: &mut Shared) {
        if shared.store.is_damaged {
            // If that fails, whoever needs what is damaged is told.
            self.read_again(shared).await.ok();
        }
    }

    /// Reads everything again, after more has changed than the log tells.
    pub(super) async fn read_again(&self, shared: &mut Shared) -> Result<()> {
        let (mut loaded, connection) = self.load(&shared.schema).await?;
        match loaded.engine.migrate(&shared.schema) {
            Ok(false) if !loaded.is_outdated => {}
            // Somebody deleted everything and began anew.
            Ok(_) => {
                self.set_standing(DatabaseStanding::Deleted);
                return Err(BridgeError::new(ErrorKind::Conflict, "database.follow")
                    .with_detail("this site's data was deleted; load the page again"));
            }
            Err(error) => {
                self.set_standing(DatabaseStanding::Superseded);
                return Err(error);
            }
        }
        let (records, mut store) = Store::new(&self.name, loaded, connection);
        store.shrink(&records);
        let (sequence, mut collections) = {
            let engine = records.engine("database.follow")?;
            let collections = engine.stored_schema().compiled.collections.iter();
            (engine.sequence(), collections.map(|it| it.name.clone()).collect::<Vec<_>>())
        };
        collections.sort();
        self.replace(records, &store);
        shared.store = store;
        // Damage that was found is put aside in idle time.
        self.signals.woken.notify_one();
        self.publish(ChangeNotice { sequence, collections });
        Ok(())
    }

    pub(super) fn set_standing(&self, standing: DatabaseStanding) {
        self.health.change(|health| health.standing = standing);
    }

    fn publish(&self, notice: ChangeNotice) {
        if let Some(changes) = &*self.changes.borrow() {
            changes.publish(notice);
        }
    }

    pub(super) fn watch(&self) -> ChangeWatcher {
        // Of a publisher that goes away at once, after the close: a watch that has ended.
        self.changes
            .borrow()
            .as_ref()
            .map_or_else(|| ChangePublisher::new().watch(), ChangePublisher::watch)
    }

    pub(super) async fn close(&self) {
        let mut shared = self.shared.lock().await;
        self.keeper.take();
        self.changes.take();
        self.records.clear();
        shared.take();
        self.set_standing(DatabaseStanding::Closed);
    }
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Not the records: there may be a hundred thousand.
        f.debug_struct("State").field("name", &self.name).finish_non_exhaustive()
    }
}

fn superseded(operation: &'static str) -> BridgeError {
    BridgeError::new(ErrorKind::Conflict, operation)
        .with_detail("a newer release has taken over in another tab; load this page again")
}
