//! Prints the fingerprints of files, to compare with those of other programs.
//!
//! `fingerprint FILE…`; with `--pairs` also how alike each two of them are.

mod memory_file;

use std::sync::Arc;

use core_playback::{Fingerprint, FormatHint};

use memory_file::MemoryFile;

#[core_async::main]
#[expect(clippy::disallowed_methods, reason = "a program of its own, without a host bridge")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let pairs = arguments.iter().position(|argument| argument == "--pairs");
    if let Some(at) = pairs {
        arguments.remove(at);
    }
    let mut all = Vec::new();
    for path in &arguments {
        let file = Arc::new(MemoryFile::from(std::fs::read(path)?));
        match Fingerprint::compute(file, FormatHint::from_path(path)).await {
            Ok(fingerprint) => {
                println!("{fingerprint}\t{path}");
                all.push((path, fingerprint));
            }
            Err(error) => eprintln!("{path}: {error}"),
        }
    }
    if pairs.is_some() {
        for (at, (path, one)) in all.iter().enumerate() {
            for (other_path, other) in &all[at + 1..] {
                println!("{:.4}\t{path}\t{other_path}", one.similarity(other));
            }
        }
    }
    Ok(())
}
