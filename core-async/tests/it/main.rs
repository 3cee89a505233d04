//! The behaviour of core-async, written once and run natively and in a browser.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod broadcast;
mod cancellation;
mod channels;
mod fs;
mod idle;
mod interval;
mod join_set;
mod jumps;
mod leaks;
mod local_set;
mod locks;
mod macros;
#[cfg(panic = "unwind")]
mod panics;
mod parity;
mod paused;
mod runtime;
mod semaphore;
mod signals;
mod support;
mod task;
mod task_parts;
mod time;
mod wake_ups;

core_async::__platform! {
    { mod threads; }
    {
        mod browser;
        #[cfg(target_feature = "atomics")]
        mod threads;
    }
}
