//! Turns to write that nobody waits for any more.

use core_async::task::yield_now;
use futures::FutureExt;

use super::*;

async fn within_a_moment<T>(future: impl Future<Output = T>) -> T {
    time::timeout(Duration::from_secs(20), future).await.unwrap()
}

/// Whoever gives up keeping a turn, whenever that is, leaves nothing locked: not the connection that
/// writes, and not the file.
#[core_async::test]
async fn a_kept_turn_that_is_given_up_holds_no_lock() {
    let directory = tempfile::tempdir().unwrap();
    let location = Location::File(directory.path().join("library.db"));
    let writer = Arc::new(Mutex::new(Some(Writer::open(&location).await.unwrap())));
    let mut other = Writer::open(&location).await.unwrap();
    for polls in 0..5 {
        let held = Arc::clone(&writer).lock_owned().await;
        {
            let mut keeping = std::pin::pin!(keep_turn(Arc::clone(&writer), held));
            for _ in 0..polls {
                if keeping.as_mut().now_or_never().is_some() {
                    break;
                }
                yield_now().await;
            }
        }
        // Whoever writes elsewhere waits no longer than until the turn has passed.
        let turn = within_a_moment(other.begin(Durability::Strict)).await.unwrap();
        turn.commit().await.unwrap();
        let mut own = within_a_moment(writer.lock()).await;
        own.as_mut().unwrap().begin(Durability::Strict).await.unwrap().commit().await.unwrap();
    }
}
