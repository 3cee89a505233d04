//! Small secrets that outlive the program.

use std::fmt;

use crate::{PlatformSend, PlatformSync, Result, SecurityLevel};

/// A secret value: no `Debug` output, no `Display`, overwritten when dropped.
#[derive(Clone, Eq, PartialEq)]
pub struct Secret(Vec<u8>);

impl Secret {
    /// Wraps secret bytes.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self(bytes.into())
    }

    /// The secret itself. Keep it short-lived, and never log it.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        self.0.fill(0);
        // Keeps the compiler from removing the writes above as dead.
        std::hint::black_box(&self.0);
    }
}

/// Keeps secrets such as refresh tokens.
///
/// # Contract
///
/// * A `get` that starts after a `put` has returned sees that `put`, also after a restart unless
///   the security level is [`SessionOnly`](SecurityLevel::SessionOnly).
/// * Removing a missing secret succeeds.
/// * Names are any non-empty UTF-8 of at most 255 bytes; values are 0 to 64 KiB.
/// * `names` lists every stored name once, sorted; `clear` leaves none.
/// * Where the store itself encrypts, a value that was changed or moved to another name is `Corrupt`.
///   One that was replaced by an older value of the same name may go unnoticed.
/// * A value never reaches storage in plain text; where that cannot be done, calls fail.
#[core_async::async_trait]
pub trait SecureStore: fmt::Debug + PlatformSend + PlatformSync {
    /// How well this store protects what it keeps.
    fn security_level(&self) -> SecurityLevel;

    /// Stores `secret` under `name`, replacing what was there.
    ///
    /// # Errors
    ///
    /// Fails with `PermissionDenied` while the keyring is locked, `QuotaExceeded` if the host is
    /// full, `InvalidRequest` for a bad name or an oversized value.
    async fn put(&self, name: &str, secret: &Secret) -> Result<()>;

    /// The secret stored under `name`.
    ///
    /// # Errors
    ///
    /// Fails with `Corrupt` if the stored value does not decrypt.
    async fn get(&self, name: &str) -> Result<Option<Secret>>;

    /// Removes `name`.
    ///
    /// # Errors
    ///
    /// Fails if the host refuses.
    async fn remove(&self, name: &str) -> Result<()>;

    /// Every stored name, sorted.
    ///
    /// # Errors
    ///
    /// Fails if the host refuses.
    async fn names(&self) -> Result<Vec<String>>;

    /// Removes everything, as a user who signs out expects.
    ///
    /// # Errors
    ///
    /// Fails if the host refuses; some may be left then, and `names` has them.
    async fn clear(&self) -> Result<()> {
        for name in self.names().await? {
            self.remove(&name).await?;
        }
        Ok(())
    }
}
