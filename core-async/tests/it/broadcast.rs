//! Every subscriber gets every message.

use std::task::Context;

use core_async::sync::broadcast::{
    self,
    error::{RecvError, TryRecvError},
};
use core_async::task::spawn;
use core_async::time::{Duration, timeout};

use crate::support::{WakeCounter, settle};

#[core_async::test]
async fn every_subscriber_gets_every_message() {
    let (sender, mut first) = broadcast::channel(4);
    let mut second = sender.subscribe();
    assert_eq!(sender.send(1).unwrap(), 2);
    let mut late = sender.subscribe();
    sender.send(2).unwrap();
    for receiver in [&mut first, &mut second] {
        assert_eq!((receiver.recv().await, receiver.recv().await), (Ok(1), Ok(2)));
    }
    assert_eq!(late.recv().await, Ok(2));
    assert_eq!(late.try_recv(), Err(TryRecvError::Empty));
}

#[core_async::test]
async fn slow_subscriber_is_told_how_much_it_missed() {
    let (sender, mut receiver) = broadcast::channel(2);
    for value in 1..=5 {
        sender.send(value).unwrap();
    }
    assert_eq!(receiver.recv().await, Err(RecvError::Lagged(3)));
    assert_eq!((receiver.recv().await, receiver.recv().await), (Ok(4), Ok(5)));
}

#[core_async::test]
async fn closing_wakes_a_subscriber_that_has_read_everything() {
    let (sender, mut receiver) = broadcast::channel(2);
    sender.send(1).unwrap();
    let waiting = spawn(async move {
        let message = receiver.recv().await;
        (message, receiver.recv().await)
    });
    settle().await;
    assert!(!waiting.is_finished());
    drop(sender);
    let seen = timeout(Duration::from_secs(5), waiting).await.unwrap().unwrap();
    assert_eq!(seen, (Ok(1), Err(RecvError::Closed)));
}

#[core_async::test]
async fn idle_subscriber_is_not_woken() {
    let (sender, mut receiver) = broadcast::channel(2);
    let (counter, waker) = WakeCounter::new();
    let mut cx = Context::from_waker(&waker);
    {
        let mut waiting = Box::pin(receiver.recv());
        assert!(waiting.as_mut().poll(&mut cx).is_pending());
        settle().await;
        assert_eq!(counter.count(), 0);
        sender.send(1).unwrap();
        assert_eq!(counter.count(), 1);
        assert!(waiting.as_mut().poll(&mut cx).is_ready());
    }
    sender.send(2).unwrap();
    settle().await;
    assert_eq!(counter.count(), 1, "nobody waits, nobody is woken");
}

#[core_async::test]
async fn sending_to_nobody_gives_the_message_back() {
    let (sender, receiver) = broadcast::channel(2);
    drop(receiver);
    assert_eq!(sender.send("x").unwrap_err().0, "x");
}
