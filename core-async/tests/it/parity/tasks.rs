//! `core_async::task`.

#![expect(clippy::type_complexity, reason = "a signature is written as it is")]

use std::any::Any;
use std::collections::HashSet;
use std::future::{Ready, ready};
use std::task::{Context, Poll};

use core_async::runtime::Handle;
use core_async::task::{
    self, AbortHandle, AbortOnDropHandle, Id, JoinError, JoinHandle, JoinSet, LocalEnterGuard,
    LocalKey, LocalSet, Unconstrained, coop,
};

use super::{can_be_shared, can_move, gives, is};

type Job = Ready<u8>;
type Outcome = Result<u8, JoinError>;
type OutcomeWithId = Result<(Id, u8), JoinError>;

core_async::task_local! {
    static VALUE: u8;
}

#[core_async::test]
async fn functions() {
    is! {
        task::spawn => fn(Job) -> JoinHandle<u8>;
        core_async::spawn => fn(Job) -> JoinHandle<u8>;
        task::spawn_local => fn(Job) -> JoinHandle<u8>;
        task::spawn_blocking => fn(fn() -> u8) -> JoinHandle<u8>;
        task::block_in_place => fn(fn() -> u8) -> u8;
        task::unconstrained => fn(Job) -> Unconstrained<Job>;
        task::id => fn() -> Id;
        task::try_id => fn() -> Option<Id>;
        coop::has_budget_remaining => fn() -> bool;
        coop::unconstrained => fn(Job) -> Unconstrained<Job>;
        coop::cooperative => fn(Job) -> coop::Coop<Job>;
        coop::poll_proceed => fn(&mut Context<'_>) -> Poll<coop::RestoreOnPending>;
    }
    gives! {
        task::yield_now() => ();
        task::consume_budget() => ();
        coop::consume_budget() => ();
        coop::unconstrained(ready(1)) => u8;
        coop::cooperative(ready(1)) => u8;
    }
}

#[core_async::test]
async fn handles() {
    type Owner = AbortOnDropHandle<u8>;
    is! {
        JoinHandle::<u8>::abort => fn(&JoinHandle<u8>);
        JoinHandle::<u8>::is_finished => fn(&JoinHandle<u8>) -> bool;
        JoinHandle::<u8>::abort_handle => fn(&JoinHandle<u8>) -> AbortHandle;
        JoinHandle::<u8>::id => fn(&JoinHandle<u8>) -> Id;
        AbortHandle::abort => fn(&AbortHandle);
        AbortHandle::is_finished => fn(&AbortHandle) -> bool;
        AbortHandle::id => fn(&AbortHandle) -> Id;
        AbortHandle::clone => fn(&AbortHandle) -> AbortHandle;
        Owner::new => fn(JoinHandle<u8>) -> Owner;
        Owner::abort => fn(&Owner);
        Owner::abort_handle => fn(&Owner) -> AbortHandle;
        Owner::is_finished => fn(&Owner) -> bool;
        Owner::detach => fn(Owner) -> JoinHandle<u8>;
        JoinError::is_cancelled => fn(&JoinError) -> bool;
        JoinError::is_panic => fn(&JoinError) -> bool;
        JoinError::into_panic => fn(JoinError) -> Box<dyn Any + Send>;
        JoinError::try_into_panic => fn(JoinError) -> Result<Box<dyn Any + Send>, JoinError>;
        JoinError::id => fn(&JoinError) -> Id;
        std::io::Error::from => fn(JoinError) -> std::io::Error;
    }
    gives! {
        task::spawn(ready(1)) => Outcome;
        Owner::new(task::spawn(ready(1))) => Outcome;
    }
    can_be_shared::<JoinHandle<u8>>();
    can_be_shared::<AbortHandle>();
    can_be_shared::<JoinError>();
    can_be_shared::<JoinSet<u8>>();
    can_move::<HashSet<Id>>();
}

#[core_async::test]
async fn join_set() {
    type Set = JoinSet<u8>;
    is! {
        Set::new => fn() -> Set;
        Set::default => fn() -> Set;
        Set::len => fn(&Set) -> usize;
        Set::is_empty => fn(&Set) -> bool;
        Set::spawn => fn(&mut Set, Job) -> AbortHandle;
        Set::spawn_on => fn(&mut Set, Job, &Handle) -> AbortHandle;
        Set::spawn_blocking_on => fn(&mut Set, fn() -> u8, &Handle) -> AbortHandle;
        Set::spawn_local => fn(&mut Set, Job) -> AbortHandle;
        Set::spawn_local_on => fn(&mut Set, Job, &LocalSet) -> AbortHandle;
        Set::spawn_blocking => fn(&mut Set, fn() -> u8) -> AbortHandle;
        Set::try_join_next => fn(&mut Set) -> Option<Outcome>;
        Set::try_join_next_with_id => fn(&mut Set) -> Option<OutcomeWithId>;
        Set::poll_join_next => fn(&mut Set, &mut Context<'_>) -> Poll<Option<Outcome>>;
        Set::poll_join_next_with_id
            => fn(&mut Set, &mut Context<'_>) -> Poll<Option<OutcomeWithId>>;
        Set::abort_all => fn(&mut Set);
        Set::detach_all => fn(&mut Set);
        Set::from_iter => fn(Vec<Job>) -> Set;
        Set::extend => fn(&mut Set, Vec<Job>);
    }
    let mut set = Set::new();
    gives! {
        set.join_next() => Option<Outcome>;
        set.join_next_with_id() => Option<OutcomeWithId>;
        set.shutdown() => ();
        Set::new().join_all() => Vec<u8>;
    }
}

#[core_async::test]
async fn local_tasks_and_values() {
    type Key = &'static LocalKey<u8>;
    is! {
        LocalSet::new => fn() -> LocalSet;
        LocalSet::default => fn() -> LocalSet;
        LocalSet::enter => fn(&LocalSet) -> LocalEnterGuard;
        LocalSet::spawn_local => fn(&LocalSet, Job) -> JoinHandle<u8>;
        LocalKey::with => fn(Key, fn(&u8) -> u8) -> u8;
        LocalKey::sync_scope => fn(Key, u8, fn() -> u8) -> u8;
        LocalKey::get => fn(Key) -> u8;
        LocalKey::scope => fn(Key, u8, Job) -> task::futures::TaskLocalFuture<u8, Job>;
    }
    gives! {
        LocalSet::new() => ();
        LocalSet::new().run_until(ready(1)) => u8;
        VALUE.scope(1, ready(2)) => u8;
    }
    assert!(VALUE.try_with(|_| ()).is_err() && VALUE.try_get().is_err());
}
