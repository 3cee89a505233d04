//! `cargo xtask web`: the bundle, the npm package and the player, put together in `target/web`.

use anyhow::{Context, Result};

use crate::setup::Toolchain;
use crate::shell::{Step, remove_dir};
use crate::{natively, paths, wasm};

/// Builds the player with its release bundle into `target/web`, ready to be served.
pub(crate) fn build(toolchain: &Toolchain) -> Result<()> {
    export_types()?;
    wasm::build(toolchain, wasm::Profile::Release)?;
    let web = paths::root().join("web");
    Step::new("npm").args(["run", "build"]).dir(&web).run()?;

    let site = paths::output("web");
    remove_dir(&site)?;
    paths::copy_tree(&web.join("player/dist"), &site).context("the player was not built")?;
    println!("web: the player is in {}", site.display());
    Ok(())
}

/// Writes the TypeScript types of the Rust API into `web/generated`.
pub(crate) fn export_types() -> Result<()> {
    let target = paths::root().join("web/generated");
    Step::new(natively::example("export_types", &[])?).arg(target).run()
}
