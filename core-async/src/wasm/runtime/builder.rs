//! Settings of a runtime; most are about threads, of which a browser has one.

use std::io;
use std::time::Duration;

use super::group::Runtime;
use crate::sys::time::begin_test;

/// Builds a [`Runtime`].
#[derive(Debug)]
pub struct Builder {
    start_paused: bool,
}

impl Builder {
    /// Settings of a runtime that stays on one thread.
    pub fn new_current_thread() -> Self {
        Self { start_paused: false }
    }

    /// Settings of a runtime that uses several threads, where there are threads.
    pub fn new_multi_thread() -> Self {
        Self::new_current_thread()
    }

    /// Provides everything that tasks may need; a browser always does.
    pub fn enable_all(&mut self) -> &mut Self {
        self
    }

    /// Provides timers; a browser always does.
    pub fn enable_time(&mut self) -> &mut Self {
        self
    }

    /// Sets the number of threads, where there are threads.
    ///
    /// # Panics
    ///
    /// Panics if `threads` is zero.
    #[track_caller]
    pub fn worker_threads(&mut self, threads: usize) -> &mut Self {
        assert!(threads > 0, "there must be at least one thread");
        self
    }

    /// Limits the number of threads for closures that block, where there are threads.
    ///
    /// # Panics
    ///
    /// Panics if `threads` is zero.
    #[track_caller]
    pub fn max_blocking_threads(&mut self, threads: usize) -> &mut Self {
        assert!(threads > 0, "there must be at least one thread");
        self
    }

    /// Names the threads, where there are threads.
    pub fn thread_name(&mut self, _name: impl Into<String>) -> &mut Self {
        self
    }

    /// Sets how long an idle thread is kept, where there are threads.
    pub fn thread_keep_alive(&mut self, _duration: Duration) -> &mut Self {
        self
    }

    /// Sets whether time stands still at the beginning. A browser has one clock for all runtimes.
    #[cfg(feature = "test")]
    pub fn start_paused(&mut self, start_paused: bool) -> &mut Self {
        self.start_paused = start_paused;
        self
    }

    /// Creates the runtime.
    ///
    /// # Errors
    ///
    /// Fails natively if the operating system refuses the threads or descriptors that it needs.
    pub fn build(&mut self) -> io::Result<Runtime> {
        if self.start_paused {
            begin_test(true);
        }
        Ok(Runtime::start())
    }
}
