//! Node, and the packages that `web/package-lock.json` names.

use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::paths;
use crate::shell::{Step, find_program};

/// The oldest Node that vite and the example bridge run on.
const OLDEST_NODE: (u32, u32) = (20, 16);

/// The installed Node, if it is new enough.
pub(crate) fn node() -> Result<String> {
    let oldest = format!("{}.{}", OLDEST_NODE.0, OLDEST_NODE.1);
    if find_program("node").is_none() || find_program("npm").is_none() {
        bail!(
            "Node.js {oldest} or newer is missing: https://nodejs.org, or your system's nodejs and npm packages"
        );
    }
    let version = Step::new("node").arg("--version").quiet().read()?.trim().to_owned();
    if !is_new_enough(&version) {
        bail!("Node.js {version} is too old, at least {oldest} is needed");
    }
    Ok(version)
}

/// Whether `v20.16.0` is.
fn is_new_enough(version: &str) -> bool {
    let mut numbers = version.trim_start_matches('v').split('.').map(str::parse);
    match (numbers.next(), numbers.next()) {
        (Some(Ok(major)), Some(Ok(minor))) => (major, minor) >= OLDEST_NODE,
        _ => false,
    }
}

/// Installs the packages unless they are those of the lock file already.
pub(crate) fn ensure() -> Result<String> {
    let version = node()?;
    let web = paths::root().join("web");
    let lock = json(&web.join("package-lock.json"))?;
    if json(&web.join("node_modules/.package-lock.json"))
        .is_ok_and(|installed| satisfies(&installed, &lock))
    {
        return Ok(format!("as locked, Node.js {}", version));
    }
    Step::new("npm").args(["ci", "--no-audit", "--no-fund"]).dir(&web).run()?;
    Ok(format!("installed, Node.js {}", version))
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
    fn an_old_node_is_refused() {
        for (version, fits) in [
            ("v20.16.0", true),
            ("v22.1.0", true),
            ("v20.9.0", false),
            ("v18.19.1", false),
            ("", false),
        ] {
            assert_eq!(is_new_enough(version), fits, "{version}");
        }
    }

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
