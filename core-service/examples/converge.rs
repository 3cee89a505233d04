//! Mirrors large drives in bad weather, and says what it took.
//!
//!     cargo run -p core-service --features bench --example converge -- [FILES] [FOLDER] [WHICH…]
//!
//! Each kind of drive is mirrored with all tags into a database in memory and into SQLite in FOLDER
//! (a new file each time), while one request in a hundred breaks, stops, is cut off, or gets 401, 429
//! or 500. WHICH chooses among `google-drive`, `onedrive`, `webdav`, `memory` and `sqlite`, and with
//! `calm` nothing goes wrong. A sync that ends early is begun again, as a program would. It fails
//! unless the library is exactly what is on the drive in the end, and prints one line of JSON per
//! run. On Linux it says by how much the memory in use has grown at most, the drive itself, which is
//! in this program as well, not counted.

use std::path::PathBuf;
use std::sync::Arc;

use bridge_desktop::SqliteDatabase;
use bridge_memory::MemoryDatabase;
use bridge_traits::DatabaseAdapter;
use serde_json::json;

#[path = "../tests/memory/forgotten.rs"]
mod forgotten;
#[expect(dead_code, reason = "the tests use the rest")]
#[path = "../tests/it/large_drive.rs"]
mod large_drive;
#[expect(dead_code, reason = "the tests use the rest")]
#[path = "../tests/it/mirror.rs"]
mod mirror;

use forgotten::Forgotten;
use large_drive::{Kind, LargeDrive};
use mirror::{Failed, Mirror};

#[core_async::main]
async fn main() -> Result<(), Failed> {
    let mut args = std::env::args().skip(1);
    let files = args.next().map_or(Ok(10_000), |files| files.parse())?;
    let folder = args.next().map_or_else(std::env::temp_dir, PathBuf::from);
    let which: Vec<_> = args.collect();
    let is_chosen = |name: &str, others: &[&str]| {
        let is_named = |name: &str| which.iter().any(|which| which == name);
        is_named(name) || !others.iter().any(|other| is_named(other))
    };
    for kind in Kind::ALL {
        if !is_chosen(&kind.to_string(), &["google-drive", "onedrive", "webdav"]) {
            continue;
        }
        for storage in ["memory", "sqlite"] {
            if !is_chosen(storage, &["memory", "sqlite"]) {
                continue;
            }
            let path = folder.join(format!("converge-{kind}-{}.db", std::process::id()));
            let database: Arc<dyn DatabaseAdapter> = match storage {
                "memory" => Arc::new(MemoryDatabase::new()),
                _ => Arc::new(SqliteDatabase::at(path)),
            };
            let drive = Arc::new(LargeDrive::new(kind, files));
            drive.set_faults(if which.iter().any(|which| which == "calm") { 0 } else { 10 });
            let mirror = Mirror::open(database).await?;
            let before = memory::in_use_from_here();
            let converged =
                mirror.follow(&drive, |inner| Arc::new(Forgotten::new(inner, &drive))).await?;
            let grown = before.and_then(|before| Some(memory::most()?.saturating_sub(before)));
            mirror.check(&drive).await?;
            let result = json!({
                "drive": kind.to_string(), "database": storage, "files": files,
                "syncs": converged.syncs, "requests": converged.requests,
                "bytes": converged.bytes,
                "first_tracks_seconds": converged.first_tracks.as_secs_f64(),
                "seconds": converged.whole.as_secs_f64(),
                "memory_grown_mib": grown.map(|kib| kib / 1024),
            });
            println!("{result}");
        }
    }
    Ok(())
}

/// What Linux says of this program's memory, in kibibytes.
mod memory {
    #![expect(clippy::disallowed_methods, reason = "a program of its own, outside any core")]

    /// What is in use now. From here on the most is counted.
    pub(crate) fn in_use_from_here() -> Option<u64> {
        std::fs::write("/proc/self/clear_refs", "5").ok()?;
        field("VmRSS:")
    }

    /// The most there was.
    pub(crate) fn most() -> Option<u64> {
        field("VmHWM:")
    }

    fn field(name: &str) -> Option<u64> {
        let status = std::fs::read_to_string("/proc/self/status").ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        line.trim().strip_suffix("kB")?.trim().parse().ok()
    }
}
