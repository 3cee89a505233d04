//! One piece of work, done with this crate or with tokio alone: `bench_native core-async|tokio spawn|mpsc|timeout N`.
//!
//! `cargo xtask bench async` counts the instructions of both.

use std::hint::black_box;
use std::process::ExitCode;
use std::time::Duration;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [library, work, rounds] = arguments.as_slice() else { return usage() };
    let Ok(rounds) = rounds.parse() else { return usage() };
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_time().build() else {
        return ExitCode::FAILURE;
    };
    runtime.block_on(async {
        match (library.as_str(), work.as_str()) {
            ("core-async", "spawn") => ours::spawn(rounds).await,
            ("core-async", "mpsc") => ours::mpsc(rounds).await,
            ("core-async", "timeout") => ours::timeout(rounds).await,
            ("tokio", "spawn") => theirs::spawn(rounds).await,
            ("tokio", "mpsc") => theirs::mpsc(rounds).await,
            ("tokio", "timeout") => theirs::timeout(rounds).await,
            _ => return usage(),
        }
        ExitCode::SUCCESS
    })
}

fn usage() -> ExitCode {
    eprintln!("usage: bench_native core-async|tokio spawn|mpsc|timeout N");
    ExitCode::from(2)
}

/// The same program, written for one library and for the other.
macro_rules! work {
    ($module:ident: $library:ident) => {
        mod $module {
            use super::*;

            pub(super) async fn spawn(rounds: u64) {
                for round in 0..rounds {
                    black_box($library::task::spawn(async move { round }).await.ok());
                }
            }

            pub(super) async fn mpsc(rounds: u64) {
                let (sender, mut receiver) = $library::sync::mpsc::channel(16);
                let producer = $library::task::spawn(async move {
                    for round in 0..rounds {
                        if sender.send(round).await.is_err() {
                            return;
                        }
                    }
                });
                while let Some(round) = receiver.recv().await {
                    black_box(round);
                }
                producer.await.ok();
            }

            pub(super) async fn timeout(rounds: u64) {
                for round in 0..rounds {
                    let work = async {
                        $library::task::yield_now().await;
                        round
                    };
                    black_box($library::time::timeout(Duration::from_secs(60), work).await.ok());
                }
            }
        }
    };
}

work!(ours: core_async);
work!(theirs: tokio);
