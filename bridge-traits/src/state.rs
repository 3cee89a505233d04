//! A value that changes, and those who want to know.

use core_async::sync::watch;

/// Holds a state and tells its watchers about changes; adapters own one.
#[derive(Debug)]
pub struct StatePublisher<T>(watch::Sender<T>);

impl<T: Clone + PartialEq> StatePublisher<T> {
    /// A publisher of `initial`, without watchers.
    pub fn new(initial: T) -> Self {
        Self(watch::Sender::new(initial))
    }

    /// The state as it is now.
    pub fn current(&self) -> T {
        self.0.borrow().clone()
    }

    /// Changes the state and tells every watcher; setting an equal state does nothing. Says whether
    /// there was a change.
    pub fn set(&self, state: T) -> bool {
        self.change(|current| *current = state)
    }

    /// Changes a part of the state, as [`set`](Self::set) does the whole.
    pub fn change(&self, change: impl FnOnce(&mut T)) -> bool {
        self.0.send_if_modified(|current| {
            let before = current.clone();
            change(current);
            *current != before
        })
    }

    /// A watcher of every change from now on.
    pub fn watch(&self) -> StateWatcher<T> {
        StateWatcher { last: self.current(), receiver: self.0.subscribe() }
    }
}

/// Sees the latest state, and waits for the next.
///
/// What comes and goes while nobody waits is not told: a watcher that was busy sees where things
/// stand now, never a backlog.
#[derive(Clone, Debug)]
pub struct StateWatcher<T> {
    last: T,
    receiver: watch::Receiver<T>,
}

impl<T: Clone + PartialEq> StateWatcher<T> {
    /// The state as it is now.
    pub fn current(&self) -> T {
        self.receiver.borrow().clone()
    }

    /// Waits until the state differs from the one this watcher saw last, or for ever if the
    /// publisher is gone and nothing will change any more.
    ///
    /// # Cancellation
    ///
    /// Dropping the future loses no change.
    pub async fn next(&mut self) -> T {
        while self.receiver.changed().await.is_ok() {
            let state = self.receiver.borrow_and_update().clone();
            if state != self.last {
                self.last = state.clone();
                return state;
            }
        }
        std::future::pending().await
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    #[test]
    fn a_watcher_sees_the_latest_state_once() {
        let publisher = StatePublisher::new(1);
        let mut watcher = publisher.watch();
        assert_eq!(watcher.next().now_or_never(), None);
        assert!(publisher.set(2) && publisher.set(3) && !publisher.set(3));
        assert_eq!(watcher.next().now_or_never(), Some(3));
        assert_eq!(watcher.next().now_or_never(), None);
    }

    #[test]
    fn there_and_back_again_is_no_news() {
        let publisher = StatePublisher::new(1);
        let mut watcher = publisher.watch();
        publisher.set(2);
        publisher.set(1);
        assert_eq!(watcher.next().now_or_never(), None);
        publisher.set(2);
        assert_eq!(watcher.next().now_or_never(), Some(2));
    }

    #[test]
    fn without_a_publisher_nothing_changes() {
        let mut watcher = StatePublisher::new(1).watch();
        assert_eq!(watcher.current(), 1);
        assert_eq!(watcher.next().now_or_never(), None);
    }
}
