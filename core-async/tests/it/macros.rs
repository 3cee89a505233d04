//! The macros, used as other crates use them.

use std::future::{pending, ready};

use core_async::marker::{BoxFuture, BoxStream, PlatformSend, PlatformSync};
use core_async::task::{JoinError, JoinHandle, spawn};
use core_async::time::{Duration, sleep};
use futures::{FutureExt, StreamExt};

#[core_async::async_trait]
trait Store: PlatformSend + PlatformSync {
    async fn put(&self, value: u8) -> u8;

    async fn put_twice(&self, value: u8) -> u8 {
        self.put(value).await + self.put(value).await
    }
}

struct Plain;

#[core_async::async_trait]
impl Store for Plain {
    async fn put(&self, value: u8) -> u8 {
        sleep(Duration::from_millis(1)).await;
        value
    }
}

#[core_async::test]
async fn async_trait_is_object_safe_and_its_futures_can_be_spawned() {
    let store: Box<dyn Store> = Box::new(Plain);
    assert_eq!(spawn(async move { store.put_twice(4).await }).await.unwrap(), 8);
}

fn spawn_boxed<T: PlatformSend + 'static>(future: BoxFuture<'static, T>) -> JoinHandle<T> {
    spawn(future)
}

fn spawn_any<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future<Output: PlatformSend + 'static> + PlatformSend + 'static,
{
    spawn(future)
}

#[core_async::test]
async fn platform_bounds_are_enough_to_spawn() {
    assert_eq!(spawn_boxed(Box::pin(ready(1))).await.unwrap(), 1);
    assert_eq!(spawn_any(ready(2)).await.unwrap(), 2);
    let numbers: BoxStream<'static, u8> = Box::pin(futures::stream::iter([3, 4]));
    let sum = spawn(async move { numbers.fold(0, |sum, value| ready(sum + value)).await });
    assert_eq!(sum.await.unwrap(), 7);
}

#[core_async::test]
async fn select_takes_the_first_that_is_ready() {
    let winner = core_async::select! {
        () = pending() => "never",
        () = sleep(Duration::from_millis(2)) => "timer",
    };
    assert_eq!(winner, "timer");
    let biased = core_async::select! {
        biased;
        value = ready(1) => value,
        value = ready(2) => value,
    };
    assert_eq!(biased, 1);
    let otherwise = core_async::select! {
        Some(value) = ready(None::<u8>) => value,
        else => 9,
    };
    assert_eq!(otherwise, 9);
}

#[core_async::test]
async fn select_is_fair() {
    let mut wins = [0_u32; 2];
    for _ in 0..400 {
        core_async::select! {
            () = ready(()) => wins[0] += 1,
            () = ready(()) => wins[1] += 1,
        }
    }
    assert!(wins.iter().all(|&count| count > 100), "{wins:?}");
}

#[core_async::test]
async fn join_waits_for_all_at_once() {
    let (first, second) = core_async::join!(async { 1 }, async {
        sleep(Duration::from_millis(1)).await;
        2
    });
    assert_eq!((first, second), (1, 2));
}

#[core_async::test]
async fn try_join_stops_at_the_first_error() {
    let failed: Result<((), u8), &str> =
        core_async::try_join!(pending::<Result<(), &str>>(), async { Err("early") });
    assert_eq!(failed, Err("early"));
    let fine = core_async::try_join!(ready(Ok::<_, &str>(1)), ready(Ok(2)));
    assert_eq!(fine, Ok((1, 2)));
}

#[core_async::test]
async fn test_may_return_a_result() -> Result<(), JoinError> {
    spawn(ready(())).await?;
    Ok(())
}

#[core_async::test(flavor = "multi_thread", worker_threads = 2, timeout_ms = 5_000)]
async fn test_takes_options() -> Result<(), JoinError> {
    spawn(sleep(Duration::from_millis(1))).await
}

#[core_async::test]
async fn pinned_future_can_be_polled_in_place() {
    let future = ready(1);
    core_async::pin!(future);
    assert_eq!(future.as_mut().now_or_never(), Some(1));
}
