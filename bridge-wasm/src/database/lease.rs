//! The right to write, which the tabs of a profile pass around.
//!
//! One tab has it at a time, by a Web Lock. It keeps it for as long as no other asks, so that
//! writing costs nothing extra while one tab writes; when a tab dies, the browser gives the lock to
//! the next one that waits.

use std::time::Duration;

use bridge_traits::{BridgeError, ErrorKind, Result};
use core_async::time::{Instant, sleep};

use super::channel::{Channel, Message};
use crate::host::WebLock;

/// How often one who waits asks again, should the holder have missed it.
const ASK_AGAIN: Duration = Duration::from_millis(200);

/// How long one whose write was out of date may keep it to write again.
const SECOND_TRY: Duration = Duration::from_millis(100);

/// The right to write, held or not.
#[derive(Debug)]
pub(super) struct Lease {
    lock: Option<WebLock>,
    /// Until when it is kept although others wait for it.
    kept_until: Option<Instant>,
    channel: Channel,
}

impl Lease {
    /// A right that is not held yet, of those who hear `channel`.
    pub(super) fn new(channel: Channel) -> Self {
        Self { lock: None, kept_until: None, channel }
    }

    /// Whether it is held.
    pub(super) fn is_held(&self) -> bool {
        self.lock.as_ref().is_some_and(|lock| !lock.lost().is_cancelled())
    }

    /// Waits until the holder hands it over, or has died.
    pub(super) async fn acquire(
        &mut self,
        name: &str,
        wait: Duration,
        operation: &'static str,
    ) -> Result<()> {
        if self.is_held() {
            return Ok(());
        }
        let deadline = Instant::now() + wait;
        let mut granted = std::pin::pin!(WebLock::acquire(name, operation));
        loop {
            self.tell(Message::Wanted);
            core_async::select! {
                biased;
                lock = &mut granted => {
                    self.lock = Some(lock?);
                    return Ok(());
                }
                () = sleep(ASK_AGAIN.min(wait)) => {}
            }
            if Instant::now() >= deadline {
                return Err(BridgeError::new(ErrorKind::Conflict, operation).with_detail(
                    "another tab or window keeps this profile to itself; close it there, or use \
                     another profile",
                ));
            }
        }
    }

    /// Takes it if nobody has it; says whether it is held now.
    pub(super) async fn try_acquire(&mut self, name: &str, operation: &'static str) -> bool {
        if !self.is_held() {
            self.lock = WebLock::try_acquire(name, operation).await.ok().flatten();
        }
        self.is_held()
    }

    /// Keeps it for a moment longer. For a tab that only found out with the right in hand that others
    /// had changed what it wanted to change: it has seen that now, and its second try can succeed if
    /// nobody comes between. Without it, one that writes all the time would keep all others from it.
    pub(super) fn keep_for_a_second_try(&mut self) {
        self.kept_until = Some(Instant::now() + SECOND_TRY);
    }

    /// Nobody has to wait for a second try any more.
    pub(super) fn keep_no_longer(&mut self) {
        self.kept_until = None;
    }

    /// How much longer it is kept although others wait for it.
    pub(super) fn is_kept_for(&self) -> Duration {
        let until = self.kept_until.filter(|_| self.is_held());
        until.map_or(Duration::ZERO, |until| until.saturating_duration_since(Instant::now()))
    }

    /// Lets the next tab have it.
    pub(super) fn give_up(&mut self) {
        self.lock = None;
        self.kept_until = None;
    }

    /// Tells the other tabs that something was written, soon.
    pub(super) fn tell_written(&self) {
        self.channel.tell_written();
    }

    /// Tells the other tabs.
    fn tell(&self, message: Message) {
        self.channel.tell(message);
    }
}
