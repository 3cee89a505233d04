//! Models of what threads do to each other, for a checker that tries every order.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

core_async::__platform! {
    { mod wake_ups; }
    {}
}
