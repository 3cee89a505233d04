//! How long to wait before the next try.

use std::time::Duration;

use super::RetryPolicy;
use crate::{Randomness, Result};

/// A random wait between nothing and `base · 2ⁿ`, at most the cap: with full jitter, clients that
/// failed together do not come back together.
pub(super) fn full_jitter(
    policy: &RetryPolicy,
    failures: u32,
    randomness: &dyn Randomness,
) -> Result<Duration> {
    let factor = 2_u32.saturating_pow(failures.saturating_sub(1));
    let most = policy.base.saturating_mul(factor).min(policy.cap);
    let mut bytes = [0; 8];
    randomness.fill(&mut bytes)?;
    let share = u128::from(u64::from_le_bytes(bytes));
    // The high half of a product of two 64-bit numbers is below the first of them.
    let nanos = (most.as_nanos().min(u128::from(u64::MAX)) * share) >> 64;
    Ok(Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX)))
}

/// As [`full_jitter`], but half of the base later: a server that throttles is not asked again at
/// once.
pub(super) fn throttled(
    policy: &RetryPolicy,
    failures: u32,
    randomness: &dyn Randomness,
) -> Result<Duration> {
    Ok(policy.base / 2 + full_jitter(policy, failures, randomness)?)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    /// The same value for ever.
    #[derive(Debug)]
    struct Fixed(AtomicU64);

    impl Randomness for Fixed {
        fn fill(&self, buffer: &mut [u8]) -> Result<()> {
            buffer.copy_from_slice(&self.0.load(Ordering::Relaxed).to_le_bytes());
            Ok(())
        }
    }

    #[test]
    fn waits_double_up_to_the_cap() {
        let policy = RetryPolicy {
            base: Duration::from_secs(1),
            cap: Duration::from_secs(30),
            ..RetryPolicy::default()
        };
        let most = Fixed(AtomicU64::new(u64::MAX));
        for (failures, seconds) in [(1, 1), (2, 2), (3, 4), (4, 8), (5, 16), (6, 30), (7, 30)] {
            let wait = full_jitter(&policy, failures, &most).unwrap();
            assert_eq!(wait, Duration::from_secs(seconds) - Duration::from_nanos(1));
        }
        assert!(full_jitter(&policy, u32::MAX, &most).unwrap() < policy.cap);
        let least = Fixed(AtomicU64::new(0));
        assert_eq!(full_jitter(&policy, 3, &least).unwrap(), Duration::ZERO);
        assert_eq!(throttled(&policy, 3, &least).unwrap(), Duration::from_millis(500));
    }
}
