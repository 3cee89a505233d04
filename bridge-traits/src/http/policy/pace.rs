//! When the next request to a host may start.

use std::time::Duration;

use super::PacingPolicy;

/// A token bucket, kept as the moment at which it would be full again.
#[derive(Debug, Default)]
pub(super) struct Pace {
    full_at: Duration,
    paused_until: Duration,
}

impl Pace {
    /// Takes the next turn and says how long to wait for it.
    pub(super) fn take(&mut self, policy: &PacingPolicy, now: Duration) -> Duration {
        let start = self.start(policy, now);
        self.full_at = self.full_at.max(start) + policy.interval;
        start - now
    }

    /// How long a turn taken now would have to wait.
    pub(super) fn wait(&self, policy: &PacingPolicy, now: Duration) -> Duration {
        self.start(policy, now) - now
    }

    /// The host asks everybody to wait.
    pub(super) fn pause(&mut self, wait: Duration, now: Duration) {
        self.paused_until = self.paused_until.max(now.saturating_add(wait));
    }

    /// How long it asks for from now on.
    pub(super) fn paused_for(&self, now: Duration) -> Duration {
        self.paused_until.saturating_sub(now)
    }

    /// Whether it may be forgotten.
    pub(super) fn is_at_rest(&self, now: Duration) -> bool {
        self.full_at <= now && self.paused_until <= now
    }

    fn start(&self, policy: &PacingPolicy, now: Duration) -> Duration {
        let lead = policy.interval.saturating_mul(policy.burst.saturating_sub(1));
        now.max(self.paused_until).max(self.full_at.saturating_sub(lead))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: PacingPolicy = PacingPolicy {
        concurrent: 1,
        burst: 3,
        interval: Duration::from_secs(1),
        longest_wait: Duration::from_secs(60),
    };

    fn take(pace: &mut Pace, now: u64) -> u64 {
        pace.take(&POLICY, Duration::from_secs(now)).as_secs()
    }

    #[test]
    fn a_burst_is_followed_by_the_interval() {
        let mut pace = Pace::default();
        let waits: Vec<u64> = (0..6).map(|_| take(&mut pace, 100)).collect();
        assert_eq!(waits, [0, 0, 0, 1, 2, 3]);
        // After a rest the burst is there again, and no more than that.
        let waits: Vec<u64> = (0..4).map(|_| take(&mut pace, 1_000)).collect();
        assert_eq!(waits, [0, 0, 0, 1]);
    }

    #[test]
    fn a_pause_holds_everybody_back() {
        let mut pace = Pace::default();
        pace.pause(Duration::from_secs(60), Duration::ZERO);
        pace.pause(Duration::from_secs(5), Duration::ZERO);
        assert_eq!(pace.paused_for(Duration::from_secs(10)), Duration::from_secs(50));
        assert_eq!([take(&mut pace, 10), take(&mut pace, 10)], [50, 50]);
        assert!(!pace.is_at_rest(Duration::from_secs(60)));
        assert!(pace.is_at_rest(Duration::from_secs(70)));
    }
}
