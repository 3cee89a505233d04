//! Locks between processes, and what is left when one is killed.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bridge_conformance::{Place, instance_lock_conformance};
use bridge_desktop::FileInstanceLock;
use bridge_traits::{InstanceLock, LockHolder};
use core_async::time::{Duration, timeout};

instance_lock_conformance!(async {
    let (directory, count) = (tempfile::tempdir().unwrap(), AtomicUsize::new(0));
    Place::durable(move || {
        let label = format!("program {}", count.fetch_add(1, Ordering::SeqCst));
        let lock = FileInstanceLock::new(directory.path().join("deep/locks"), label);
        std::future::ready(Arc::new(lock) as Arc<dyn InstanceLock>)
    })
});

/// What the child process of the next tests does: it takes the lock, says so, and stays.
#[core_async::test]
async fn locking_process() {
    let Some(directory) = std::env::var_os("MPC_TEST_LOCK") else { return };
    let lock = FileInstanceLock::new(directory, "the other process");
    let _guard = lock.try_acquire("profile").await.unwrap().expect("the lock is free");
    println!("locked");
    std::future::pending::<()>().await;
}

/// Starts a process that holds the lock.
fn start(directory: &std::path::Path) -> Child {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "instance_lock::locking_process", "--nocapture"])
        .env("MPC_TEST_LOCK", directory)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut said = lines.map_while(Result::ok);
    assert!(said.any(|line| line.contains("locked")), "the process takes the lock");
    child
}

#[core_async::test]
async fn a_killed_process_releases_its_lock() {
    let directory = tempfile::tempdir().unwrap();
    let lock = FileInstanceLock::new(directory.path(), "this process");
    for _ in 0..3 {
        let mut child = start(directory.path());
        assert!(lock.try_acquire("profile").await.unwrap().is_none());
        let other = LockHolder { label: Some("the other process".to_owned()) };
        assert_eq!(lock.holder("profile").await.unwrap(), Some(other));
        let waiting = lock.acquire("profile");
        child.kill().unwrap();
        let guard = timeout(Duration::from_secs(10), waiting).await.unwrap().unwrap();
        child.wait().unwrap();
        let this = LockHolder { label: Some("this process".to_owned()) };
        assert_eq!(lock.holder("profile").await.unwrap(), Some(this));
        drop(guard);
    }
}

#[core_async::test]
async fn a_wait_that_was_given_up_takes_no_lock_later() {
    let directory = tempfile::tempdir().unwrap();
    let lock = FileInstanceLock::new(directory.path(), "this process");
    let mut child = start(directory.path());
    for _ in 0..10 {
        timeout(Duration::from_millis(5), lock.acquire("profile")).await.unwrap_err();
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let other = FileInstanceLock::new(directory.path(), "another adapter");
    let guard = timeout(Duration::from_secs(10), other.acquire("profile")).await.unwrap().unwrap();
    drop(guard);
}

#[core_async::test]
async fn a_directory_that_cannot_be_made_is_reported() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("file");
    std::fs::write(&file, "in the way").unwrap();
    let lock = FileInstanceLock::new(file.join("locks"), "this process");
    lock.try_acquire("profile").await.unwrap_err();
    lock.acquire("profile").await.unwrap_err();
}
