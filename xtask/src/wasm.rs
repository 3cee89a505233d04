//! `cargo xtask wasm`: the one WebAssembly bundle, optimised, and its sizes.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::paths;
use crate::setup::Toolchain;
use crate::shell::{Step, remove_dir};

/// The largest release bundle that passes, gzipped.
const LARGEST_BUNDLE: u64 = 950 * 1024;

const NAME: &str = "mpc_wasm";

/// wasm-opt must accept what the compiler emits for browsers of today, and may use no more than that.
const FEATURES: [&str; 8] = [
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-simd",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// How much time goes into the bundle.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Profile {
    /// Quick to build.
    Dev,
    /// What is published.
    Release,
}

/// Builds the bundle into `web/core/dist/wasm` unless it is there already.
pub(crate) fn build(toolchain: &Toolchain, profile: Profile) -> Result<()> {
    let output = output();
    let stamp = paths::wasm_target().join("bundle.stamp");
    let wanted = paths::fingerprint(&inputs()?, &format!("{profile:?} {}", toolchain.target()?))?;
    let built = output.join(format!("{NAME}_bg.wasm")).exists()
        && output.join(format!("{NAME}.js")).exists();
    if built && std::fs::read_to_string(&stamp).is_ok_and(|stamp| stamp == wanted) {
        println!("wasm: the bundle is up to date");
        return print_sizes(None);
    }

    let cargo_profile = if profile == Profile::Dev { "dev" } else { "wasm" };
    toolchain
        .wasm_cargo("build")?
        .args([
            "-p",
            "mpc-wasm",
            "--lib",
            "--target",
            "wasm32-unknown-unknown",
            "--profile",
            cargo_profile,
        ])
        .run()?;
    let folder = if profile == Profile::Dev { "debug" } else { "wasm" };
    let module = paths::wasm_target()
        .join("wasm32-unknown-unknown")
        .join(folder)
        .join(format!("{NAME}.wasm"));
    remove_dir(&output)?;
    toolchain
        .wasm_bindgen()?
        .args(["--target", "web", "--out-dir"])
        .args([&output, &module])
        .run()?;
    let raw = size(&module)?;
    if profile == Profile::Release {
        optimise(&output.join(format!("{NAME}_bg.wasm")))?;
    }
    std::fs::write(&stamp, wanted)?;
    print_sizes(Some(raw))
}

/// Fails if the release bundle is larger than it may be.
pub(crate) fn check_size() -> Result<()> {
    let bytes = gzipped(&output().join(format!("{NAME}_bg.wasm")))?;
    within(bytes, LARGEST_BUNDLE)
}

fn within(bytes: u64, limit: u64) -> Result<()> {
    if bytes > limit {
        bail!("the bundle has {bytes} bytes gzipped, more than the {limit} it may have");
    }
    Ok(())
}

/// Where wasm-bindgen puts the bundle.
fn output() -> PathBuf {
    paths::root().join("web/core/dist/wasm")
}

/// Every file that can change the bundle.
fn inputs() -> Result<Vec<PathBuf>> {
    let root = paths::root();
    let mut files =
        vec![root.join("Cargo.toml"), root.join("Cargo.lock"), root.join(".cargo/config.toml")];
    let crates = std::fs::read_dir(&root)?.filter_map(Result::ok).map(|entry| entry.path());
    for folder in
        crates.filter(|path| path.join("Cargo.toml").is_file() && !path.ends_with("xtask"))
    {
        files.push(folder.join("Cargo.toml"));
        files.extend(paths::files_below(&folder.join("src"), &|_| false)?);
    }
    files.sort();
    Ok(files)
}

fn optimise(module: &Path) -> Result<()> {
    let wasm_opt = paths::root().join("web/node_modules/.bin/wasm-opt");
    if !wasm_opt.exists() {
        bail!("{} is missing: add `binaryen` to web/package.json", wasm_opt.display());
    }
    let optimised = module.with_extension("opt");
    // `-O3` keeps the decoders fast; `-Oz` would save little and cost them a tenth of their speed.
    Step::new(wasm_opt).arg("-O3").args(FEATURES).arg(module).arg("-o").arg(&optimised).run()?;
    std::fs::rename(optimised, module).context("cannot replace the bundle")
}

fn print_sizes(raw: Option<u64>) -> Result<()> {
    let module = output().join(format!("{NAME}_bg.wasm"));
    let compiled = raw.map(|raw| format!("compiled {}, ", kilobytes(raw))).unwrap_or_default();
    println!(
        "wasm: {compiled}bundle {}, gzip {}",
        kilobytes(size(&module)?),
        kilobytes(gzipped(&module)?)
    );
    Ok(())
}

fn kilobytes(bytes: u64) -> String {
    format!("{} KB", bytes.div_ceil(1024))
}

fn size(path: &Path) -> Result<u64> {
    Ok(std::fs::metadata(path).with_context(|| format!("{} is not built", path.display()))?.len())
}

/// The size after compression, measured with Node, which every build of the bundle needs anyway.
fn gzipped(path: &Path) -> Result<u64> {
    let script = "process.stdout.write(String(require('zlib').gzipSync(require('fs').readFileSync(process.argv[1]), {level: 9}).length))";
    let said = Step::new("node").args(["-e", script]).arg(path).quiet().read()?;
    said.trim().parse().with_context(|| format!("node printed {said:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn larger_bundle_fails() {
        assert!(within(LARGEST_BUNDLE, LARGEST_BUNDLE).is_ok());
        assert!(
            within(LARGEST_BUNDLE + 1, LARGEST_BUNDLE).unwrap_err().to_string().contains("gzipped")
        );
    }
}
