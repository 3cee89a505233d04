//! Who owns a profile, and what the owner does.

use std::sync::Arc;
use std::time::Duration;

use bridge_memory::{ManualClock, MemoryDatabase, MemoryInstanceLock, MemoryLifecycle};
use bridge_traits::{
    BackgroundHandler, Clock, ErrorKind, InstanceLock, Job, JobRun, LifecyclePhase, Result,
};
use core_async::sync::mpsc;
use core_service::{Bridges, CoreService, Role};

use crate::support::bridges;

/// Tells when it is asked to do something.
struct Bell(mpsc::UnboundedSender<String>);

#[core_async::async_trait]
impl BackgroundHandler for Bell {
    async fn run(&self, run: JobRun) -> Result<()> {
        self.0.send(run.payload).ok();
        Ok(())
    }
}

async fn start(lock: MemoryInstanceLock) -> CoreService {
    let lock: Arc<dyn InstanceLock> = Arc::new(lock);
    CoreService::start("p", Bridges { instance_lock: Some(lock), ..bridges() }).await.unwrap()
}

#[core_async::test]
async fn one_core_owns_a_profile_and_the_next_takes_over() {
    let lock = MemoryInstanceLock::new("first");
    let second = lock.another("second");
    let (first, second) = (start(lock).await, start(second).await);
    assert_eq!((first.role(), second.role()), (Role::Owner, Role::Follower));
    let mut news = second.watch_role();
    let job = Job::once("later", "bell", 60_000);
    let refused = second.background().schedule(job.clone()).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Conflict);
    first.background().schedule(job.clone()).await.unwrap();

    first.shutdown().await.unwrap();
    assert_eq!(news.next().await, Role::Owner);
    second.background().schedule(job).await.unwrap();
    assert_eq!(second.status().await.unwrap().host.role, Role::Owner);
    let refused = first.background().list().await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Conflict);
}

#[core_async::test]
async fn when_shutdown_returns_the_profile_is_free() {
    let lock = MemoryInstanceLock::new("first");
    let other = lock.another("second");
    let core = start(lock).await;
    assert!(other.try_acquire("p").await.unwrap().is_none());
    core.shutdown().await.unwrap();
    assert!(other.try_acquire("p").await.unwrap().is_some());
}

#[core_async::test]
async fn a_core_that_is_dropped_lets_go() {
    let lock = MemoryInstanceLock::new("first");
    let other = lock.another("second");
    drop(start(lock).await);
    other.acquire("p").await.unwrap();
}

#[core_async::test]
async fn an_owner_that_is_robbed_follows_and_comes_back() {
    let lock = MemoryInstanceLock::new("first");
    let thief = lock.another("thief");
    let core = start(lock).await;
    let mut news = core.watch_role();
    thief.steal("p");
    let loot = thief.try_acquire("p").await.unwrap().unwrap();
    assert_eq!(news.next().await, Role::Follower);
    drop(loot);
    assert_eq!(news.next().await, Role::Owner);
}

#[core_async::test]
async fn jobs_find_their_handlers_after_a_restart() {
    let database = Arc::new(MemoryDatabase::new());
    let clock = Arc::new(ManualClock::new(0));
    let start = || {
        let bridges = Bridges {
            database: Some(Arc::clone(&database) as Arc<_>),
            clock: Some(Arc::clone(&clock) as Arc<_>),
            ..bridges()
        };
        async { CoreService::start("p", bridges).await.unwrap() }
    };
    let first = start().await;
    let job = Job::once("later", "bell", 60_000).with_payload("ding");
    first.background().schedule(job).await.unwrap();
    drop(first);

    clock.advance(Duration::from_secs(61));
    let second = start().await;
    let (told, mut heard) = mpsc::unbounded_channel();
    second.background().register("bell", Arc::new(Bell(told)));
    assert_eq!(heard.recv().await.unwrap(), "ding");
}

#[core_async::test]
async fn after_a_sleep_jobs_look_at_the_clock() {
    let clock = Arc::new(ManualClock::new(0));
    let lifecycle = Arc::new(MemoryLifecycle::new());
    let bridges = Bridges {
        clock: Some(Arc::clone(&clock) as Arc<dyn Clock>),
        lifecycle: Some(Arc::clone(&lifecycle) as Arc<_>),
        ..bridges()
    };
    let core = CoreService::start("p", bridges).await.unwrap();
    let (told, mut heard) = mpsc::unbounded_channel();
    core.background().register("bell", Arc::new(Bell(told)));
    let job = Job::once("later", "bell", 3_600_000).with_payload("ding");
    core.background().schedule(job).await.unwrap();
    lifecycle.enter(LifecyclePhase::Suspended);
    clock.advance(Duration::from_secs(3601));
    lifecycle.enter(LifecyclePhase::Foreground);
    assert_eq!(heard.recv().await.unwrap(), "ding");
    let host = core.status().await.unwrap().host;
    assert_eq!(host.lifecycle.unwrap().wakes, 1);
}
