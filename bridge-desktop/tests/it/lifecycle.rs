//! Phases that the host tells, and signals.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use bridge_conformance::lifecycle::LifecycleUnderTest;
use bridge_conformance::lifecycle_conformance;
use bridge_desktop::DesktopLifecycle;
use bridge_traits::{LifecycleObserver, LifecyclePhase};

lifecycle_conformance!(async {
    let lifecycle = DesktopLifecycle::new();
    let host = lifecycle.clone();
    LifecycleUnderTest::new(Arc::new(lifecycle), move |phase| {
        host.enter(phase);
        std::future::ready(())
    })
});

/// What the child process of the next test does: it waits to be told to end, and ends well.
#[core_async::test]
async fn waiting_process() {
    if std::env::var_os("MPC_TEST_SIGNAL").is_none() {
        return;
    }
    let first = DesktopLifecycle::with_signals().unwrap();
    let second = DesktopLifecycle::with_signals().unwrap();
    let mut watchers = [first.watch(), second.watch()];
    println!("waiting");
    for watcher in &mut watchers {
        assert_eq!(watcher.next().await.phase, LifecyclePhase::Terminating);
    }
    println!("saved");
}

#[test]
fn signals_are_told_to_every_core_and_do_not_kill() {
    for signal in ["TERM", "INT", "HUP"] {
        let mut child = waiting(&std::env::current_exe().unwrap());
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut said = lines.map_while(Result::ok);
        assert!(said.any(|line| line.contains("waiting")));
        let sent =
            Command::new("kill").args([format!("-{signal}"), child.id().to_string()]).status();
        assert!(sent.unwrap().success());
        assert!(said.any(|line| line.contains("saved")), "SIG{signal}");
        assert!(child.wait().unwrap().success());
    }
}

/// Started in the background of a script, a program has interrupts ignored.
#[cfg(target_os = "linux")]
#[test]
fn signals_that_were_ignored_are_told_all_the_same() {
    let script = tempfile::NamedTempFile::new().unwrap();
    let program = std::env::current_exe().unwrap();
    let text = format!("trap '' INT HUP; exec '{}' \"$@\"", program.display());
    std::fs::write(script.path(), text).unwrap();
    let mut child = waiting_by(Command::new("sh").arg(script.path()));
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut said = lines.map_while(Result::ok);
    assert!(said.any(|line| line.contains("waiting")));
    let sent = Command::new("kill").args(["-TERM".to_owned(), child.id().to_string()]).status();
    assert!(sent.unwrap().success());
    assert!(said.any(|line| line.contains("saved")));
    assert!(child.wait().unwrap().success());
}

fn waiting(program: &Path) -> Child {
    waiting_by(&mut Command::new(program))
}

fn waiting_by(command: &mut Command) -> Child {
    command
        .args(["--exact", "lifecycle::waiting_process", "--nocapture"])
        .env("MPC_TEST_SIGNAL", "1")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}
