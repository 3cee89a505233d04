//! What is remembered of syncs.

use std::sync::Arc;

use bridge_memory::MemoryNetwork;
use bridge_traits::{Connectivity, DatabaseAdapter, NetworkState, Query, Schema, WriteBatch};
use bytes::Bytes;
use core_async::sync::CancellationToken;
use core_async::task::yield_now;
use core_library::Library;
use core_sync::{
    Changes, FailedItem, IllegalTransition, JobState, Listing, ProviderCapabilities, ProviderError,
    RemoteItem, StorageProvider, Sync, SyncCounts, SyncHistoryQuery, SyncJob, SyncJobs, SyncReport,
    SyncRequest, SyncTrigger,
};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::support::{ACCOUNT, Kind, World, album, on_every_drive};

/// Every way there is.
const WAYS: [(JobState, JobState); 8] = [
    (JobState::Pending, JobState::Running),
    (JobState::Pending, JobState::Failed),
    (JobState::Pending, JobState::Cancelled),
    (JobState::Pending, JobState::Interrupted),
    (JobState::Running, JobState::Completed),
    (JobState::Running, JobState::Failed),
    (JobState::Running, JobState::Cancelled),
    (JobState::Running, JobState::Interrupted),
];

#[core_async::test]
async fn states_lead_where_they_may_and_nowhere_else() {
    for from in JobState::ALL {
        for to in JobState::ALL {
            let expected = match WAYS.contains(&(from, to)) {
                true => Ok(to),
                false => Err(IllegalTransition { from, to }),
            };
            assert_eq!(from.become_next(to), expected);
        }
        let is_end = WAYS.iter().all(|(start, _)| *start != from);
        assert_eq!(from.is_over(), is_end, "{from}");
    }
}

/// How a sync goes on.
#[derive(Clone, Copy, Debug)]
enum End {
    Completes,
    FindsNothing,
    Fails,
    IsCancelled,
    IsDropped,
    IsKilled,
}

async fn page(program: &Sync, limit: u32, after: Option<String>) -> (Vec<SyncJob>, Option<String>) {
    let query = SyncHistoryQuery { limit: Some(limit), after, account: Some(ACCOUNT.to_owned()) };
    let page = program.history(&query).await.unwrap();
    (page.items, page.next)
}

async fn history(program: &Sync) -> Vec<SyncJob> {
    page(program, 1_000, None).await.0
}

async fn states(program: &Sync) -> Vec<JobState> {
    history(program).await.iter().map(SyncJob::state).collect()
}

/// Whatever becomes of syncs, the history says it of the last ones, the latest first.
#[core_async::test]
async fn any_run_of_syncs_is_remembered_as_it_was_as_far_back_as_anything_is() {
    let end = prop_oneof![
        Just(End::Completes),
        Just(End::FindsNothing),
        Just(End::Fails),
        Just(End::IsCancelled),
        Just(End::IsDropped),
        Just(End::IsKilled),
    ];
    let strategy = prop::collection::vec(end, 1..250);
    let config = Config { failure_persistence: None, ..Config::default() };
    let seed = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let mut runner = TestRunner::new_with_rng(config, seed);
    for _ in 0..20 {
        let ends = strategy.new_tree(&mut runner).unwrap().current();
        let world = World::new(Kind::GoogleDrive).await;
        let mut program = world.program();
        for end in &ends {
            let job = program.jobs().begin(ACCOUNT, SyncTrigger::Scheduled).await.unwrap();
            let report = SyncReport::default();
            match end {
                End::Completes => {
                    job.complete(&SyncReport { moved: 1, ..report }).await.unwrap();
                }
                End::FindsNothing => job.complete(&report).await.unwrap(),
                End::Fails => job.fail("no answer", &report).await,
                End::IsCancelled => job.cancel(&report).await,
                End::IsDropped => drop(job),
                End::IsKilled => program = world.program(),
            }
        }
        let kept = usize::try_from(SyncJobs::KEPT).unwrap();
        // What found nothing gives way to what came after it.
        let last = ends.len() - 1;
        let stays = |(at, end): &(usize, &End)| *at == last || !matches!(end, End::FindsNothing);
        let ends: Vec<_> = ends.iter().enumerate().filter(stays).map(|(_, end)| *end).collect();
        let expected: Vec<_> = ends.iter().rev().take(kept).map(state_after).collect();
        assert_eq!(states(&program).await, expected, "{ends:?}");
        let (numbers, mut after) = (ends.len() as u64, None);
        let mut seen = Vec::new();
        loop {
            let (items, next) = page(&program, 7, after).await;
            seen.extend(items.iter().map(|job| job.number));
            after = next;
            if after.is_none() {
                break;
            }
        }
        assert!(seen.into_iter().eq((1..=numbers).rev().take(kept)), "{ends:?}");
    }
}

fn state_after(end: &End) -> JobState {
    match end {
        End::Completes | End::FindsNothing => JobState::Completed,
        End::Fails => JobState::Failed,
        End::IsCancelled | End::IsDropped => JobState::Cancelled,
        End::IsKilled => JobState::Interrupted,
    }
}

on_every_drive! {
    #[core_async::test] a_sync_is_remembered_with_what_it_did_and_why
    #[core_async::test] a_sync_without_news_costs_a_commit_as_it_begins_and_none_besides
    #[core_async::test] a_poll_that_found_nothing_gives_way_to_the_next_sync
    #[core_async::test] a_sync_whose_program_is_killed_was_interrupted_and_the_next_goes_on
    #[core_async::test] a_sync_that_is_dropped_was_cancelled
    #[core_async::test] a_sync_that_waits_for_a_network_is_pending
    #[core_async::test] what_is_forgotten_has_no_history
}

async fn a_sync_is_remembered_with_what_it_did_and_why(kind: Kind) {
    let mut world = World::new(kind).await;
    world.options.trigger = SyncTrigger::SignedIn;
    world.files(|files| {
        album(files, "root", "Album", 2);
        files.file("root", "broken.wav", "no music");
    });
    let report = world.sync().await.unwrap();
    let jobs = history(&world.program()).await;
    let [job] = &jobs[..] else { panic!("{jobs:?}") };
    assert_eq!((&*job.account, job.number), (ACCOUNT, 1));
    assert_eq!((job.trigger, job.state()), (SyncTrigger::SignedIn, JobState::Completed));
    assert_eq!((job.started_at, job.ended_at), (1_700_000_000_000, Some(1_700_000_000_000)));
    let counts = job.counts.unwrap();
    assert_eq!(counts, SyncCounts::from(&report));
    assert_eq!((counts.added, counts.failed), (3, 1));
    assert!(counts.requests > 0 && counts.bytes > 0, "{counts:?}");
    assert_eq!(job.error.as_ref(), Some(&report.failed[0].error));
}

async fn a_sync_without_news_costs_a_commit_as_it_begins_and_none_besides(kind: Kind) {
    let world = World::new(kind).await;
    world.files(|files| album(files, "root", "Album", 2));
    world.sync().await.unwrap();
    let count = async || world.database.write(WriteBatch::new()).await.unwrap().sequence;
    let (before, asked) = (count().await, world.drive.requests().len());
    let report = world.sync().await.unwrap();
    assert_eq!(report.unchanged, 2);
    assert!(world.drive.requests().len() - asked <= 2);
    let between = count().await - before;
    // What asking costs is left out: then there is one commit as it begins, and the one that notes that
    // it is complete, as it did before there was a history.
    let alone = count().await;
    assert_eq!(between - (count().await - alone), 2);
}

async fn a_poll_that_found_nothing_gives_way_to_the_next_sync(kind: Kind) {
    let mut world = World::new(kind).await;
    let program = world.program();
    let sync = async |world: &World| {
        program.sync(&world.request(), &CancellationToken::new()).await.unwrap();
    };
    world.files(|files| album(files, "root", "Album", 2));
    sync(&world).await;
    world.options.trigger = SyncTrigger::Scheduled;
    for _ in 0..3 {
        sync(&world).await;
    }
    world.files(|files| album(files, "root", "Another", 1));
    sync(&world).await;
    sync(&world).await;
    let jobs = history(&program).await;
    let told: Vec<_> = jobs.iter().map(|job| (job.number, job.counts.unwrap().added)).collect();
    assert_eq!(told, [(3, 0), (2, 1), (1, 2)]);
    // One that somebody asked for stays, whatever it finds, and so does what another program found.
    world.options.trigger = SyncTrigger::User;
    sync(&world).await;
    world.options.trigger = SyncTrigger::Scheduled;
    sync(&world).await;
    world.sync().await.unwrap();
    let numbers: Vec<_> = history(&program).await.iter().map(|job| job.number).collect();
    assert_eq!(numbers, [5, 4, 3, 2, 1]);
}

async fn a_sync_whose_program_is_killed_was_interrupted_and_the_next_goes_on(kind: Kind) {
    let world = World::new(kind).await;
    world.files(|files| album(files, "root", "Album", 2));
    let other = drop_in_the_middle(&world, &world.program()).await;
    assert_eq!(states(&other).await, [JobState::Interrupted]);
    let killed = history(&other).await.remove(0);
    assert_eq!((killed.ended_at, killed.counts), (None, None), "nobody saw it");
    world.sync().await.unwrap();
    assert_eq!(states(&other).await, [JobState::Completed, JobState::Interrupted]);
    world.assert_mirrored().await;
}

async fn a_sync_that_is_dropped_was_cancelled(kind: Kind) {
    let world = World::new(kind).await;
    world.files(|files| album(files, "root", "Album", 2));
    let program = world.program();
    drop_in_the_middle(&world, &program).await;
    assert_eq!(states(&program).await, [JobState::Cancelled]);
    assert!(history(&program).await[0].ended_at.is_some());
    program.sync(&world.request(), &CancellationToken::new()).await.unwrap();
    // By now it is written.
    let expected = [JobState::Completed, JobState::Cancelled];
    assert_eq!(states(&world.program()).await, expected);
}

/// Has a program end in the middle of a sync. Gives another one, which saw it run.
async fn drop_in_the_middle(world: &World, program: &Sync) -> Sync {
    let (other, asked) = (world.program(), world.drive.requests().len());
    let (request, cancel) = (world.request(), CancellationToken::new());
    core_async::select! {
        report = program.sync(&request, &cancel) => panic!("it was to be dropped: {report:?}"),
        () = async {
            while world.drive.requests().len() == asked {
                yield_now().await;
            }
            assert_eq!(states(&other).await, [JobState::Running]);
        } => {}
    }
    other
}

async fn a_sync_that_waits_for_a_network_is_pending(kind: Kind) {
    let world = World::new(kind).await;
    let network = Arc::new(MemoryNetwork::new(NetworkState::new(Connectivity::Offline)));
    let program = world.program().with_network(Arc::clone(&network) as _);
    let (request, cancel) = (world.request(), CancellationToken::new());
    let until = async |state: JobState| {
        while states(&program).await.first() != Some(&state) {
            yield_now().await;
        }
    };
    let stopped = async {
        until(JobState::Pending).await;
        cancel.cancel();
    };
    let (outcome, ()) = core_async::join!(program.sync(&request, &cancel), stopped);
    outcome.unwrap_err();
    assert_eq!(states(&program).await, [JobState::Cancelled]);

    let cancel = CancellationToken::new();
    let comes_back = async {
        until(JobState::Pending).await;
        network.set(NetworkState::new(Connectivity::Online));
        until(JobState::Running).await;
    };
    let (outcome, ()) = core_async::join!(program.sync(&request, &cancel), comes_back);
    outcome.unwrap();
    assert_eq!(states(&program).await, [JobState::Completed, JobState::Cancelled]);
}

async fn what_is_forgotten_has_no_history(kind: Kind) {
    let world = World::new(kind).await;
    let program = world.program();
    world.sync().await.unwrap();
    world.sync().await.unwrap();
    let other = program.jobs().begin("other", SyncTrigger::User).await.unwrap();
    other.complete(&SyncReport::default()).await.unwrap();
    program.forget(ACCOUNT).await.unwrap();
    let left = program.history(&SyncHistoryQuery::default()).await.unwrap();
    assert_eq!(left.items.iter().map(|job| &*job.account).collect::<Vec<_>>(), ["other"]);
    // Added again, it begins anew.
    world.sync().await.unwrap();
    let numbers: Vec<_> = history(&program).await.iter().map(|job| job.number).collect();
    assert_eq!(numbers, [1]);
}

/// A drive that says too much.
#[derive(Debug)]
struct Talkative;

const SAID: &str = "access_token=canary of canary@example.org in /home/canary/music";

#[core_async::async_trait]
impl StorageProvider for Talkative {
    fn capabilities(&self) -> ProviderCapabilities {
        ProviderCapabilities::new()
    }

    async fn begin(&self) -> Result<Option<String>, ProviderError> {
        Err(ProviderError::Protocol(SAID))
    }

    async fn list(&self, _page: Option<&str>) -> Result<Listing, ProviderError> {
        Err(ProviderError::Protocol(SAID))
    }

    async fn changes(&self, _cursor: &str) -> Result<Changes, ProviderError> {
        Err(ProviderError::Protocol(SAID))
    }

    async fn read(&self, _: &RemoteItem, _: u64, _: usize) -> Result<Bytes, ProviderError> {
        Err(ProviderError::Protocol(SAID))
    }
}

#[core_async::test]
async fn what_went_wrong_is_remembered_without_secrets_and_not_at_any_length() {
    let world = World::new(Kind::GoogleDrive).await;
    let program = world.program();
    let request = SyncRequest {
        account: ACCOUNT.to_owned(),
        provider: Arc::new(Talkative),
        meter: None,
        options: world.options.clone(),
    };
    program.sync(&request, &CancellationToken::new()).await.unwrap_err();
    let failed = [SAID, &"ö".repeat(10_000)]
        .map(|error| FailedItem { path: "/home/canary".to_owned(), error: error.to_owned() });
    for failed in failed {
        let report = SyncReport { failed: vec![failed], ..SyncReport::default() };
        let job = program.jobs().begin(ACCOUNT, SyncTrigger::User).await.unwrap();
        job.complete(&report).await.unwrap();
    }
    let jobs = history(&program).await;
    let errors: Vec<_> = jobs.iter().map(|job| job.error.as_deref().unwrap()).collect();
    assert_eq!(errors[0], "ö".repeat(500));
    assert_eq!(errors[1], "access_token=‹secret› of ‹e-mail› in /home/‹user›/music");
    assert!(errors[2].starts_with("the drive's answer is not understood"), "{errors:?}");
    assert_eq!((jobs[1].state(), jobs[2].state()), (JobState::Completed, JobState::Failed));
    let stored = world.database.query(&Query::new("sync_jobs")).await.unwrap();
    assert!(stored.rows.len() == 3 && !format!("{stored:?}").contains("canary"), "{stored:?}");
}

#[core_async::test]
async fn a_mirror_of_a_release_without_history_goes_on_and_has_one() {
    let database: Arc<dyn DatabaseAdapter> = Arc::new(bridge_memory::MemoryDatabase::new());
    let mut before = Sync::schema();
    before.migrations.truncate(2);
    database.open(Schema::new(vec![Library::schema(), before])).await.unwrap();
    let state = bridge_traits::Record::new(ACCOUNT)
        .with("begin")
        .with(None::<String>)
        .with(None::<String>)
        .with(0_u64)
        .with(false)
        .with(1_600_000_000_000_u64)
        .with(None::<String>)
        .with(None::<String>);
    let mut batch = WriteBatch::new();
    batch.put("sync_accounts", state);
    database.write(batch).await.unwrap();

    let mut world = World::new(Kind::GoogleDrive).await;
    database.open(Schema::new(vec![Library::schema(), Sync::schema()])).await.unwrap();
    world.database = database;
    let program = world.program();
    assert_eq!(program.status(ACCOUNT).await.unwrap().completed_at, Some(1_600_000_000_000));
    assert_eq!(states(&program).await, []);
    world.files(|files| album(files, "root", "Album", 2));
    world.sync().await.unwrap();
    assert_eq!(states(&program).await, [JobState::Completed]);
    world.assert_mirrored().await;
}
