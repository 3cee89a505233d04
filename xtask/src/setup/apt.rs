//! Debian packages, the fallback for what the ordinary way cannot bring.

use anyhow::{Context, Result, bail};

use crate::shell::{Step, find_program};

/// Whether this machine installs its software with apt.
pub(crate) fn available() -> bool {
    find_program("apt-get").is_some()
}

/// Installs `packages` in one go; nothing to do if there are none.
pub(crate) fn install(packages: &[&str]) -> Result<()> {
    if packages.is_empty() {
        return Ok(());
    }
    println!("setup: installing Debian packages: {}", packages.join(" "));
    privileged("apt-get")?.args(["update", "-q"]).run()?;
    // Nobody is there to answer questions; sudo would drop the variable if it were set outside.
    privileged("env")?
        .args([
            "DEBIAN_FRONTEND=noninteractive",
            "apt-get",
            "install",
            "-y",
            "-q",
            "--no-install-recommends",
        ])
        .args(packages)
        .run()
        .with_context(|| format!("install these packages and try again: {}", packages.join(" ")))
}

/// `program` with the rights to change the system.
pub(crate) fn privileged(program: &str) -> Result<Step> {
    if Step::new("id").arg("-u").quiet().read()?.trim() == "0" {
        return Ok(Step::new(program));
    }
    if find_program("sudo").is_none() {
        bail!("{program} needs root, and there is no sudo");
    }
    Ok(Step::new("sudo").arg(program))
}
