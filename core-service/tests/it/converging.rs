//! Large drives in bad weather end up in the library exactly, in memory and in the storage of the
//! platform that the tests run on.
//!
//! Built with `MPC_TEST_FILES=10000`, drives are that large, and one request in a hundred goes wrong
//! instead of one in twenty.

use std::sync::Arc;

use bridge_memory::MemoryDatabase;
use core_service::scratch_database;

use crate::large_drive::{Kind, LargeDrive};
use crate::mirror::Mirror;

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
