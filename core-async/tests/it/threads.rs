//! Work that takes long where there are threads for it: natively, and in the threaded build for browsers.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use core_async::task::{JoinSet, spawn_blocking};
use core_async::time::sleep;

#[core_async::test]
async fn event_loop_goes_on_beside_work_that_takes_long() {
    let done = Arc::new(AtomicBool::new(false));
    let work = spawn_blocking({
        let done = Arc::clone(&done);
        move || {
            while !done.load(Ordering::Acquire) {
                std::hint::spin_loop();
            }
            7
        }
    });
    sleep(Duration::from_millis(5)).await;
    assert!(!work.is_finished());
    done.store(true, Ordering::Release);
    assert_eq!(work.await.unwrap(), 7);
}

#[core_async::test]
async fn more_closures_than_threads_all_have_their_turn() {
    let ran = Arc::new(AtomicUsize::new(0));
    let mut set = JoinSet::new();
    for number in 0..200 {
        let ran = Arc::clone(&ran);
        set.spawn_blocking(move || {
            ran.fetch_add(1, Ordering::Relaxed);
            number
        });
    }
    let mut numbers = set.join_all().await;
    numbers.sort_unstable();
    assert_eq!(numbers, (0..200).collect::<Vec<_>>());
    assert_eq!(ran.load(Ordering::Relaxed), 200);
}
