//! Where things are: the repository, what is built in it, and the cache that outlives it.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The root of the repository, as cargo says when it runs this program. Clones may share a target folder,
/// so where the program was compiled says nothing about where it runs.
pub(crate) fn root() -> PathBuf {
    let manifest =
        std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    Path::new(&manifest).parent().map(Path::to_path_buf).unwrap_or_default()
}

/// What is built for people to look at, always inside the repository: `target/web`, `target/demo`, `target/bench`.
pub(crate) fn output(name: &str) -> PathBuf {
    root().join("target").join(name)
}

/// Cargo's own target folder, which CI keeps outside the clone.
pub(crate) fn cargo_target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| root().join("target"), |dir| root().join(dir))
}

/// The target folder of WebAssembly builds: another compiler may make them, and would undo every native build.
pub(crate) fn wasm_target() -> PathBuf {
    cargo_target().join("wasm")
}

/// Where the threaded build for browsers goes; it has a standard library of its own.
pub(crate) fn threaded_target() -> PathBuf {
    cargo_target().join("wasm-threads")
}

/// Tools and libraries that were built once for this machine.
pub(crate) fn cache() -> Result<PathBuf> {
    if let Some(dir) = std::env::var_os("XDG_CACHE_HOME").filter(|dir| !dir.is_empty()) {
        return Ok(PathBuf::from(dir).join("mpc"));
    }
    let home = std::env::home_dir().context("no home folder: set XDG_CACHE_HOME")?;
    Ok(home.join(".cache").join("mpc"))
}

/// Every file below `dir`, sorted, without folders whose name `skip` accepts.
pub(crate) fn files_below(dir: &Path, skip: &dyn Fn(&str) -> bool) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![dir.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let entries = std::fs::read_dir(&folder)
            .with_context(|| format!("cannot list {}", folder.display()))?;
        for entry in entries {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                if !skip(&entry.file_name().to_string_lossy()) {
                    folders.push(entry.path());
                }
            } else {
                found.push(entry.path());
            }
        }
    }
    found.sort();
    Ok(found)
}

/// A number that changes when a file is added, removed or changed, or when `extra` does.
pub(crate) fn fingerprint(files: &[PathBuf], extra: &str) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    extra.hash(&mut hasher);
    for file in files {
        file.hash(&mut hasher);
        std::fs::read(file)
            .with_context(|| format!("cannot read {}", file.display()))?
            .hash(&mut hasher);
    }
    Ok(format!("{:016x}", hasher.finish()))
}

/// Copies the files below `from` to the same places below `to`.
pub(crate) fn copy_tree(from: &Path, to: &Path) -> Result<()> {
    for file in files_below(from, &|_| false)? {
        let target = to.join(file.strip_prefix(from)?);
        if let Some(folder) = target.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::copy(&file, &target)
            .with_context(|| format!("cannot copy to {}", target.display()))?;
    }
    Ok(())
}
