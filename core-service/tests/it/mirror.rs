//! A library that has to be what a drive is. The example `converge` and the program that counts memory
//! are made of it, too.

use std::collections::BTreeMap;
use std::error::Error;
use std::pin::pin;
use std::sync::Arc;

use bridge_memory::{ManualClock, MemoryInstanceLock, SeededRandomness};
use bridge_traits::{Clock, DatabaseAdapter, HttpClient, Schema};
use core_async::sync::CancellationToken;
use core_async::time::{Duration, Instant, sleep};
use core_library::{Library, TrackQuery};
use core_runtime::EventBus;
use core_sync::{Sync, SyncReport, SyncRequest};

use crate::large_drive::LargeDrive;

pub(crate) type Failed = Box<dyn Error>;

/// What it took until the library was the drive.
#[derive(Debug, Default)]
pub(crate) struct Converged {
    /// Until the first tracks were there.
    pub(crate) first_tracks: Duration,
    /// Until all were, with their tags.
    pub(crate) whole: Duration,
    /// How many syncs were begun.
    pub(crate) syncs: u32,
    pub(crate) requests: u64,
    pub(crate) bytes: u64,
}

impl Converged {
    fn count(&mut self, request: &SyncRequest) {
        self.syncs += 1;
        if let Some(meter) = &request.meter {
            self.requests += meter.requests();
            self.bytes += meter.bytes();
        }
    }
}

/// A library and what brings it in line with a drive.
pub(crate) struct Mirror {
    pub(crate) library: Library,
    pub(crate) sync: Sync,
}

impl Mirror {
    /// In this database.
    ///
    /// # Errors
    ///
    /// Fails as opening it does.
    pub(crate) async fn open(database: Arc<dyn DatabaseAdapter>) -> Result<Self, Failed> {
        database.open(Schema::new(vec![Library::schema(), Sync::schema()])).await?;
        let clock: Arc<dyn Clock> = Arc::new(ManualClock::new(1_700_000_000_000));
        let events = EventBus::default();
        let randomness = Arc::new(SeededRandomness::new(1));
        let library =
            Library::new(Arc::clone(&database), Arc::clone(&clock), randomness, events.clone());
        let lock = Arc::new(MemoryInstanceLock::new("run"));
        let sync = Sync::new("p", database, library.clone(), lock, clock, events);
        Ok(Self { library, sync })
    }

    /// Syncs, again and again as a program does that has failed, until everything is read.
    ///
    /// # Errors
    ///
    /// Fails if the library is not exactly the drive in the end, or there is no end.
    pub(crate) async fn converge(&self, drive: &LargeDrive) -> Result<Converged, Failed> {
        let converged = self.follow(drive, |http| http).await?;
        self.check(drive).await?;
        Ok(converged)
    }

    /// As [`converge`](Self::converge), asking with what `wrap` makes of the client, and without a
    /// look at the library in the end.
    ///
    /// # Errors
    ///
    /// Fails if there is no end.
    pub(crate) async fn follow(
        &self,
        drive: &LargeDrive,
        wrap: impl Fn(Arc<dyn HttpClient>) -> Arc<dyn HttpClient>,
    ) -> Result<Converged, Failed> {
        let start = Instant::now();
        let first = async {
            while self.library.counts().await.is_ok_and(|counts| counts.tracks == 0) {
                sleep(Duration::from_millis(5)).await;
            }
            start.elapsed()
        };
        let whole = async {
            let mut converged = Converged::default();
            loop {
                let request = drive.request_over(&wrap);
                let outcome = self.sync.sync(&request, &CancellationToken::new()).await;
                converged.count(&request);
                match outcome {
                    Ok(report) if is_whole(&report) => return Ok(converged),
                    _ if converged.syncs >= 2_000 => return Err("it does not converge"),
                    _ => {}
                }
            }
        };
        // Where no track ever comes, it is the whole that ends.
        let mut whole = pin!(whole);
        let (first_tracks, converged) = core_async::select! {
            biased;
            first_tracks = first => (first_tracks, whole.await),
            converged = &mut whole => (start.elapsed(), converged),
        };
        Ok(Converged { first_tracks, whole: start.elapsed(), ..converged? })
    }

    /// That the library is the drive, tags included.
    ///
    /// # Errors
    ///
    /// Says what is not.
    pub(crate) async fn check(&self, drive: &LargeDrive) -> Result<(), Failed> {
        let (expected, found) = (drive.expected(), self.tracks().await?);
        let differing = found.iter().find(|(path, title)| expected.get(*path) != Some(title));
        match (differing, found.len() == expected.len()) {
            (None, true) => Ok(()),
            (other, _) => {
                let counts = format!("{} tracks for {} files", found.len(), expected.len());
                Err(format!("{counts}, for one {other:?}").into())
            }
        }
    }

    /// That every file is a track where it belongs, whatever is known of it.
    ///
    /// # Errors
    ///
    /// Says how many there are if not.
    pub(crate) async fn check_places(&self, drive: &LargeDrive) -> Result<(), Failed> {
        let (expected, found) = (drive.expected(), self.tracks().await?);
        match found.keys().eq(expected.keys()) {
            true => Ok(()),
            false => Err(format!("{} tracks for {} files", found.len(), expected.len()).into()),
        }
    }

    /// Every track: its place and its title.
    async fn tracks(&self) -> Result<BTreeMap<String, String>, Failed> {
        let mut found = BTreeMap::new();
        let mut query = TrackQuery { limit: Some(1000), ..TrackQuery::default() };
        loop {
            let page = self.library.tracks(&query).await?;
            for track in page.items {
                if found.insert(track.path, track.title).is_some() {
                    return Err("one file is two tracks".into());
                }
            }
            query.after = page.next;
            if query.after.is_none() {
                return Ok(found);
            }
        }
    }
}

/// Whether a sync has told and read everything: what it failed for is tried again.
fn is_whole(report: &SyncReport) -> bool {
    report.waiting == 0 && report.failed.is_empty()
}
