//! `mpsc`, `oneshot` and `watch`.

use core_async::sync::{mpsc, oneshot, watch};
use core_async::task::spawn;
use futures::FutureExt;

use crate::support::settle;

#[core_async::test]
async fn bounded_channel_holds_its_sender_back() {
    let (sender, mut receiver) = mpsc::channel(1);
    let producer = spawn(async move {
        for value in 0..5 {
            sender.send(value).await.unwrap();
        }
    });
    settle().await;
    assert_eq!(receiver.len(), 1);
    for value in 0..5 {
        assert_eq!(receiver.recv().await, Some(value));
    }
    producer.await.unwrap();
    assert_eq!(receiver.recv().await, None);
}

#[core_async::test]
async fn full_and_closed_channels_are_told_apart() {
    let (sender, mut receiver) = mpsc::channel(1);
    sender.try_send(1).unwrap();
    assert_eq!(sender.try_send(2), Err(mpsc::error::TrySendError::Full(2)));
    receiver.close();
    assert_eq!(sender.try_send(3), Err(mpsc::error::TrySendError::Closed(3)));
    assert!(sender.is_closed());
    assert_eq!((receiver.recv().await, receiver.recv().await), (Some(1), None));
    assert_eq!(sender.send(4).await.unwrap_err().0, 4);
}

#[core_async::test]
async fn unbounded_channel_keeps_everything_in_order() {
    let (sender, mut receiver) = mpsc::unbounded_channel();
    for value in 0..1_000 {
        sender.send(value).unwrap();
    }
    drop(sender);
    for value in 0..1_000 {
        assert_eq!(receiver.recv().await, Some(value));
    }
    assert_eq!(receiver.recv().await, None);
}

#[core_async::test]
async fn dropping_the_last_sender_wakes_the_receiver() {
    let (sender, mut receiver) = mpsc::channel::<u8>(1);
    let waiting = spawn(async move { receiver.recv().await });
    settle().await;
    let copy = sender.clone();
    drop(sender);
    settle().await;
    assert!(!waiting.is_finished());
    drop(copy);
    assert_eq!(waiting.await.unwrap(), None);
}

#[core_async::test]
async fn oneshot_carries_one_value_or_none() {
    let (sender, receiver) = oneshot::channel();
    sender.send(1).unwrap();
    assert_eq!(receiver.await, Ok(1));

    let (sender, receiver) = oneshot::channel::<u8>();
    drop(sender);
    assert!(receiver.await.is_err());

    let (mut sender, receiver) = oneshot::channel();
    assert!(sender.closed().now_or_never().is_none());
    drop(receiver);
    sender.closed().await;
    assert_eq!(sender.send(2), Err(2));
}

#[core_async::test]
async fn watch_keeps_the_latest_value_and_reports_it_once() {
    let (sender, mut receiver) = watch::channel(0);
    assert!(!receiver.has_changed().unwrap());
    sender.send(1).unwrap();
    sender.send(2).unwrap();
    assert!(receiver.has_changed().unwrap());
    receiver.changed().await.unwrap();
    assert_eq!(*receiver.borrow(), 2);
    assert!(receiver.changed().now_or_never().is_none());

    sender.send(3).unwrap();
    assert_eq!(*receiver.borrow(), 3);
    assert!(receiver.has_changed().unwrap(), "borrowing alone does not mark it as seen");
    assert_eq!(*receiver.borrow_and_update(), 3);
    assert!(!receiver.has_changed().unwrap());
}

#[core_async::test]
async fn late_subscriber_of_a_watch_sees_the_current_value() {
    let (sender, first) = watch::channel("old");
    drop(first);
    sender.send("nobody listens").unwrap_err();
    sender.send_replace("new");
    let mut late = sender.subscribe();
    assert_eq!(*late.borrow(), "new");
    assert!(late.changed().now_or_never().is_none());
    let waiting = spawn(async move { late.changed().await.is_err() });
    settle().await;
    drop(sender);
    assert!(waiting.await.unwrap(), "closing wakes who waits for a change");
}
