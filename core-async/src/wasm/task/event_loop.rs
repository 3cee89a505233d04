//! The tasks of this page or worker, and what drives them.

use std::future::{Future, pending, poll_fn};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use tokio::task::LocalSet;

use super::inside::Inside;
use super::turn::{self, NextTurn};

/// How often the tasks may wake each other before timers and messages have their turn. One round runs
/// at most 61 tasks.
const ROUNDS: u32 = 64;

thread_local! {
    static TASKS: Rc<LocalSet> = start();
}

/// Hands the task set of this thread to `function`.
#[track_caller]
pub(super) fn with<R>(function: impl FnOnce(&LocalSet) -> R) -> R {
    TASKS.with(|tasks| function(tasks))
}

fn start() -> Rc<LocalSet> {
    let tasks = Rc::new(LocalSet::new());
    wasm_bindgen_futures::spawn_local(drive(Rc::clone(&tasks)));
    tasks
}

/// Runs the tasks in microtasks. Those are quick, but nothing else happens between them: every now
/// and then they have to wait for a turn.
async fn drive(tasks: Rc<LocalSet>) {
    let mut running = pin!(tasks.run_until(pending()));
    let mut breather = Breather::default();
    poll_fn(|cx| {
        ready!(breather.poll_round(cx));
        let _inside = Inside::enter();
        running.as_mut().poll(cx)
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
