//! Who owns the profile, and what the owner does.

use std::sync::{Arc, Mutex, PoisonError};

use bridge_traits::{
    BackgroundExecutor, BackgroundHost, DatabaseBackground, InstanceGuard, InstanceLock,
    StatePublisher, StateWatcher,
};
use core_async::select;
use core_async::sync::CancellationToken;
use core_async::task::{self, AbortOnDropHandle};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::BackgroundSlot;
use crate::error::BootstrapError;

/// What a core is to its profile.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Role {
    /// It owns the profile, and does its background jobs.
    Owner,
    /// Another program or tab does; this core takes over when that one lets go.
    Follower,
}

/// Holds the profile's lock, or waits for it, until it is released or dropped.
#[derive(Debug)]
pub(crate) struct Ownership {
    office: Arc<Office>,
    keeper: Mutex<Option<AbortOnDropHandle<()>>>,
    stop: CancellationToken,
}

/// What comes and goes with the ownership.
#[derive(Debug)]
struct Office {
    role: StatePublisher<Role>,
    background: Arc<BackgroundSlot>,
    /// The host of the core's own executor; none if the host brought an executor.
    jobs: Option<BackgroundHost>,
}

impl Ownership {
    /// Takes the lock if it is free, and otherwise follows until it is.
    pub(crate) async fn claim(
        profile: &str,
        lock: Option<Arc<dyn InstanceLock>>,
        background: Arc<BackgroundSlot>,
        jobs: Option<BackgroundHost>,
    ) -> Result<Self, BootstrapError> {
        let office =
            Arc::new(Office { role: StatePublisher::new(Role::Follower), background, jobs });
        let stop = CancellationToken::new();
        let keeper = match lock {
            None => {
                office.enter().await?;
                None
            }
            Some(lock) => {
                let guard = lock.try_acquire(profile).await?;
                if guard.is_some() {
                    office.enter().await?;
                } else {
                    let holder = lock.holder(profile).await.ok().flatten();
                    let holder = holder.and_then(|holder| holder.label);
                    tracing::info!(profile, holder, "another core owns the profile");
                }
                let kept = keep(Arc::clone(&office), lock, profile.to_owned(), guard);
                let stopped = stop.clone();
                Some(AbortOnDropHandle::new(task::spawn(async move {
                    select! {
                        () = stopped.cancelled() => {}
                        () = kept => {}
                    }
                })))
            }
        };
        Ok(Self { office, keeper: Mutex::new(keeper), stop })
    }

    /// What the core is to its profile now.
    pub(crate) fn role(&self) -> Role {
        self.office.role.current()
    }

    /// News of the role.
    pub(crate) fn watch(&self) -> StateWatcher<Role> {
        self.office.role.watch()
    }

    /// Stops the owner's work; the lock is still held.
    pub(crate) fn rest(&self) {
        self.office.background.set(None);
    }

    /// Lets go of the lock: when this returns, another can have it.
    pub(crate) async fn release(&self) {
        self.stop.cancel();
        let keeper = self.keeper.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(keeper) = keeper {
            // A keeper that has ended already holds nothing.
            keeper.await.ok();
        }
        self.office.leave();
    }
}

impl Office {
    async fn enter(&self) -> Result<(), BootstrapError> {
        if let Some(jobs) = &self.jobs {
            let executor: Arc<dyn BackgroundExecutor> =
                Arc::new(DatabaseBackground::start(jobs.clone()).await?);
            self.background.set(Some(executor));
        }
        self.role.set(Role::Owner);
        Ok(())
    }

    fn leave(&self) {
        self.role.set(Role::Follower);
        if self.jobs.is_some() {
            self.background.set(None);
        }
    }
}

/// Holds the lock for as long as the host lets it, and stands in line for it otherwise.
async fn keep(
    office: Arc<Office>,
    lock: Arc<dyn InstanceLock>,
    profile: String,
    mut guard: Option<InstanceGuard>,
) {
    loop {
        let held = match guard.take() {
            Some(held) => held,
            None => match lock.acquire(&profile).await {
                Ok(held) => held,
                Err(error) => {
                    tracing::warn!(profile, %error, "the profile's lock cannot be had");
                    return;
                }
            },
        };
        if office.role.current() == Role::Follower
            && let Err(error) = office.enter().await
        {
            tracing::error!(profile, %error, "the profile's jobs cannot be taken over");
            return;
        }
        held.lost().await;
        tracing::warn!(profile, "the profile's lock was taken away");
        office.leave();
    }
}
