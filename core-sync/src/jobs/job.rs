//! One sync, as the history remembers it.

use bridge_traits::{Collection, FieldKind, Record, Result};
use core_runtime::redact;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::state::{IllegalTransition, JobState};
use super::trigger::SyncTrigger;
use crate::engine::SyncReport;

/// The collection that holds the history.
pub(super) const JOBS: &str = "sync_jobs";

/// How many characters of an error are remembered.
const LONGEST_ERROR: usize = 500;

/// One sync, as the history remembers it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct SyncJob {
    /// The id.
    pub id: String,
    /// The account.
    pub account: String,
    /// Which sync of the account it was, from 1; one may take the number of a scheduled one before it
    /// that found nothing.
    #[ts(type = "number")]
    pub number: u64,
    /// Why it ran.
    pub trigger: SyncTrigger,
    state: JobState,
    /// When it began, in milliseconds since the Unix epoch.
    #[ts(type = "number")]
    pub started_at: u64,
    /// When it ended, in milliseconds since the Unix epoch; `None` while it runs, and if nobody was
    /// there to see it end.
    #[ts(type = "number | null")]
    pub ended_at: Option<u64>,
    /// What it did; `None` while it runs, and if nobody was there to count.
    pub counts: Option<SyncCounts>,
    /// What went wrong first, without secrets and names of people.
    pub error: Option<String>,
}

/// What a sync did, in numbers. Each is that of the [`SyncReport`].
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct SyncCounts {
    /// Tracks that were new.
    #[ts(type = "number")]
    pub added: u64,
    /// Tracks whose file had other content.
    #[ts(type = "number")]
    pub updated: u64,
    /// Tracks whose file was somewhere else.
    #[ts(type = "number")]
    pub moved: u64,
    /// Tracks whose file was gone.
    #[ts(type = "number")]
    pub removed: u64,
    /// Tracks that were as before.
    #[ts(type = "number")]
    pub unchanged: u64,
    /// How many requests the drive was sent.
    #[ts(type = "number")]
    pub requests: u64,
    /// How many bytes it answered.
    #[ts(type = "number")]
    pub bytes: u64,
    /// How many files and folders could not be read.
    #[ts(type = "number")]
    pub failed: u64,
}

/// How the history is stored.
pub(crate) fn collection() -> Collection {
    use FieldKind::{Integer, Text};
    Collection::new(JOBS)
        .required("account", Text)
        .required("number", Integer)
        .required("trigger", Text)
        .required("state", Text)
        .required("started_at", Integer)
        .optional("ended_at", Integer)
        .optional("added", Integer)
        .optional("updated", Integer)
        .optional("moved", Integer)
        .optional("removed", Integer)
        .optional("unchanged", Integer)
        .optional("requests", Integer)
        .optional("bytes", Integer)
        .optional("failed", Integer)
        .optional("error", Text)
        .index(&["account", "number"])
}

impl From<&SyncReport> for SyncCounts {
    fn from(report: &SyncReport) -> Self {
        Self {
            added: report.added,
            updated: report.updated,
            moved: report.moved,
            removed: report.removed,
            unchanged: report.unchanged,
            requests: report.requests,
            bytes: report.bytes,
            failed: report.failed.len() as u64,
        }
    }
}

impl SyncJob {
    /// A sync that has yet to begin.
    pub(super) fn new(account: &str, number: u64, trigger: SyncTrigger, now: u64) -> Self {
        Self {
            id: Self::key(account, number),
            account: account.to_owned(),
            number,
            trigger,
            state: JobState::Pending,
            started_at: now,
            ended_at: None,
            counts: None,
            error: None,
        }
    }

    /// What it is stored under.
    pub(super) fn key(account: &str, number: u64) -> String {
        format!("{account}/{number}")
    }

    /// How far it is.
    pub fn state(&self) -> JobState {
        self.state
    }

    /// Goes on to another state.
    pub(super) fn become_next(&mut self, next: JobState) -> Result<(), IllegalTransition> {
        self.state = self.state.become_next(next)?;
        Ok(())
    }

    /// Ends like this.
    pub(super) fn end(&mut self, how: JobState, now: u64) -> Result<(), IllegalTransition> {
        self.become_next(how)?;
        self.ended_at = Some(now);
        Ok(())
    }

    /// Keeps what it did, and this error or else the first that the report names.
    pub(super) fn keep(&mut self, report: &SyncReport, error: Option<&str>) {
        self.counts = Some(report.into());
        let first = error.or_else(|| report.failed.first().map(|failed| &*failed.error));
        // Cut last: half a secret would not be recognised as one.
        self.error = first.map(|error| redact(error).chars().take(LONGEST_ERROR).collect());
    }

    pub(super) fn to_record(&self) -> Record {
        let count = |of: fn(&SyncCounts) -> u64| self.counts.as_ref().map(of);
        Record::new(&*self.id)
            .with(&*self.account)
            .with(self.number)
            .with(self.trigger.name())
            .with(self.state.name())
            .with(self.started_at)
            .with(self.ended_at)
            .with(count(|counts| counts.added))
            .with(count(|counts| counts.updated))
            .with(count(|counts| counts.moved))
            .with(count(|counts| counts.removed))
            .with(count(|counts| counts.unchanged))
            .with(count(|counts| counts.requests))
            .with(count(|counts| counts.bytes))
            .with(count(|counts| counts.failed))
            .with(self.error.clone())
    }

    pub(super) fn from_record(record: Record) -> Result<Self> {
        let id = record.key().to_owned();
        let mut fields = record.into_reader();
        fields.skip()?;
        Ok(Self {
            id,
            account: fields.text()?,
            number: fields.integer()?,
            trigger: SyncTrigger::of(&fields.text()?),
            state: JobState::of(&fields.text()?),
            started_at: fields.integer()?,
            ended_at: fields.optional_integer()?,
            counts: match fields.optional_integer()? {
                Some(added) => Some(SyncCounts {
                    added,
                    updated: fields.integer()?,
                    moved: fields.integer()?,
                    removed: fields.integer()?,
                    unchanged: fields.integer()?,
                    requests: fields.integer()?,
                    bytes: fields.integer()?,
                    failed: fields.integer()?,
                }),
                // They are there together or not at all.
                None => {
                    for _ in 0..7 {
                        fields.skip()?;
                    }
                    None
                }
            },
            error: fields.optional_text()?,
        })
    }
}
