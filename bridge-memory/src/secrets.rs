//! Secrets that end with the program.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bridge_traits::{BridgeError, ErrorKind, Result, Secret, SecureStore, SecurityLevel};

/// The longest name, in bytes.
const LONGEST_NAME: usize = 255;
/// The largest value, in bytes.
const LARGEST_VALUE: usize = 64 * 1024;

/// A [`SecureStore`] in memory, overwritten when it is dropped.
#[derive(Debug, Default)]
pub struct MemorySecureStore {
    secrets: Mutex<BTreeMap<String, Secret>>,
}

impl MemorySecureStore {
    /// A store without secrets.
    pub fn new() -> Self {
        Self::default()
    }

    fn secrets(&self) -> MutexGuard<'_, BTreeMap<String, Secret>> {
        // The map is whole after every statement, so a panic elsewhere does not spoil it.
        self.secrets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[core_async::async_trait]
impl SecureStore for MemorySecureStore {
    fn security_level(&self) -> SecurityLevel {
        SecurityLevel::SessionOnly
    }

    async fn put(&self, name: &str, secret: &Secret) -> Result<()> {
        check_name(name, "secrets.put")?;
        if secret.expose().len() > LARGEST_VALUE {
            return Err(BridgeError::new(ErrorKind::InvalidRequest, "secrets.put")
                .with_detail(format!("a secret has at most {LARGEST_VALUE} bytes")));
        }
        self.secrets().insert(name.to_owned(), secret.clone());
        Ok(())
    }

    async fn get(&self, name: &str) -> Result<Option<Secret>> {
        check_name(name, "secrets.get")?;
        Ok(self.secrets().get(name).cloned())
    }

    async fn remove(&self, name: &str) -> Result<()> {
        check_name(name, "secrets.remove")?;
        self.secrets().remove(name);
        Ok(())
    }

    async fn names(&self) -> Result<Vec<String>> {
        Ok(self.secrets().keys().cloned().collect())
    }
}

fn check_name(name: &str, operation: &'static str) -> Result<()> {
    if (1..=LONGEST_NAME).contains(&name.len()) {
        return Ok(());
    }
    Err(BridgeError::new(ErrorKind::InvalidRequest, operation)
        .with_detail(format!("a name has 1 to {LONGEST_NAME} bytes")))
}
