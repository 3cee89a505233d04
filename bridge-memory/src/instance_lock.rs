//! Locks between the programs of one test.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bridge_traits::{
    BridgeError, ErrorKind, InstanceGuard, InstanceLock, LockHolder, Result, check_lock_name,
};
use core_async::sync::{CancellationToken, oneshot};

/// An [`InstanceLock`] between all adapters that were made of each other.
///
/// # Examples
///
/// ```
/// use bridge_memory::MemoryInstanceLock;
/// use bridge_traits::{InstanceLock, Result};
///
/// # #[core_async::main]
/// # async fn main() -> Result<()> {
/// let first = MemoryInstanceLock::new("first tab");
/// let second = first.another("second tab");
/// let guard = first.try_acquire("profile").await?.expect("nobody has it");
/// assert!(second.try_acquire("profile").await?.is_none());
/// second.steal("profile");
/// assert!(guard.is_lost());
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct MemoryInstanceLock {
    label: Arc<str>,
    table: Arc<Table>,
}

#[derive(Debug, Default)]
struct Table(Mutex<BTreeMap<String, Slot>>);

#[derive(Debug, Default)]
struct Slot {
    held: Option<Held>,
    waiting: VecDeque<Waiting>,
    /// The number of the next holder.
    next: u64,
}

#[derive(Debug)]
struct Held {
    number: u64,
    label: Arc<str>,
    lost: CancellationToken,
}

#[derive(Debug)]
struct Waiting {
    label: Arc<str>,
    granted: oneshot::Sender<InstanceGuard>,
}

/// Releases a lock when dropped, unless somebody else has it by now.
#[derive(Debug)]
struct Release {
    table: Arc<Table>,
    name: String,
    number: u64,
}

impl MemoryInstanceLock {
    /// An adapter with locks of its own.
    pub fn new(label: &str) -> Self {
        Self { label: label.into(), table: Arc::default() }
    }

    /// Another program that competes for the same locks.
    #[must_use]
    pub fn another(&self, label: &str) -> Self {
        Self { label: label.into(), table: Arc::clone(&self.table) }
    }

    /// Takes a lock away from whoever has it, as a browser may.
    pub fn steal(&self, name: &str) {
        let held = self.table.slots().get_mut(name).and_then(|slot| slot.held.take());
        if let Some(held) = held {
            held.lost.cancel();
        }
        self.table.hand_over(name);
    }
}

impl Table {
    fn slots(&self) -> MutexGuard<'_, BTreeMap<String, Slot>> {
        // The table is whole after every statement, so a panic elsewhere does not spoil it.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a lock if it is free and nobody is before us.
    fn take(self: &Arc<Self>, name: &str, label: &Arc<str>) -> Option<InstanceGuard> {
        let mut slots = self.slots();
        let slot = slots.entry(name.to_owned()).or_default();
        slot.held.is_none().then(|| self.hold(slot, name, Arc::clone(label)))
    }

    fn hold(self: &Arc<Self>, slot: &mut Slot, name: &str, label: Arc<str>) -> InstanceGuard {
        let (number, lost) = (slot.next, CancellationToken::new());
        slot.next += 1;
        slot.held = Some(Held { number, label, lost: lost.clone() });
        let release = Release { table: Arc::clone(self), name: name.to_owned(), number };
        InstanceGuard::new(name, lost, release)
    }

    /// Gives a free lock to the first who still waits for it.
    fn hand_over(self: &Arc<Self>, name: &str) {
        loop {
            let (granted, guard) = {
                let mut slots = self.slots();
                let Some(slot) = slots.get_mut(name).filter(|slot| slot.held.is_none()) else {
                    return;
                };
                let Some(waiting) = slot.waiting.pop_front() else { return };
                if waiting.granted.is_closed() {
                    continue;
                }
                (waiting.granted, self.hold(slot, name, waiting.label))
            };
            // Outside the table's lock: a guard that nobody takes is dropped here, and hands over.
            granted.send(guard).ok();
            return;
        }
    }
}

impl Drop for Release {
    fn drop(&mut self) {
        {
            let mut slots = self.table.slots();
            let Some(slot) = slots.get_mut(&self.name) else { return };
            if slot.held.as_ref().is_none_or(|held| held.number != self.number) {
                return;
            }
            slot.held = None;
        }
        self.table.hand_over(&self.name);
    }
}

#[core_async::async_trait]
impl InstanceLock for MemoryInstanceLock {
    fn label(&self) -> &str {
        &self.label
    }

    async fn try_acquire(&self, name: &str) -> Result<Option<InstanceGuard>> {
        check_lock_name("lock.try_acquire", name)?;
        Ok(self.table.take(name, &self.label))
    }

    async fn acquire(&self, name: &str) -> Result<InstanceGuard> {
        let operation = "lock.acquire";
        check_lock_name(operation, name)?;
        let granted = {
            let mut slots = self.table.slots();
            let slot = slots.entry(name.to_owned()).or_default();
            if slot.held.is_none() {
                return Ok(self.table.hold(slot, name, Arc::clone(&self.label)));
            }
            let (sender, granted) = oneshot::channel();
            slot.waiting.push_back(Waiting { label: Arc::clone(&self.label), granted: sender });
            granted
        };
        granted.await.map_err(|_| BridgeError::new(ErrorKind::Cancelled, operation))
    }

    async fn holder(&self, name: &str) -> Result<Option<LockHolder>> {
        check_lock_name("lock.holder", name)?;
        let slots = self.table.slots();
        let held = slots.get(name).and_then(|slot| slot.held.as_ref());
        Ok(held.map(|held| LockHolder { label: Some(held.label.as_ref().to_owned()) }))
    }
}
