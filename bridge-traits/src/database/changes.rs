//! News about commits.

use core_async::sync::broadcast;

/// That a commit has happened.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ChangeNotice {
    /// The commit's number.
    pub sequence: u64,
    /// The collections it changed, sorted.
    pub collections: Vec<String>,
}

/// Why no further notice came.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum WatchError {
    /// The watcher was too slow and missed this many notices: read again what you show.
    #[error("missed {0} change notices")]
    Lagged(u64),
    /// The database was closed.
    #[error("the database was closed")]
    Closed,
}

/// Sends notices to every watcher; adapters own one.
#[derive(Clone, Debug)]
pub struct ChangePublisher(broadcast::Sender<ChangeNotice>);

impl ChangePublisher {
    /// How many notices a watcher may fall behind.
    pub const CAPACITY: usize = 256;

    /// A publisher without watchers.
    pub fn new() -> Self {
        Self(broadcast::Sender::new(Self::CAPACITY))
    }

    /// Tells every watcher. Without watchers it does nothing.
    pub fn publish(&self, notice: ChangeNotice) {
        // An error only says that nobody listens.
        self.0.send(notice).ok();
    }

    /// A watcher of every notice from now on.
    pub fn watch(&self) -> ChangeWatcher {
        ChangeWatcher(self.0.subscribe())
    }
}

impl Default for ChangePublisher {
    fn default() -> Self {
        Self::new()
    }
}

/// Receives notices of commits.
#[derive(Debug)]
pub struct ChangeWatcher(broadcast::Receiver<ChangeNotice>);

impl ChangeWatcher {
    /// Waits for the next notice.
    ///
    /// # Errors
    ///
    /// Fails with [`WatchError::Lagged`], after which it goes on, or [`WatchError::Closed`].
    ///
    /// # Cancellation
    ///
    /// Dropping the future loses no notice.
    pub async fn next(&mut self) -> Result<ChangeNotice, WatchError> {
        self.0.recv().await.map_err(|error| match error {
            broadcast::error::RecvError::Lagged(missed) => WatchError::Lagged(missed),
            broadcast::error::RecvError::Closed => WatchError::Closed,
        })
    }
}
