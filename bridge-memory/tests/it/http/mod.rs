//! HTTP without a network: the scripted servers themselves, and what the policy and downloads make
//! of servers that misbehave. Time is paused throughout.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

mod download;
mod memory;
mod policy;
mod support;
