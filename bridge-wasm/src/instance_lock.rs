//! One owner per profile over all tabs and workers, by Web Locks.

use bridge_traits::{InstanceGuard, InstanceLock, LockHolder, Randomness, Result, check_lock_name};

use crate::WebRandomness;
use crate::host::WebLock;

/// Stands in front of the name of a lock. A dash, at the beginning, would be the browser's.
const LOCK: &str = "mpc-instance:";

/// Stands in front of the lock that tells the holder's label.
const HOLDER: &str = "mpc-holder:";

/// An [`InstanceLock`] over all tabs and workers of this origin.
///
/// Waiters of all tabs stand in one queue. The holder's label is the name of a second lock, so the
/// browser forgets it together with the holder. A lock is lost when script of this origin steals
/// it.
#[derive(Debug)]
pub struct WebInstanceLock {
    label: String,
}

/// Both locks of a holder; the one that tells the label goes first.
struct Hold {
    _told: WebLock,
    _lock: WebLock,
}

impl WebInstanceLock {
    /// Others are told `label` about who holds a lock that was acquired here.
    pub fn new(label: impl Into<String>) -> Self {
        Self { label: label.into() }
    }

    async fn guard(
        &self,
        name: &str,
        lock: WebLock,
        operation: &'static str,
    ) -> Result<InstanceGuard> {
        let mut bytes = [0; 16];
        WebRandomness::new().fill(&mut bytes)?;
        // Nobody else asks for this one, so it is granted at once. The length keeps name and
        // label apart.
        let told = format!(
            "{HOLDER}{}:{:032x}:{}",
            name.len(),
            u128::from_le_bytes(bytes),
            name.to_owned() + &self.label
        );
        let told = WebLock::acquire(&told, operation).await?;
        let lost = lock.lost().clone();
        Ok(InstanceGuard::new(name, lost, Hold { _told: told, _lock: lock }))
    }
}

#[core_async::async_trait]
impl InstanceLock for WebInstanceLock {
    fn label(&self) -> &str {
        &self.label
    }

    async fn try_acquire(&self, name: &str) -> Result<Option<InstanceGuard>> {
        let operation = "lock.try_acquire";
        check_lock_name(operation, name)?;
        match WebLock::try_acquire(&format!("{LOCK}{name}"), operation).await? {
            Some(lock) => self.guard(name, lock, operation).await.map(Some),
            None => Ok(None),
        }
    }

    async fn acquire(&self, name: &str) -> Result<InstanceGuard> {
        let operation = "lock.acquire";
        check_lock_name(operation, name)?;
        let lock = WebLock::acquire(&format!("{LOCK}{name}"), operation).await?;
        self.guard(name, lock, operation).await
    }

    async fn holder(&self, name: &str) -> Result<Option<LockHolder>> {
        let operation = "lock.holder";
        check_lock_name(operation, name)?;
        let held = WebLock::held(operation).await?;
        let lock = format!("{LOCK}{name}");
        if !held.contains(&lock) {
            return Ok(None);
        }
        // A thief may tell its label while the one it robbed still does: either is true.
        let label = held.iter().find_map(|held| label_of(held, name));
        Ok(Some(LockHolder { label: label.map(str::to_owned) }))
    }
}

/// The label in the name of a holder's second lock, if it is of the lock `name`.
fn label_of<'a>(held: &'a str, name: &str) -> Option<&'a str> {
    let (length, rest) = held.strip_prefix(HOLDER)?.split_once(':')?;
    let (_, rest) = rest.split_once(':')?;
    let is_ours = length.parse() == Ok(name.len());
    is_ours.then(|| rest.strip_prefix(name)).flatten()
}
