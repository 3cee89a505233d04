//! One owner per profile, by file locks: the operating system releases them when a process ends,
//! however it ends.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::thread;

use bridge_traits::{
    BridgeError, ErrorKind, InstanceGuard, InstanceLock, LockHolder, Result, check_lock_name,
};
use core_async::sync::{CancellationToken, Mutex as AsyncMutex, OwnedMutexGuard, oneshot};
use core_async::task;

use crate::files::bridge_error;

/// An [`InstanceLock`] by files in a directory that all competitors name.
///
/// Each lock has three files there, which stay: one that is locked, one that tells whether the
/// first is, so that asking gets in nobody's way, and one with the holder's label. The directory
/// must be on a local disk. A file lock is never taken away, so [`InstanceGuard::lost`] never
/// completes. One thread per lock waits while another process has it, and only then.
#[derive(Debug)]
pub struct FileInstanceLock {
    directory: PathBuf,
    label: String,
    queues: Mutex<HashMap<String, Weak<Queue>>>,
}

/// Those of one adapter who want one lock.
#[derive(Debug, Default)]
struct Queue {
    /// First come, first served; also keeps this adapter from waiting for itself.
    turn: Arc<AsyncMutex<()>>,
    waiter: Mutex<Waiter>,
}

/// The thread that waits for another process. It outlives whoever asked for it, and the next one
/// to ask takes it over.
#[derive(Debug, Default)]
struct Waiter {
    is_running: bool,
    wanted: Option<oneshot::Sender<io::Result<Held>>>,
}

/// The locked files. They are unlocked explicitly: a child process that is being started has
/// copies of them for a moment, which would keep them locked.
#[derive(Debug)]
struct Held {
    lock: File,
    shown: File,
}

/// Where the files of one lock are.
#[derive(Clone, Debug)]
struct Place {
    lock: PathBuf,
    shown: PathBuf,
    label: PathBuf,
}

impl FileInstanceLock {
    /// Locks in `directory`, which is created if need be. Others are told `label` about who holds
    /// them.
    pub fn new(directory: impl Into<PathBuf>, label: impl Into<String>) -> Self {
        let (directory, label) = (directory.into(), label.into());
        Self { directory, label, queues: Mutex::default() }
    }

    fn queue(&self, name: &str) -> Arc<Queue> {
        let mut queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(queue) = queues.get(name).and_then(Weak::upgrade) {
            return queue;
        }
        queues.retain(|_, queue| queue.strong_count() > 0);
        let queue = Arc::new(Queue::default());
        queues.insert(name.to_owned(), Arc::downgrade(&queue));
        queue
    }

    /// Takes the lock if no other process has it.
    async fn take(&self, place: &Place, operation: &'static str) -> Result<Option<Held>> {
        let (place, label) = (place.clone(), self.label.clone());
        let taken = task::spawn_blocking(move || Held::take(&place, &label)).await;
        taken
            .map_err(|error| BridgeError::new(ErrorKind::Other, operation).with_source(error))?
            .map_err(|error| bridge_error(operation, error))
    }
}

/// The guard of `queue`'s lock; the queue moves on when it is dropped.
fn guard(name: &str, held: Held, turn: OwnedMutexGuard<()>, queue: Arc<Queue>) -> InstanceGuard {
    // A tuple drops its parts in order: the files before the turn.
    InstanceGuard::new(name, CancellationToken::new(), (held, turn, queue))
}

#[core_async::async_trait]
impl InstanceLock for FileInstanceLock {
    fn label(&self) -> &str {
        &self.label
    }

    async fn try_acquire(&self, name: &str) -> Result<Option<InstanceGuard>> {
        let operation = "lock.try_acquire";
        check_lock_name(operation, name)?;
        let queue = self.queue(name);
        let Ok(turn) = Arc::clone(&queue.turn).try_lock_owned() else { return Ok(None) };
        let held = self.take(&Place::new(&self.directory, name), operation).await?;
        Ok(held.map(|held| guard(name, held, turn, queue)))
    }

    async fn acquire(&self, name: &str) -> Result<InstanceGuard> {
        let operation = "lock.acquire";
        check_lock_name(operation, name)?;
        let queue = self.queue(name);
        let turn = Arc::clone(&queue.turn).lock_owned().await;
        let place = Place::new(&self.directory, name);
        let held = match self.take(&place, operation).await? {
            Some(held) => held,
            None => {
                let waiting = queue.wait(place, self.label.clone());
                let waiting = waiting.map_err(|error| bridge_error(operation, error))?;
                let held = waiting.await.map_err(|_| BridgeError::new(ErrorKind::Other, operation));
                held?.map_err(|error| bridge_error(operation, error))?
            }
        };
        Ok(guard(name, held, turn, queue))
    }

    async fn holder(&self, name: &str) -> Result<Option<LockHolder>> {
        let operation = "lock.holder";
        check_lock_name(operation, name)?;
        let place = Place::new(&self.directory, name);
        task::spawn_blocking(move || place.holder())
            .await
            .map_err(|error| BridgeError::new(ErrorKind::Other, operation).with_source(error))?
            .map_err(|error| bridge_error(operation, error))
    }
}

impl Queue {
    /// Has a thread wait for the lock. Only one at a time asks, the one whose turn it is.
    fn wait(
        self: &Arc<Self>,
        place: Place,
        label: String,
    ) -> io::Result<oneshot::Receiver<io::Result<Held>>> {
        let (sender, receiver) = oneshot::channel();
        let mut waiter = self.waiter();
        waiter.wanted = Some(sender);
        if !waiter.is_running {
            let queue = Arc::clone(self);
            thread::Builder::new().name("mpc-instance-lock".to_owned()).spawn(move || {
                let held = Held::wait(&place, &label);
                let wanted = {
                    let mut waiter = queue.waiter();
                    waiter.is_running = false;
                    waiter.wanted.take()
                };
                if let Some(wanted) = wanted {
                    // If nobody waits any more, this drops the lock again.
                    wanted.send(held).ok();
                }
            })?;
            waiter.is_running = true;
        }
        Ok(receiver)
    }

    fn waiter(&self) -> MutexGuard<'_, Waiter> {
        // It is whole after every statement, so a panic elsewhere does not spoil it.
        self.waiter.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    fn take(place: &Place, label: &str) -> io::Result<Option<Self>> {
        let lock = place.open_lock()?;
        match lock.try_lock() {
            Ok(()) => Self::show(lock, place, label).map(Some),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    fn wait(place: &Place, label: &str) -> io::Result<Self> {
        let lock = place.open_lock()?;
        lock.lock()?;
        Self::show(lock, place, label)
    }

    /// Tells those who ask who has it.
    fn show(lock: File, place: &Place, label: &str) -> io::Result<Self> {
        fs::write(&place.label, label)?;
        let shown = open(&place.shown)?;
        // Those who ask hold it for an instant only.
        shown.lock()?;
        Ok(Self { lock, shown })
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        // Closing them does the same if this fails.
        self.shown.unlock().ok();
        self.lock.unlock().ok();
    }
}

impl Place {
    fn new(directory: &Path, name: &str) -> Self {
        let path = directory.join(file_name(name));
        let with = |ending: &str| {
            let mut path = path.clone().into_os_string();
            path.push(ending);
            PathBuf::from(path)
        };
        Self { lock: with(".lock"), shown: with(".held"), label: with(".label") }
    }

    fn open_lock(&self) -> io::Result<File> {
        if let Some(parent) = self.lock.parent() {
            fs::create_dir_all(parent)?;
        }
        open(&self.lock)
    }

    fn holder(&self) -> io::Result<Option<LockHolder>> {
        let shown = match File::open(&self.shown) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            shown => shown?,
        };
        match shown.try_lock_shared() {
            Ok(()) => {
                shown.unlock()?;
                Ok(None)
            }
            Err(TryLockError::WouldBlock) => {
                Ok(Some(LockHolder { label: fs::read_to_string(&self.label).ok() }))
            }
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}

fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)
}

/// A path for any name: letters, digits and some signs stay, all else is escaped; long names
/// become directories. A `+` never comes from a name, so no name's file is another's directory.
fn file_name(name: &str) -> PathBuf {
    /// Leaves room for the endings in the 255 bytes a file's name may have.
    const PART: usize = 200;
    let mut escaped = String::new();
    for byte in name.bytes() {
        match byte {
            // Capitals are escaped too: some file systems take them for small letters.
            b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' => escaped.push(char::from(byte)),
            _ => escaped.push_str(&format!("%{byte:02x}")),
        }
    }
    let mut path = PathBuf::new();
    while escaped.len() > PART {
        let rest = escaped.split_off(PART);
        path.push(escaped + "+");
        escaped = rest;
    }
    path.push(escaped);
    path
}
