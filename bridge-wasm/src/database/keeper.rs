//! What is done while nobody calls: following other tabs, making way for them, and tidying up.

use std::rc::Rc;
use std::time::Duration;

use core_async::sync::CancellationToken;
use core_async::task::{AbortOnDropHandle, spawn};
use core_async::time::sleep;

use super::channel::Signals;
use super::health::DatabaseStanding;
use super::state::{Shared, State};

/// Without news for so long, there is time for what can wait.
const IDLE: Duration = Duration::from_millis(500);

/// Between two pieces of work in idle time, so that nobody who calls waits for more than one.
const BREATH: Duration = Duration::from_millis(5);

/// Looks after a database until the handle or the database is dropped.
pub(super) fn start(state: &Rc<State>) -> AbortOnDropHandle<()> {
    let signals = Rc::clone(&state.signals);
    // Not the database itself: it ends when the last of its users has gone.
    let state = Rc::downgrade(state);
    AbortOnDropHandle::new(spawn(async move {
        let mut connection = None;
        let mut pause = Some(IDLE);
        loop {
            signals.is_dozing.set(pause.is_none());
            let is_idle = core_async::select! {
                biased;
                () = signals.woken.notified() => false,
                () = closed(connection.as_ref()) => false,
                () = sleep(pause.unwrap_or_default()), if pause.is_some() => true,
            };
            if is_idle
                && !signals.wanted.get()
                && let Some(rest) = quiet_in(&signals)
            {
                pause = Some(rest);
                continue;
            }
            let Some(state) = state.upgrade() else { return };
            let mut shared = state.shared.lock().await;
            let Some(shared) = &mut *shared else { return };
            pause = if is_idle && !state.signals.wanted.get() {
                tidy(&state, shared).await.then_some(BREATH)
            } else {
                Some(attend(&state, shared).await)
            };
            // One that could not be replaced is no news any more.
            let token = shared.store.closed();
            connection = (!token.is_cancelled()).then(|| token.clone());
        }
    }))
}

/// In how long it is quiet, if this tab wrote something a moment ago.
fn quiet_in(signals: &Signals) -> Option<Duration> {
    IDLE.checked_sub(signals.wrote.get()?.elapsed()).filter(|rest| !rest.is_zero())
}

async fn closed(connection: Option<&CancellationToken>) {
    match connection {
        Some(token) => token.cancelled().await,
        None => std::future::pending().await,
    }
}

/// Sees to what other tabs and the browser have done; says how long to wait for more.
async fn attend(state: &State, shared: &mut Shared) -> Duration {
    if shared.store.closed().is_cancelled() {
        match shared.store.reconnect().await {
            Ok(()) => state.signals.written.set(true),
            Err(error) => match error.name() {
                "VersionError" => state.set_standing(DatabaseStanding::Superseded),
                "AbortError" => state.set_standing(DatabaseStanding::Deleted),
                // It is tried again by the next write.
                _ => {}
            },
        }
    }
    if state.signals.written.get() && !shared.lease.is_held() {
        // A failure shows again when it is written, and then it is told.
        state.follow(shared).await.ok();
    }
    state.make_way(shared).unwrap_or(IDLE)
}

/// Does a piece of what can wait; says whether there may be more.
async fn tidy(state: &State, shared: &mut Shared) -> bool {
    let operation = "database.tidy";
    if state.engine(operation).is_ok_and(|engine| engine.build_an_index()) {
        return true;
    }
    if !shared.store.is_worth_folding() {
        return false;
    }
    let held = shared.lease.is_held();
    if !held {
        let granted = shared.lease.try_acquire(state.name(), operation).await;
        if !granted || state.follow(shared).await.is_err() {
            return false;
        }
    }
    shared.store.fold(&state.records).await;
    shared.lease.tell_written();
    state.mend(shared).await;
    if held {
        state.make_way(shared);
    } else {
        shared.lease.give_up();
    }
    false
}
