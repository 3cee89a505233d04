//! Broken locks, and the cases that catch them.

use std::sync::Arc;

use bridge_conformance::Place;
use bridge_conformance::instance_lock::{self as cases, StealableLock};
use bridge_memory::MemoryInstanceLock;
use bridge_traits::{InstanceGuard, InstanceLock, LockHolder, Result};
use core_async::sync::CancellationToken;
use core_async::time::{Duration, sleep};

use crate::broken::faults;

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Fault {
    Nothing,
    AcceptsEmptyNames,
    AsksByTaking,
    ForgetsToRelease,
    HidesTheHolder,
    IgnoresLetterCase,
    IsPerProgram,
    KeepsAbandonedPlaces,
    LastComeFirstServed,
    LosesAtOnce,
    NeverTellsTheLoss,
    NeverWaits,
    ReleasesTwice,
}

#[derive(Debug)]
struct Broken {
    inner: Arc<MemoryInstanceLock>,
    fault: Fault,
    waiting: Arc<std::sync::atomic::AtomicU64>,
}

fn place(fault: Fault) -> (Place<dyn InstanceLock>, Arc<MemoryInstanceLock>) {
    let first = Arc::new(MemoryInstanceLock::new("thief"));
    let thief = Arc::clone(&first);
    let place = Place::durable(move || {
        let inner = match fault {
            Fault::IsPerProgram => MemoryInstanceLock::new("program"),
            _ => first.another("program"),
        };
        let broken = Broken { inner: Arc::new(inner), fault, waiting: Arc::default() };
        std::future::ready(Arc::new(broken) as Arc<dyn InstanceLock>)
    });
    (place, thief)
}

fn subject(fault: Fault) -> Place<dyn InstanceLock> {
    place(fault).0
}

fn stealable(fault: Fault) -> StealableLock {
    let (place, thief) = place(fault);
    StealableLock::new(place, move |name| {
        thief.steal(&name);
        std::future::ready(())
    })
}

faults! { subject:
    AcceptsEmptyNames => cases::lock_names_have_1_to_255_bytes,
    AsksByTaking => cases::asking_for_the_holder_gets_in_nobodys_way,
    ForgetsToRelease => cases::a_dropped_guard_releases_the_lock,
    HidesTheHolder => cases::the_holder_is_known_by_its_label,
    IgnoresLetterCase => cases::names_do_not_interfere,
    IsPerProgram => cases::one_program_at_a_time_has_a_lock,
    KeepsAbandonedPlaces => cases::who_gives_up_holds_up_nobody,
    LastComeFirstServed => cases::waiters_come_in_the_order_in_which_they_asked,
    LosesAtOnce => cases::a_lock_that_is_held_is_not_lost,
    NeverWaits => cases::who_waits_gets_it,
}

faults! { stealable:
    NeverTellsTheLoss => cases::a_stolen_lock_is_lost,
    ReleasesTwice => cases::a_lost_guard_releases_nothing,
}

impl Broken {
    fn name(&self, name: &str) -> String {
        match self.fault {
            Fault::AcceptsEmptyNames if name.is_empty() => "empty".to_owned(),
            Fault::IgnoresLetterCase => name.to_lowercase(),
            _ => name.to_owned(),
        }
    }

    fn guard(&self, guard: InstanceGuard) -> InstanceGuard {
        let (name, lost) = (guard.name().to_owned(), CancellationToken::new());
        match self.fault {
            Fault::ForgetsToRelease => {
                std::mem::forget(guard);
                InstanceGuard::new(name, lost, ())
            }
            Fault::LosesAtOnce => {
                lost.cancel();
                InstanceGuard::new(name, lost, guard)
            }
            Fault::NeverTellsTheLoss => InstanceGuard::new(name, lost, guard),
            Fault::ReleasesTwice => InstanceGuard::new(
                name.clone(),
                lost.clone(),
                Twice { guard, lost, name, inner: Arc::clone(&self.inner) },
            ),
            _ => guard,
        }
    }
}

/// Frees a lock whoever has it.
struct Twice {
    guard: InstanceGuard,
    lost: CancellationToken,
    name: String,
    inner: Arc<MemoryInstanceLock>,
}

impl Drop for Twice {
    fn drop(&mut self) {
        self.lost.cancel();
        if self.guard.is_lost() {
            self.inner.steal(&self.name);
        }
    }
}

#[core_async::async_trait]
impl InstanceLock for Broken {
    fn label(&self) -> &str {
        self.inner.label()
    }

    async fn try_acquire(&self, name: &str) -> Result<Option<InstanceGuard>> {
        let guard = self.inner.try_acquire(&self.name(name)).await?;
        Ok(guard.map(|guard| self.guard(guard)))
    }

    async fn acquire(&self, name: &str) -> Result<InstanceGuard> {
        let name = self.name(name);
        match self.fault {
            Fault::NeverWaits => {
                let guard = self.inner.another("nobody").acquire("other").await?;
                return Ok(guard);
            }
            Fault::KeepsAbandonedPlaces => {
                let (inner, name) = (Arc::clone(&self.inner), name.clone());
                let kept = core_async::task::spawn(async move {
                    let guard = inner.acquire(&name).await;
                    std::future::pending::<()>().await;
                    drop(guard);
                });
                drop(kept);
            }
            Fault::LastComeFirstServed => {
                // The later it comes, the less often it looks away.
                let turn = self.waiting.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                loop {
                    if let Some(guard) = self.inner.try_acquire(&name).await? {
                        return Ok(guard);
                    }
                    sleep(Duration::from_millis(200 / (turn + 1))).await;
                }
            }
            _ => {}
        }
        Ok(self.guard(self.inner.acquire(&name).await?))
    }

    async fn holder(&self, name: &str) -> Result<Option<LockHolder>> {
        let name = self.name(name);
        match self.fault {
            Fault::HidesTheHolder => Ok(None),
            Fault::AsksByTaking => {
                let taken = self.inner.try_acquire(&name).await?;
                sleep(Duration::from_millis(5)).await;
                Ok(taken.is_none().then_some(LockHolder { label: None }))
            }
            _ => self.inner.holder(&name).await,
        }
    }
}
