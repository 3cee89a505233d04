//! The options of `#[core_async::main(…)]`.

/// How the entry point wants to be run. Each platform takes what makes sense on it.
#[derive(Clone, Copy, Debug, Default)]
pub struct MainOptions {
    /// How many threads run the tasks, where there are threads.
    pub worker_threads: Option<usize>,
    /// Whether everything stays on the thread of `main`.
    pub one_thread: bool,
    /// Whether time stands still at the beginning.
    pub start_paused: bool,
}

impl MainOptions {
    /// Starts from what is usual.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the number of threads.
    #[must_use]
    pub fn worker_threads(self, worker_threads: usize) -> Self {
        Self { worker_threads: Some(worker_threads), ..self }
    }

    /// Sets the kind of runtime by its name.
    ///
    /// # Panics
    ///
    /// Panics if there is no such runtime.
    #[must_use]
    pub fn flavor(self, flavor: &str) -> Self {
        match flavor {
            "current_thread" => Self { one_thread: true, ..self },
            "multi_thread" => Self { one_thread: false, ..self },
            other => {
                panic!("unknown flavor {other:?}: there are `current_thread` and `multi_thread`")
            }
        }
    }

    /// Sets whether time stands still at the beginning.
    #[must_use]
    pub fn start_paused(self, start_paused: bool) -> Self {
        Self { start_paused, ..self }
    }
}
