//! Noticing what others commit while a library is read or replaced as a whole.

use std::collections::BTreeSet;
use std::sync::Arc;

use bridge_traits::{
    ChangeNotice, ChangeWatcher, Collection, Commit, DatabaseAdapter, Result, WatchError,
    WriteBatch,
};
use core_async::time::{Duration, timeout};
use futures::FutureExt;

use crate::schema::{SESSION, SESSION_QUEUE};

/// How long to wait for word of a commit that is known to have happened.
const PATIENCE: Duration = Duration::from_secs(2);

/// Listens to commits, and tells ours from those of others.
#[derive(Debug)]
pub(super) struct Others {
    database: Arc<dyn DatabaseAdapter>,
    changes: ChangeWatcher,
    /// The collections that must stay as they are.
    collections: BTreeSet<String>,
    /// The last commit of which it is known what it changed.
    known: u64,
    /// Commits of ours that were not told of yet.
    own: BTreeSet<u64>,
    /// Somebody else has committed something.
    have_written: bool,
}

impl Others {
    /// Listens to what is committed to these collections from now on. Where playing stands may
    /// change: it is told every few seconds, and nothing depends on it.
    pub(super) async fn watch(
        database: &Arc<dyn DatabaseAdapter>,
        collections: &[Collection],
    ) -> Result<Self> {
        let mut collections: BTreeSet<_> =
            collections.iter().map(|collection| collection.name.clone()).collect();
        collections.retain(|name| ![SESSION, SESSION_QUEUE].contains(&name.as_str()));
        let changes = database.watch();
        let known = database.write(WriteBatch::new()).await?.sequence;
        let database = Arc::clone(database);
        Ok(Self {
            database,
            changes,
            collections,
            known,
            own: BTreeSet::new(),
            have_written: false,
        })
    }

    /// Notes a commit of ours.
    pub(super) fn except(&mut self, commit: &Commit) {
        self.own.insert(commit.sequence);
    }

    /// Whether a commit of somebody else has been heard of. Waits for nothing.
    pub(super) fn are_heard(&mut self) -> bool {
        while let Some(news) = self.changes.next().now_or_never() {
            self.hear(news);
        }
        self.have_written
    }

    /// Whether somebody else has committed something until now. What nobody tells of is taken for a
    /// commit of others.
    pub(super) async fn have_written(&mut self) -> Result<bool> {
        let last = self.database.write(WriteBatch::new()).await?.sequence;
        while self.known < last && !self.have_written {
            match timeout(PATIENCE, self.changes.next()).await {
                Ok(news) => self.hear(news),
                Err(_) => self.have_written = true,
            }
        }
        Ok(self.have_written)
    }

    fn hear(&mut self, news: Result<ChangeNotice, WatchError>) {
        let Ok(notice) = news else {
            self.have_written = true;
            return;
        };
        if notice.sequence > self.known {
            let is_gap = notice.sequence > self.known + 1;
            self.known = notice.sequence;
            let is_ours = self.own.remove(&notice.sequence);
            let concerns_us = notice.collections.iter().any(|name| self.collections.contains(name));
            self.have_written |= is_gap || concerns_us && !is_ours;
        }
    }
}
