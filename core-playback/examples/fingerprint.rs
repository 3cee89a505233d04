//! Prints the fingerprints of files, to compare with those of other programs.
//!
//! `fingerprint FILE…`; with `--pairs` also how alike each two of them are.

use std::sync::Arc;

use bridge_traits::{ReadAt, Result};
use bytes::Bytes;
use core_playback::{Fingerprint, FormatHint};

#[derive(Debug)]
struct MemoryFile(Bytes);

#[core_async::async_trait]
impl ReadAt for MemoryFile {
    fn length(&self) -> u64 {
        self.0.len() as u64
    }

    async fn read_at(&self, offset: u64, length: usize) -> Result<Bytes> {
        let start = usize::try_from(offset).unwrap_or(usize::MAX).min(self.0.len());
        Ok(self.0.slice(start..self.0.len().min(start + length)))
    }

    fn read_at_now(&self, offset: u64, buffer: &mut [u8]) -> Option<Result<usize>> {
        let start = usize::try_from(offset).unwrap_or(usize::MAX).min(self.0.len());
        let bytes = &self.0[start..];
        let count = bytes.len().min(buffer.len());
        buffer[..count].copy_from_slice(&bytes[..count]);
        Some(Ok(count))
    }
}

#[core_async::main]
#[expect(clippy::disallowed_methods, reason = "a program of its own, without a host bridge")]
async fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let pairs = arguments.iter().position(|argument| argument == "--pairs");
    if let Some(at) = pairs {
        arguments.remove(at);
    }
    let mut all = Vec::new();
    for path in &arguments {
        let file = Arc::new(MemoryFile(std::fs::read(path)?.into()));
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
