//! Node, and the packages that `web/package-lock.json` names.

use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::paths;
use crate::shell::{Step, find_program};

/// The oldest Node that vite runs on.
const OLDEST_NODE: u32 = 20;

/// Installs the packages unless they are those of the lock file already.
pub(crate) fn ensure() -> Result<String> {
    if find_program("node").is_none() || find_program("npm").is_none() {
        bail!(
            "Node.js {OLDEST_NODE} or newer is missing: https://nodejs.org, or your system's nodejs and npm packages"
        );
    }
    let version = Step::new("node").arg("--version").quiet().read()?;
    let major =
        version.trim_start_matches('v').split('.').next().and_then(|major| major.parse().ok());
    if major.is_none_or(|major: u32| major < OLDEST_NODE) {
        bail!("Node.js {} is too old, at least {OLDEST_NODE} is needed", version.trim());
    }

    let web = paths::root().join("web");
    let lock = json(&web.join("package-lock.json"))?;
    if json(&web.join("node_modules/.package-lock.json"))
        .is_ok_and(|installed| satisfies(&installed, &lock))
    {
        return Ok(format!("as locked, Node.js {}", version.trim()));
    }
    Step::new("npm").args(["ci", "--no-audit", "--no-fund"]).dir(&web).run()?;
    Ok(format!("installed, Node.js {}", version.trim()))
}

fn json(path: &Path) -> Result<Value> {
    let text =
        std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    serde_json::from_str(&text).with_context(|| format!("cannot read {}", path.display()))
}

/// Whether npm has installed every package of `lock` that it must, in that version, and no other.
fn satisfies(installed: &Value, lock: &Value) -> bool {
    let (Some(installed), Some(lock)) =
        (installed["packages"].as_object(), lock["packages"].as_object())
    else {
        return false;
    };
    let wanted = |name: &str| lock.get(name).is_some();
    installed.keys().all(|name| wanted(name))
        && lock.iter().filter(|(name, _)| name.contains("node_modules/")).all(|(name, package)| {
            match installed.get(name) {
                Some(found) => {
                    found["version"] == package["version"]
                        && found["resolved"] == package["resolved"]
                }
                // Packages for other systems are not installed here.
                None => package["optional"] == true,
            }
        })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn packages_are_installed_again_only_if_they_differ_from_the_lock_file() {
        let lock = json!({ "packages": {
            "": { "name": "root" },
            "node_modules/a": { "version": "1.0.0" },
            "node_modules/elsewhere": { "version": "1.0.0", "optional": true },
        } });
        let with = |packages: Value| satisfies(&json!({ "packages": packages }), &lock);
        assert!(with(json!({ "node_modules/a": { "version": "1.0.0" } })));
        assert!(!with(json!({ "node_modules/a": { "version": "2.0.0" } })));
        assert!(!with(json!({})));
        assert!(!with(json!({ "node_modules/a": { "version": "1.0.0" }, "node_modules/old": {} })));
    }
}
