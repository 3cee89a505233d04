//! Large drives in bad weather end up in the library exactly, in memory and in the storage of the
//! platform that the tests run on.
//!
//! Built with `MPC_TEST_FILES=10000`, drives are that large, and one request in a hundred goes wrong
//! instead of one in twenty.

use std::sync::Arc;

use bridge_memory::MemoryDatabase;
use core_async::sync::CancellationToken;
use core_async::task::yield_now;
use core_service::scratch_database;

use crate::large_drive::{Kind, LargeDrive, Mirror};

const FILES: Option<&str> = option_env!("MPC_TEST_FILES");

#[core_async::test(timeout_ms = 3_000_000)]
async fn drives_in_bad_weather_are_mirrored_exactly() {
    let files = FILES.map_or(240, |files| files.parse().unwrap());
    for kind in Kind::ALL {
        let memory = Arc::new(MemoryDatabase::new());
        let stored = scratch_database(&format!("converging-{kind}")).await;
        for (name, database) in [("memory", memory as Arc<_>), ("stored", stored)] {
            let drive = LargeDrive::new(kind, files);
            drive.set_page(if FILES.is_some() { 1000 } else { 50 });
            drive.set_faults(if FILES.is_some() { 10 } else { 50 });
            let mirror = Mirror::open(database).await.unwrap();
            let converged = mirror.converge(&drive).await.unwrap();
            core_async::__private::say(&format!(
                "{kind}, {name}: {files} files, first tracks after {:.2} s, all after {:.1} s, {} \
                 requests in {} syncs",
                converged.first_tracks.as_secs_f64(),
                converged.whole.as_secs_f64(),
                converged.requests,
                converged.syncs,
            ));
        }
    }
}

/// Killed after every answer, and in the end the library is the drive.
#[core_async::test]
async fn a_sync_that_is_killed_again_and_again_is_exact_in_the_end() {
    for kind in Kind::ALL {
        let drive = LargeDrive::new(kind, 100);
        drive.set_page(11);
        let mirror = Mirror::open(scratch_database(&format!("killed-{kind}")).await).await.unwrap();
        // How many requests are under way at a time: pages one by one, folders a few.
        let at_once = if kind == Kind::WebDav { 4 } else { 1 };
        let mut kills = 0;
        loop {
            let (before, mut request) = (drive.asked(), drive.request());
            request.options.read_tags = false;
            let cancel = CancellationToken::new();
            let is_done = core_async::select! {
                biased;
                // Of what goes out at once, something is kept when more is asked for.
                () = async {
                    while drive.asked() <= before + at_once {
                        yield_now().await;
                    }
                } => false,
                report = mirror.sync.sync(&request, &cancel) => report.is_ok(),
            };
            if is_done {
                break;
            }
            kills += 1;
            assert!(kills < 50, "{kind}: it never ends");
        }
        assert!(kills >= if at_once == 1 { 9 } else { 1 }, "{kind}: {kills} kills");
        mirror.converge(&drive).await.unwrap();
    }
}
