//! Counts how often the thread of a runtime gets up.

use core_async::runtime::Builder;
use core_async::task::{JoinHandle, spawn_blocking};
use core_async::time::Duration;

/// Returns how often a runtime on which nothing but `work` goes on is woken in a second.
pub(super) async fn counted(work: impl FnOnce() -> JoinHandle<()> + Send + 'static) -> u64 {
    let counting = spawn_blocking(|| {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let entered = runtime.enter();
        drop(work());
        drop(entered);
        let rises = || runtime.metrics().worker_park_unpark_count(0);
        std::thread::sleep(Duration::from_millis(200));
        let before = rises();
        std::thread::sleep(Duration::from_secs(1));
        let after = rises();
        runtime.shutdown_background();
        after - before
    });
    counting.await.unwrap()
}
