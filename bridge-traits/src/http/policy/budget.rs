//! How many retries a host gets, so that retries never multiply an overload.

use std::time::Duration;

use super::RetryPolicy;

/// A bucket of retries. Requests and time fill it, retries empty it.
#[derive(Debug)]
pub(super) struct Budget {
    tokens: f64,
    filled_at: Duration,
}

impl Budget {
    pub(super) fn new(policy: &RetryPolicy, now: Duration) -> Self {
        Self { tokens: f64::from(policy.budget), filled_at: now }
    }

    /// A request has been sent for the first time.
    pub(super) fn deposit(&mut self, policy: &RetryPolicy) {
        self.add(policy, policy.budget_per_request);
    }

    /// Takes one retry; `false` if there is none.
    pub(super) fn withdraw(&mut self, policy: &RetryPolicy, now: Duration) -> bool {
        let passed = now.saturating_sub(self.filled_at);
        self.filled_at = now;
        let interval = policy.budget_interval.as_secs_f64();
        if interval > 0.0 {
            self.add(policy, passed.as_secs_f64() / interval);
        }
        let is_enough = self.tokens >= 1.0;
        if is_enough {
            self.tokens -= 1.0;
        }
        is_enough
    }

    fn add(&mut self, policy: &RetryPolicy, tokens: f64) {
        self.tokens = (self.tokens + tokens).min(f64::from(policy.budget));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retries_come_back_with_requests_and_time() {
        let policy = RetryPolicy { budget: 2, ..RetryPolicy::default() };
        let second = Duration::from_secs(1);
        let mut budget = Budget::new(&policy, Duration::ZERO);
        let withdraw_at = |budget: &mut Budget, at: u32| budget.withdraw(&policy, second * at);
        assert!(withdraw_at(&mut budget, 0) && withdraw_at(&mut budget, 0));
        assert!(!withdraw_at(&mut budget, 0));
        (0..11).for_each(|_| budget.deposit(&policy));
        assert!(withdraw_at(&mut budget, 0) && !withdraw_at(&mut budget, 0));
        assert!(withdraw_at(&mut budget, 10) && !withdraw_at(&mut budget, 10));
        // It never holds more than the policy says.
        assert!(withdraw_at(&mut budget, 10_000) && withdraw_at(&mut budget, 10_000));
        assert!(!withdraw_at(&mut budget, 10_000));
    }
}
