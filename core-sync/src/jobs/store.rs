//! Reading and writing the history.

use std::sync::Arc;

use bridge_traits::{
    Clock, Collection, DatabaseAdapter, Direction, Filter, Query, Result, WriteBatch,
};
use core_library::Page;

use super::job::{JOBS, SyncJob};
use super::last_of::LastOf;
use super::open_job::OpenJob;
use super::query::SyncHistoryQuery;
use super::state::{IllegalTransition, JobState};
use super::trigger::SyncTrigger;
use crate::engine::SyncError;
use crate::mirror::{ACCOUNTS, MirrorState};

/// The history of syncs. Clones are the same.
///
/// Of each account the last syncs are remembered, one of which may be under way. Where one is found
/// that never ended, its program has: the next one notes that as it begins. One that ran because it
/// was time for it, and found nothing, is remembered until the next one of the same program begins,
/// which takes its number.
#[derive(Clone, Debug)]
pub struct SyncJobs {
    database: Arc<dyn DatabaseAdapter>,
    clock: Arc<dyn Clock>,
    /// What was dropped here before it ended. Nothing can be written while something is dropped; whoever
    /// reads or begins the next sync does it. What never ended and is not here ended with its program.
    dropped: LastOf,
    /// What found nothing, and nobody asked for.
    quiet: LastOf,
}

impl SyncJobs {
    /// How many syncs of each account are remembered.
    pub const KEPT: u64 = 100;

    pub(crate) fn new(database: Arc<dyn DatabaseAdapter>, clock: Arc<dyn Clock>) -> Self {
        Self { database, clock, dropped: LastOf::default(), quiet: LastOf::default() }
    }

    /// Notes that a sync of an account is under way, and forgets the oldest, in one commit. For
    /// whoever has the account to himself: drives are noted by [`Sync`](crate::Sync).
    ///
    /// # Errors
    ///
    /// Fails as the database does.
    pub async fn begin(&self, account: &str, trigger: SyncTrigger) -> Result<OpenJob, SyncError> {
        self.open(account, trigger, JobState::Running).await
    }

    /// As [`begin`](Self::begin), of one that has to wait first.
    pub(crate) async fn begin_waiting(
        &self,
        account: &str,
        trigger: SyncTrigger,
    ) -> Result<OpenJob, SyncError> {
        self.open(account, trigger, JobState::Pending).await
    }

    async fn open(
        &self,
        account: &str,
        trigger: SyncTrigger,
        state: JobState,
    ) -> Result<OpenJob, SyncError> {
        let mut batch = WriteBatch::new();
        let mut number = 1;
        if let Some(mut last) = self.last(account).await? {
            // Otherwise it would soon be all there is to see.
            let was_quiet = self.quiet.when(account, last.number).is_some();
            // What takes its number says something else.
            self.quiet.clear(account);
            number = if was_quiet { last.number } else { last.number + 1 };
            if self.settle(&mut last)? {
                batch.put(JOBS, last.to_record());
            }
        }
        let mut job = SyncJob::new(account, number, trigger, self.now());
        if state != job.state() {
            job.become_next(state)?;
        }
        batch.put(JOBS, job.to_record());
        if number > Self::KEPT {
            batch.delete(JOBS, SyncJob::key(account, number - Self::KEPT));
        }
        self.database.write(batch).await?;
        Ok(OpenJob::new(self.clone(), job))
    }

    /// A page of the history.
    pub(crate) async fn page(&self, query: &SyncHistoryQuery) -> Result<Page<SyncJob>> {
        let page = self.database.query(&query.to_query()?).await?;
        let items = page.rows.into_iter().map(|row| SyncJob::from_record(row.record));
        let items = items.collect::<Result<_>>()?;
        Ok(Page { items, next: page.next.map(|cursor| cursor.encode()) })
    }

    /// What has become of a sync that nobody carries out any more. It is written when the next one
    /// begins.
    pub(crate) async fn look_again(&self, job: &mut SyncJob) -> Result<(), SyncError> {
        // It may have ended since the page was read.
        if let Some(row) = self.database.get(JOBS, &job.id).await? {
            let now = SyncJob::from_record(row.record)?;
            let is_another = now.started_at != job.started_at;
            *job = now;
            if is_another {
                // It found nothing, and somebody carries out the one in its place.
                return Ok(());
            }
        }
        self.settle(job)?;
        Ok(())
    }

    /// Forgets the syncs of an account.
    ///
    /// # Errors
    ///
    /// Fails as the database does; calling again goes on.
    pub async fn forget(&self, account: &str) -> Result<(), SyncError> {
        self.dropped.clear(account);
        self.quiet.clear(account);
        loop {
            let mine = Filter::equals("account", account);
            let query = Query::new(JOBS).filter(mine).project(&[Collection::KEY]);
            let rows = self.database.query(&query.limit(Query::MAX_LIMIT)).await?.rows;
            if rows.is_empty() {
                return Ok(());
            }
            let mut batch = WriteBatch::new();
            for row in &rows {
                batch.delete(JOBS, row.record.key());
            }
            self.database.write(batch).await?;
        }
    }

    /// Writes a sync and, in the same commit, how far the account's mirror is.
    pub(super) async fn write(&self, job: &SyncJob, state: Option<MirrorState>) -> Result<()> {
        let mut batch = WriteBatch::new();
        batch.put(JOBS, job.to_record());
        if let Some(state) = state {
            batch.put(ACCOUNTS, state.into_record());
            batch = batch.strict();
        }
        self.database.write(batch).await?;
        Ok(())
    }

    /// Notes that the next sync may take the place of this one, which is written.
    pub(super) fn note_quiet(&self, job: &SyncJob) {
        self.quiet.note(&job.account, job.number, self.now());
    }

    /// Notes that a sync was dropped before it ended.
    pub(super) fn note_dropped(&self, job: &SyncJob) {
        self.dropped.note(&job.account, job.number, self.now());
    }

    pub(super) fn now(&self) -> u64 {
        self.clock.unix_millis()
    }

    async fn last(&self, account: &str) -> Result<Option<SyncJob>> {
        let mine = Query::new(JOBS).filter(Filter::equals("account", account));
        let query = mine.sort("number", Direction::Descending).limit(1);
        let row = self.database.query(&query).await?.rows.pop();
        row.map(|row| SyncJob::from_record(row.record)).transpose()
    }

    /// Ends a sync that nobody carries out any more. Says whether that is news.
    fn settle(&self, job: &mut SyncJob) -> Result<bool, IllegalTransition> {
        if job.state().is_over() {
            return Ok(false);
        }
        match self.dropped.when(&job.account, job.number) {
            Some(when) => job.end(JobState::Cancelled, when)?,
            // Nobody knows when.
            None => job.become_next(JobState::Interrupted)?,
        }
        Ok(true)
    }
}
