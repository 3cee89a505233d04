//! A compiler for `wasm32-unknown-unknown`.
//!
//! Ordinarily rustup adds the target. Where its downloads cannot be reached, Debian's `rustc-web` compiles for
//! wasm32 too, once the standard library has been built from `rust-web-src`: with its bitcode, so that release
//! bundles can use link-time optimisation, and with `test`, which the browser tests link.

use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::apt;
use crate::paths;
use crate::shell::{Step, remove_dir};

const TRIPLE: &str = "wasm32-unknown-unknown";
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const DEBIAN_SOURCE: &str = "/usr/lib/rustlib/src/rust/library/std/Cargo.toml";
const DEBIAN_LIBRARIES: &str = "/usr/lib/rustlib/wasm32-unknown-unknown/lib";

/// What the linker has to be told for memory that workers share. A page may hold a gigabyte.
const SHARED_MEMORY: [&str; 8] = [
    "--shared-memory",
    "--import-memory",
    "--max-memory=1073741824",
    "--export=__wasm_init_tls",
    "--export=__tls_size",
    "--export=__tls_align",
    "--export=__tls_base",
    "--export=__heap_base",
];

/// Where wasm32 code is compiled.
#[derive(Clone, Debug)]
pub(crate) enum Target {
    /// With the toolchain that builds everything else.
    Rustup { version: String },
    /// With Debian's compiler and the linker of the other toolchain.
    Debian { version: String, linker: PathBuf },
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rustup { version } => write!(f, "{version}"),
            Self::Debian { version, .. } => write!(f, "{version}, from Debian"),
        }
    }
}

impl Target {
    /// The target that is installed, or that rustup can add; nothing where only Debian can help.
    pub(crate) fn find_or_add_with_rustup() -> Result<Option<Self>> {
        let version = Step::new("rustc").arg("--version").quiet().read()?.trim().to_owned();
        if compiles("rustc") {
            return Ok(Some(Self::Rustup { version }));
        }
        if Path::new(DEBIAN_RUSTC).exists() && compiles(DEBIAN_RUSTC) {
            return Self::from_debian().map(Some);
        }
        println!("setup: the wasm32 target is missing, asking rustup for it");
        if Step::new("rustup").args(["target", "add", TRIPLE]).run().is_ok() && compiles("rustc") {
            return Ok(Some(Self::Rustup { version }));
        }
        if !apt::available() {
            bail!(
                "rustup could not add {TRIPLE}; check the network and run `rustup target add {TRIPLE}`"
            );
        }
        println!("setup: rustup cannot download it here, taking Debian's compiler instead");
        Ok(None)
    }

    /// Debian's compiler, with the standard library built if need be.
    pub(crate) fn from_debian() -> Result<Self> {
        if !compiles(DEBIAN_RUSTC) {
            install_standard_library()?;
        }
        let version = Step::new(DEBIAN_RUSTC).arg("--version").quiet().read()?.trim().to_owned();
        Ok(Self::Debian { version, linker: linker()? })
    }

    /// What cargo has to be told to compile with it.
    pub(crate) fn env(&self) -> Vec<(String, OsString)> {
        match self {
            Self::Rustup { .. } => Vec::new(),
            Self::Debian { linker, .. } => vec![
                ("RUSTC".to_owned(), DEBIAN_RUSTC.into()),
                ("RUSTDOC".to_owned(), "/usr/bin/rustdoc".into()),
                ("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER".to_owned(), linker.into()),
            ],
        }
    }

    /// Makes a cargo command build for shared memory, the standard library included.
    pub(crate) fn threaded(&self, cargo: Step) -> Result<Step> {
        let link = |argument: &str| format!("-Clink-arg={argument}");
        let mut flags = vec!["-Ctarget-feature=+atomics,+bulk-memory,+mutable-globals".to_owned()];
        flags.extend(SHARED_MEMORY.map(link));
        Ok(self
            .with_standard_library(cargo, "std,panic_abort,test")?
            .env("CARGO_TARGET_DIR", paths::threaded_target())
            .args(["--target", TRIPLE, "--config"])
            .arg(format!("target.{TRIPLE}.rustflags={flags:?}")))
    }

    /// Makes a cargo command compile the standard library too, as small as it can be made: for one that is to
    /// be fast, sorting alone is compiled in four kilobytes for each type that is sorted.
    pub(crate) fn small(&self, cargo: Step) -> Result<Step> {
        Ok(self
            .with_standard_library(cargo, "std,panic_abort")?
            .arg("-Zbuild-std-features=optimize_for_size"))
    }

    /// Where the source of the standard library is, if it is installed.
    pub(crate) fn library_source(&self) -> Result<PathBuf> {
        let rustc = match self {
            Self::Rustup { .. } => "rustc",
            Self::Debian { .. } => DEBIAN_RUSTC,
        };
        let sysroot = Step::new(rustc).args(["--print", "sysroot"]).quiet().read()?;
        Ok(PathBuf::from(sysroot.trim()).join("lib/rustlib/src/rust"))
    }

    fn with_standard_library(&self, cargo: Step, crates: &str) -> Result<Step> {
        if let Self::Rustup { .. } = self {
            Step::new("rustup").args(["component", "add", "rust-src"]).run().context(
                "this build compiles the standard library: add the component `rust-src`",
            )?;
        }
        // Building the standard library is not stable, but what it builds is.
        Ok(cargo.env("RUSTC_BOOTSTRAP", "1").arg(format!("-Zbuild-std={crates}")))
    }

    /// Whether clippy has to be run as a compiler wrapper, and which program that is.
    pub(crate) fn clippy_driver(&self) -> Option<&'static Path> {
        match self {
            Self::Rustup { .. } => None,
            Self::Debian { .. } => Some(Path::new("/usr/bin/clippy-driver")),
        }
    }
}

/// The Debian packages that are missing for the fallback.
pub(crate) fn missing_packages() -> Vec<&'static str> {
    let wanted = [
        (DEBIAN_RUSTC, "rustc-web"),
        (DEBIAN_SOURCE, "rust-web-src"),
        ("/usr/bin/clippy-driver", "rust-web-clippy"),
    ];
    wanted
        .into_iter()
        .filter(|(file, _)| !Path::new(file).exists())
        .map(|(_, package)| package)
        .collect()
}

/// Whether `rustc` compiles a program with tests for wasm32: the library is there, is whole, and is its own.
fn compiles(rustc: &str) -> bool {
    let Ok(cache) = paths::cache() else { return false };
    let dir = cache.join("probe");
    let source = dir.join("probe.rs");
    let write = || {
        std::fs::create_dir_all(&dir).and_then(|()| {
            std::fs::write(&source, "#[test]\nfn works() { println!(\"{}\", String::new()); }\n")
        })
    };
    write().is_ok()
        && Step::new(rustc)
            .args([
                "--edition=2024",
                "--crate-type=lib",
                "--test",
                "--emit=metadata",
                "--target",
                TRIPLE,
            ])
            .arg("--out-dir")
            .args([&dir, &source])
            .env("RUSTC_BOOTSTRAP", "0")
            .quiet()
            .read()
            .is_ok()
}

/// Builds the standard library with Debian's compiler and puts it where that compiler looks.
fn install_standard_library() -> Result<()> {
    let description = Step::new(DEBIAN_RUSTC).arg("-vV").quiet().read()?;
    let release =
        description.lines().find_map(|line| line.strip_prefix("release: ")).unwrap_or("unknown");
    let built = paths::cache()?.join(format!("std-{release}"));
    if !built.exists() {
        println!("setup: building the wasm32 standard library once, about a minute");
        build_standard_library(&built)?;
    }
    apt::privileged("mkdir")?.args(["-p", DEBIAN_LIBRARIES]).run()?;
    // Another release's libraries beside ours would be ambiguous.
    let old = paths::files_below(Path::new(DEBIAN_LIBRARIES), &|_| false)?;
    if !old.is_empty() {
        apt::privileged("rm")?.arg("-f").args(old).run()?;
    }
    // `/.` copies what is in the folder, not the folder.
    apt::privileged("cp")?.arg("-r").arg(built.join(".")).arg(DEBIAN_LIBRARIES).run()?;
    if !compiles(DEBIAN_RUSTC) {
        bail!(
            "{DEBIAN_RUSTC} still cannot compile for {TRIPLE}; remove {} and try again",
            built.display()
        );
    }
    Ok(())
}

/// Builds the standard library in an empty crate and leaves its rlibs in `to`.
fn build_standard_library(to: &Path) -> Result<()> {
    let work = to.with_added_extension("build");
    remove_dir(&work)?;
    std::fs::create_dir_all(work.join("src"))?;
    std::fs::write(work.join("Cargo.toml"), STANDARD_LIBRARY_MANIFEST)?;
    std::fs::write(work.join("src/lib.rs"), "")?;
    Step::cargo("build")
        .args([
            "--release",
            "--target",
            TRIPLE,
            "-Z",
            "build-std=std,panic_abort,panic_unwind,proc_macro,test",
        ])
        .env("RUSTC", DEBIAN_RUSTC)
        .env("RUSTC_BOOTSTRAP", "1")
        .env("RUSTFLAGS", "-Cembed-bitcode=yes")
        .env("CARGO_TARGET_DIR", work.join("target"))
        .dir(&work)
        .run()?;
    let finished = work.join("finished");
    std::fs::create_dir_all(&finished)?;
    let built =
        paths::files_below(&work.join("target").join(TRIPLE).join("release/deps"), &|_| false)?;
    for file in built {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with("lib") && name.ends_with(".rlib") && !name.starts_with("libempty") {
            std::fs::copy(&file, finished.join(name))?;
        }
    }
    // Only a complete library gets the name that later runs look for.
    std::fs::rename(&finished, to).context("cannot keep the built library")?;
    remove_dir(&work)
}

/// `rust-lld` of the toolchain that builds everything else.
fn linker() -> Result<PathBuf> {
    let sysroot = Step::new("rustc").args(["--print", "sysroot"]).quiet().read()?;
    let description = Step::new("rustc").arg("-vV").quiet().read()?;
    let host = description
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .context("rustc names no host")?;
    let linker = PathBuf::from(sysroot.trim()).join("lib/rustlib").join(host).join("bin/rust-lld");
    if !linker.exists() {
        bail!("{} is missing: install a rustup toolchain, which brings it", linker.display());
    }
    Ok(linker)
}

const STANDARD_LIBRARY_MANIFEST: &str = r#"[package]
name = "empty"
version = "0.0.0"
edition = "2024"

# Fat objects carry the bitcode that link-time optimisation of a release bundle needs.
[profile.release]
lto = "fat"

[workspace]
"#;
