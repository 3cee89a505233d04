//! All automation of this repository, as `cargo xtask <command>`.
//!
//! It only orchestrates: every command it runs is printed first, so that each step can be repeated by hand.

mod bench;
mod ci;
mod cloud;
mod conformance;
mod demo;
mod natively;
mod paths;
mod serve;
mod setup;
mod shell;
mod test;
mod tidy;
mod wasm;
mod web;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// Set-up, demo, tests, checks, bundles and benchmarks of Music Platform Core
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Install what is missing; touch nothing that is right
    Setup,
    /// Scan an album on the desktop, then open the same one in the web player
    Demo(demo::DemoOptions),
    /// Run every test, natively and in a headless browser
    Test(test::TestOptions),
    /// Certify every bridge in every environment and write `target/conformance/BRIDGE.json`
    Conformance,
    /// Run everything CI runs
    Ci,
    /// Check the rules that compilers do not know
    Tidy,
    /// Build the WebAssembly bundle and print its sizes
    Wasm {
        /// Build quickly, without link-time optimisation and wasm-opt
        #[arg(long)]
        dev: bool,
    },
    /// Build the bundle, the npm package and the player into target/web
    Web,
    /// Serve a folder on this machine
    Serve {
        /// The folder
        #[arg(long, default_value = "target/web")]
        dir: PathBuf,
        /// The port; 0 takes a free one
        #[arg(long, default_value_t = 8080)]
        port: u16,
        /// Send COOP and COEP, so that pages may share memory
        #[arg(long)]
        isolated: bool,
    },
    /// Compare with other programs and write `target/bench/SUITE.json`
    Bench(bench::BenchOptions),
}

fn main() -> ExitCode {
    match run(Arguments::parse().task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> Result<()> {
    match task {
        Task::Setup => setup::ensure(&setup::Part::ALL).map(drop),
        Task::Demo(options) => demo::run(&options),
        Task::Test(options) => test::run(&options),
        Task::Conformance => conformance::run(),
        Task::Ci => ci::run(),
        Task::Tidy => tidy::run(),
        Task::Wasm { dev } => {
            let toolchain = setup::ensure(&[setup::Part::Wasm, setup::Part::Web])?;
            wasm::build(&toolchain, if dev { wasm::Profile::Dev } else { wasm::Profile::Release })
        }
        Task::Web => {
            web::build(&setup::ensure(&[setup::Part::Sound, setup::Part::Wasm, setup::Part::Web])?)
        }
        Task::Serve { dir, port, isolated } => {
            let isolation = if isolated { serve::Isolation::On } else { serve::Isolation::Off };
            let server = serve::Server::start(&dir, port, isolation)?;
            println!("{} serves {}; Ctrl-C stops it", server.url(), dir.display());
            loop {
                std::thread::park();
            }
        }
        Task::Bench(options) => bench::run(&options),
    }
}
