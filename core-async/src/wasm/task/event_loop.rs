//! The groups of tasks on this page or worker, and what drives them.

use std::cell::RefCell;
use std::future::{Future, pending, poll_fn};
use std::pin::{Pin, pin};
use std::rc::{Rc, Weak};
use std::task::{Context, Poll, ready};

use tokio::task::LocalSet;

use super::inside::Inside;
use crate::sys::turn::{self, NextTurn};

/// How often the tasks may wake each other before timers and messages have their turn. One round runs
/// at most 61 tasks.
const ROUNDS: u32 = 64;

thread_local! {
    static OF_THE_THREAD: Group = Group::start();
    // Borrowed only to push, pop and look, never while foreign code runs.
    static ENTERED: RefCell<Vec<Weak<LocalSet>>> = const { RefCell::new(Vec::new()) };
}

/// Hands the tasks of the current group to `function`.
#[track_caller]
pub(crate) fn with<R>(function: impl FnOnce(&LocalSet) -> R) -> R {
    let entered = ENTERED.with_borrow(|entered| entered.last().cloned());
    match entered {
        Some(group) => with_group(&group, function),
        None => OF_THE_THREAD.with(|group| function(&group.0)),
    }
}

/// Hands the tasks of `group` to `function`. If the group has ended, what is spawned is cancelled.
#[track_caller]
pub(crate) fn with_group<R>(group: &Weak<LocalSet>, function: impl FnOnce(&LocalSet) -> R) -> R {
    match group.upgrade() {
        Some(tasks) => function(&tasks),
        None => function(&LocalSet::new()),
    }
}

/// Names the current group.
pub(crate) fn current() -> Weak<LocalSet> {
    let entered = ENTERED.with_borrow(|entered| entered.last().cloned());
    entered.unwrap_or_else(|| OF_THE_THREAD.with(Group::name))
}

/// Tasks that end together; they run in microtasks as long as the group lives.
#[derive(Debug)]
pub(crate) struct Group(Rc<LocalSet>);

impl Group {
    /// Creates an empty group.
    pub(crate) fn start() -> Self {
        #[cfg(all(target_feature = "atomics", not(test)))]
        super::crash::report_traps();
        let tasks = Rc::new(LocalSet::new());
        let drive = drive(Rc::downgrade(&tasks));
        #[cfg(target_feature = "atomics")]
        let drive = super::Watched::new(drive);
        wasm_bindgen_futures::spawn_local(drive);
        Self(tasks)
    }

    /// Names the group without keeping it.
    pub(crate) fn name(&self) -> Weak<LocalSet> {
        Rc::downgrade(&self.0)
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        // Wakes what drives the group, so that it notices.
        drop(self.0.spawn_local(std::future::ready(())));
    }
}

/// As long as it lives, tasks are spawned into a certain group.
#[derive(Debug)]
pub(crate) struct Entered(());

impl Entered {
    pub(crate) fn enter(group: Weak<LocalSet>) -> Self {
        ENTERED.with_borrow_mut(|entered| entered.push(group));
        Self(())
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        let left = ENTERED.with_borrow_mut(Vec::pop);
        drop(left);
    }
}

/// Runs the tasks of a group. Microtasks are quick, but nothing else happens between them: every now
/// and then they have to wait for a turn.
async fn drive(group: Weak<LocalSet>) {
    let mut breather = Breather::default();
    poll_fn(|cx| {
        // Only while they run are the tasks held, so that they end with their group.
        let Some(tasks) = group.upgrade() else { return Poll::Ready(()) };
        ready!(breather.poll_round(cx));
        let is_default = OF_THE_THREAD.with(|default| Rc::ptr_eq(&default.0, &tasks));
        let _entered = (!is_default).then(|| Entered::enter(group.clone()));
        let _inside = Inside::enter();
        pin!(tasks.run_until(pending())).poll(cx)
    })
    .await
}

/// Counts rounds and says when it is time to let the others go first.
#[derive(Default)]
struct Breather {
    rounds: u32,
    waits_for: Option<NextTurn>,
}

impl Breather {
    /// Is ready when another round may begin.
    fn poll_round(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if self.rounds == ROUNDS {
            let turn = self.waits_for.get_or_insert_with(turn::next_turn);
            ready!(Pin::new(turn).poll(cx));
            *self = Self::default();
        }
        self.rounds += 1;
        Poll::Ready(())
    }
}
