//! `cargo xtask demo`: the same music in the desktop host and in the web player.

mod desktop;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::cloud::Cloud;
use crate::setup::{self, Part, Toolchain};
use crate::shell::{Step, remove_dir};
use crate::{paths, serve, web};

/// What to show, and how.
#[derive(Args, Clone, Debug)]
pub(crate) struct DemoOptions {
    /// A folder of music; without it a small album is made
    #[arg(long, value_name = "DIR")]
    music: Option<PathBuf>,
    /// Drive the page in a headless browser, compare both libraries, save a screenshot and end
    #[arg(long)]
    once: bool,
    /// The port of the web player; 0 takes a free one
    #[arg(long)]
    port: Option<u16>,
}

/// Pages keep their library per address, so that it is there again the next time.
const USUAL_PORT: u16 = 8470;

/// Sets up what is missing, scans on the desktop, serves the player.
pub(crate) fn run(options: &DemoOptions) -> Result<()> {
    let parts: &[Part] = if options.once {
        &[Part::Sound, Part::Wasm, Part::Browser, Part::Web]
    } else {
        &[Part::Sound, Part::Wasm, Part::Web]
    };
    let toolchain = setup::ensure(parts)?;
    let music = match &options.music {
        Some(folder) => {
            folder.canonicalize().with_context(|| format!("cannot open {}", folder.display()))?
        }
        None => make_album()?,
    };
    heading("Desktop: scan into SQLite, list, search, decode");
    let expected = desktop::show(&music)?;
    heading("Desktop: mirror the development cloud");
    // The cloud keeps its files in memory, so it always has the small albums.
    let cloud = Cloud::start(&make_album()?, "development")?;
    let mirrored = desktop::mirror(&cloud)?;
    heading("Browser: build the bundle and the player");
    web::build(&toolchain)?;
    let server = start_server(options, &cloud)?;

    if options.once {
        heading("Browser: import the same files, search and play them");
        return compare(&toolchain, &server, &music, &[expected, mirrored]);
    }
    heading("The web player is ready");
    println!("  open {} and import {}", server.url(), music.display());
    println!("  or choose “Add from…” and Google Drive, which is a cloud on this machine here");
    println!("  Ctrl-C stops the server");
    open(&server.url());
    loop {
        std::thread::park();
    }
}

/// Serves the player on the port that was asked for, or on the usual one, or on a free one.
fn start_server(options: &DemoOptions, cloud: &Cloud) -> Result<serve::Server> {
    // A copy: the addresses of this cloud are of no use to anybody afterwards.
    let site = paths::output("demo/web");
    remove_dir(&site)?;
    paths::copy_tree(&paths::output("web"), &site)?;
    std::fs::write(site.join("drives.json"), cloud.drives().to_string())?;
    let start = |port| serve::Server::start(&site, port, serve::Isolation::Off);
    match options.port {
        Some(port) => start(port),
        None if options.once => start(0),
        None => start(USUAL_PORT).or_else(|_| start(0)),
    }
}

/// Makes the album once; it is the same bytes every time.
fn make_album() -> Result<PathBuf> {
    let folder = paths::output("demo/music");
    let stamp = paths::output("demo/music.stamp");
    let source = paths::root().join("xtask/examples/make_album");
    let wanted = paths::fingerprint(&paths::files_below(&source, &|_| false)?, "")?;
    if folder.is_dir() && std::fs::read_to_string(&stamp).is_ok_and(|made| made == wanted) {
        return Ok(folder);
    }
    heading("Making two small albums");
    remove_dir(&folder)?;
    make_album_step().arg(&folder).run()?;
    std::fs::write(stamp, wanted)?;
    Ok(folder)
}

/// The command that makes albums.
pub(crate) fn make_album_step() -> Step {
    Step::cargo("run").args(["--quiet", "-p", "xtask", "--example", "make_album", "--"])
}

/// Drives the page; the script prints the comparison and fails if the libraries differ.
fn compare(
    toolchain: &Toolchain,
    server: &serve::Server,
    music: &Path,
    [expected, mirrored]: &[PathBuf; 2],
) -> Result<()> {
    let screenshot = paths::output("demo/player.png");
    let status = Step::new("node")
        .arg("e2e/demo.mjs")
        .args(["--url", &server.url(), "--music"])
        .arg(music)
        .arg("--desktop-json")
        .arg(expected)
        .arg("--cloud-json")
        .arg(mirrored)
        .arg("--screenshot")
        .arg(&screenshot)
        .env("CHROME", &toolchain.browser()?.program)
        .dir(paths::root().join("web"))
        .run();
    status.context("the two libraries are not equal, or the page could not be driven")?;
    if !screenshot.is_file() {
        bail!("the page left no screenshot");
    }
    println!("the screenshot is {}", screenshot.display());
    Ok(())
}

fn heading(text: &str) {
    println!("\n== {text}");
}

/// Shows the page in the browser of this desktop, if there is one.
fn open(url: &str) {
    let program = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    // A machine without a screen has no such program; the address is printed anyway.
    Step::new(program).arg(url).quiet().read().ok();
}
