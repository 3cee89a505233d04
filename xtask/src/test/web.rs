//! The suites of the web packages: units in Node, and the built player in a browser.

use anyhow::Result;

use super::counts;
use super::report::Report;
use crate::cloud::Cloud;
use crate::setup::Toolchain;
use crate::shell::{Step, colour, remove_dir};
use crate::{paths, serve, web};

/// Builds what the tests need and runs both suites.
pub(crate) fn run(toolchain: &Toolchain, filter: Option<&str>, report: &mut Report) {
    if let Err(error) = web::build(toolchain) {
        report.broken("web", "build", &error);
        return;
    }
    if let Err(error) = unit(filter, report) {
        report.broken("web", "unit", &error);
    }
    if filter.is_some() {
        println!("web player: its one scenario cannot be filtered, left out");
    } else {
        if let Err(error) = end_to_end(toolchain, report) {
            report.broken("web", "player", &error);
        }
        if let Err(error) = cloud(toolchain, report) {
            report.broken("web", "cloud", &error);
        }
    }
}

fn unit(filter: Option<&str>, report: &mut Report) -> Result<()> {
    let mut step = Step::new("npm").arg("test").dir(paths::root().join("web"));
    if colour() == "always" {
        step = step.env("FORCE_COLOR", "1");
    }
    if let Some(filter) = filter {
        step = step.args(["--", "--passWithNoTests", "-t", filter]);
    }
    let watched = step.watch()?;
    report.ran("web", "unit", counts::web(&watched.text), &watched);
    Ok(())
}

fn end_to_end(toolchain: &Toolchain, report: &mut Report) -> Result<()> {
    // Without COOP and COEP: the harder case, and the one most sites are in.
    let server = serve::Server::start(&paths::output("web"), 0, serve::Isolation::Off)?;
    let watched = Step::new("node")
        .arg("e2e/player.e2e.mjs")
        .args(["--url", &server.url()])
        .env("CHROME", &toolchain.browser()?.program)
        .dir(paths::root().join("web"))
        .watch()?;
    report.ran("web", "player", counts::web(&watched.text), &watched);
    Ok(())
}

/// Signing in, mirroring and playing, with COOP and COEP and without, against a cloud on other origins.
fn cloud(toolchain: &Toolchain, report: &mut Report) -> Result<()> {
    let drive = paths::output("e2e/drive");
    let web = paths::root().join("web");
    remove_dir(&drive)?;
    Step::new("node").arg("e2e/cloud-files.mjs").arg(&drive).dir(&web).run()?;
    let cloud = Cloud::start(&drive, "canary-e2e")?;
    let site = paths::output("web");
    let open = serve::Server::start(&site, 0, serve::Isolation::Off)?;
    let isolated = serve::Server::start(&site, 0, serve::Isolation::On)?;
    let watched = Step::new("node")
        .arg("e2e/cloud.e2e.mjs")
        .args(["--url", &open.url(), "--isolated-url", &isolated.url()])
        .args(["--services", &cloud.services().to_string()])
        .env("CHROME", &toolchain.browser()?.program)
        .dir(web)
        .watch()?;
    report.ran("web", "cloud", counts::web(&watched.text), &watched);
    Ok(())
}
