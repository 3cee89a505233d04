//! One owner per profile: over all tasks, tabs and processes.

use std::fmt;

use core_async::sync::CancellationToken;

use crate::{BridgeError, ErrorKind, PlatformSend, PlatformSync, Result};

/// What is known of somebody who has a lock.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct LockHolder {
    /// What the holder calls itself, where the host can tell.
    pub label: Option<String>,
}

/// Decides who owns a profile.
///
/// # Contract
///
/// * At most one guard per name is held, over all tasks, tabs and processes of this host. Other
///   names do not interfere.
/// * `try_acquire` answers at once, with `None` while somebody else has the lock.
/// * `acquire` waits. Those who wait on one adapter get the lock in the order in which they asked.
///   Giving up, by dropping the future, takes nothing and holds up nobody.
/// * Dropping the guard releases the lock, and so does the end of the program, however it ends.
/// * `holder` tells the [`label`](InstanceLock::label) of the adapter that has the lock, and `None`
///   while nobody has it. Asking does not get in anybody's way.
/// * [`InstanceGuard::lost`] completes once the host has taken the lock away, and only then.
/// * Names are any UTF-8 of 1 to 255 bytes; others are `InvalidRequest`.
#[core_async::async_trait]
pub trait InstanceLock: fmt::Debug + PlatformSend + PlatformSync {
    /// What others are told about who has a lock that was acquired here.
    fn label(&self) -> &str;

    /// Takes the lock `name` if it is free.
    ///
    /// # Errors
    ///
    /// Fails with `Unsupported` if the host has no locks, or as the host does.
    async fn try_acquire(&self, name: &str) -> Result<Option<InstanceGuard>>;

    /// Waits for the lock `name`.
    ///
    /// # Errors
    ///
    /// As for [`try_acquire`](Self::try_acquire).
    ///
    /// # Cancellation
    ///
    /// Dropping the future gives up the place in the queue.
    async fn acquire(&self, name: &str) -> Result<InstanceGuard>;

    /// Who has the lock `name`.
    ///
    /// # Errors
    ///
    /// As for [`try_acquire`](Self::try_acquire).
    async fn holder(&self, name: &str) -> Result<Option<LockHolder>>;
}

/// The lock, as long as this value lives.
pub struct InstanceGuard {
    name: String,
    lost: CancellationToken,
    _hold: Box<dyn Hold>,
}

impl InstanceGuard {
    /// The guard of the lock `name`, for adapters: dropping `hold` releases it, and cancelling
    /// `lost` says that it was taken away.
    pub fn new<H: PlatformSend + PlatformSync + 'static>(
        name: impl Into<String>,
        lost: CancellationToken,
        hold: H,
    ) -> Self {
        Self { name: name.into(), lost, _hold: Box::new(hold) }
    }

    /// Which lock it is.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Completes once the host has taken the lock away: stop writing at once, somebody else may
    /// have begun. On hosts that never do so, it never completes.
    pub async fn lost(&self) {
        self.lost.cancelled().await;
    }

    /// Whether the lock was taken away.
    pub fn is_lost(&self) -> bool {
        self.lost.is_cancelled()
    }
}

impl fmt::Debug for InstanceGuard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InstanceGuard")
            .field("name", &self.name)
            .field("is_lost", &self.is_lost())
            .finish_non_exhaustive()
    }
}

/// Anything whose drop releases a lock.
trait Hold: PlatformSend + PlatformSync {}

impl<T: PlatformSend + PlatformSync> Hold for T {}

/// Refuses names that not every host can lock.
///
/// # Errors
///
/// Fails with `InvalidRequest` unless `name` has 1 to 255 bytes.
pub fn check_lock_name(operation: &'static str, name: &str) -> Result<()> {
    if (1..=255).contains(&name.len()) {
        return Ok(());
    }
    Err(BridgeError::new(ErrorKind::InvalidRequest, operation)
        .with_detail("a lock's name has 1 to 255 bytes"))
}
