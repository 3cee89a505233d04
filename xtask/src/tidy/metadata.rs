//! The part of `cargo metadata` that the rules look at.

use anyhow::{Context, Result};
use serde_json::Value;

use super::ask_cargo;
use crate::paths;

/// A crate of this repository.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    /// Its name.
    pub(crate) name: String,
    /// Its manifest, relative to the root.
    pub(crate) manifest: String,
    /// The text of the manifest.
    pub(crate) text: String,
    /// The crates it names, with whether only its tests may use them.
    pub(crate) dependencies: Vec<(String, bool)>,
}

/// A package of the whole tree, ours or not.
#[derive(Clone, Debug)]
pub(crate) struct Package {
    /// Name and version.
    pub(crate) name: String,
    /// The SPDX expression it states, if any.
    pub(crate) licence: Option<String>,
}

/// All of them.
#[derive(Clone, Debug)]
pub(crate) struct Metadata {
    /// The crates of this repository.
    pub(crate) members: Vec<Member>,
    /// Those, and every package they depend on.
    pub(crate) packages: Vec<Package>,
}

impl Metadata {
    /// Asks cargo.
    pub(crate) fn read() -> Result<Self> {
        let said: Value =
            serde_json::from_str(&ask_cargo("metadata", &["--format-version", "1"])?)?;
        let packages = said["packages"].as_array().context("no packages")?;
        let members = said["workspace_members"].as_array().context("no members")?;
        let mut metadata = Self { members: Vec::new(), packages: Vec::new() };
        for package in packages {
            if members.contains(&package["id"]) {
                metadata.members.push(member(package)?);
            }
            metadata.packages.push(Package {
                name: format!("{} {}", text(&package["name"])?, text(&package["version"])?),
                licence: package["license"].as_str().map(str::to_owned),
            });
        }
        Ok(metadata)
    }
}

fn member(package: &Value) -> Result<Member> {
    let path = text(&package["manifest_path"])?;
    let root = paths::root();
    let manifest =
        std::path::Path::new(path).strip_prefix(&root)?.to_string_lossy().replace('\\', "/");
    let mut dependencies = Vec::new();
    for dependency in package["dependencies"].as_array().context("no dependencies")? {
        dependencies.push((text(&dependency["name"])?.to_owned(), dependency["kind"] == "dev"));
    }
    Ok(Member {
        name: text(&package["name"])?.to_owned(),
        manifest,
        text: std::fs::read_to_string(path)?,
        dependencies,
    })
}

fn text(value: &Value) -> Result<&str> {
    value.as_str().context("cargo metadata has an unexpected form")
}
