//! The cancellation tree.

use std::future::pending;

use core_async::sync::CancellationToken;
use core_async::task::spawn;
use core_async::time::{Duration, timeout};
use futures::FutureExt;

use crate::support::settle;

#[core_async::test]
async fn cancelling_a_parent_reaches_every_descendant() {
    let parent = CancellationToken::new();
    let child = parent.child_token();
    let grandchild = child.child_token();
    let waiting = spawn({
        let grandchild = grandchild.clone();
        async move { grandchild.cancelled().await }
    });
    settle().await;
    assert!(!waiting.is_finished());
    parent.cancel();
    timeout(Duration::from_secs(5), waiting).await.unwrap().unwrap();
    assert!(parent.is_cancelled() && child.is_cancelled() && grandchild.is_cancelled());
    assert!(child.child_token().is_cancelled(), "a late child is cancelled from the start");
}

#[core_async::test]
async fn cancelling_a_child_does_not_reach_its_parent_or_siblings() {
    let parent = CancellationToken::new();
    let (child, sibling) = (parent.child_token(), parent.child_token());
    child.cancel();
    assert!(child.is_cancelled());
    assert!(!parent.is_cancelled() && !sibling.is_cancelled());
    assert!(parent.cancelled().now_or_never().is_none());
}

#[core_async::test]
async fn dropping_a_guard_cancels() {
    let token = CancellationToken::new();
    drop(token.clone().drop_guard());
    assert!(token.is_cancelled());
    let other = CancellationToken::new();
    other.clone().drop_guard().disarm();
    assert!(!other.is_cancelled());
}

#[core_async::test]
async fn work_stops_when_its_token_is_cancelled() {
    let token = CancellationToken::new();
    let work = spawn(token.clone().run_until_cancelled_owned(pending::<()>()));
    settle().await;
    token.cancel();
    assert_eq!(work.await.unwrap(), None);
}
