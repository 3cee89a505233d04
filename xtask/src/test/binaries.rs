//! Test programs as cargo builds them, all with one command, so that each can be run and counted by itself.

use std::path::PathBuf;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::shell::Step;

/// One test program.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct TestBinary {
    /// The crate it tests.
    pub(crate) package: String,
    /// Where it was built.
    pub(crate) program: PathBuf,
    /// The folder of the crate, which is where cargo runs tests.
    pub(crate) folder: PathBuf,
}

/// Builds with `build`, a `cargo test` command, and lists the programs.
pub(crate) fn build(build: Step) -> Result<Vec<TestBinary>> {
    let messages = build.args(["--no-run", "--message-format=json-render-diagnostics"]).read()?;
    parse(&messages)
}

/// The test programs among cargo's JSON messages.
fn parse(messages: &str) -> Result<Vec<TestBinary>> {
    let mut found = Vec::new();
    for line in messages.lines().filter(|line| line.starts_with('{')) {
        let message: Value = serde_json::from_str(line).context("cargo's message")?;
        let Some(program) =
            message["executable"].as_str().filter(|_| message["profile"]["test"] == true)
        else {
            continue;
        };
        let manifest = PathBuf::from(
            message["manifest_path"].as_str().context("a message without a manifest")?,
        );
        found.push(TestBinary {
            package: package_name(
                message["package_id"].as_str().context("a message without a package")?,
            )
            .to_owned(),
            program: program.into(),
            folder: manifest.parent().context("a manifest without a folder")?.to_path_buf(),
        });
    }
    found.sort_by(|a, b| (&a.package, &a.program).cmp(&(&b.package, &b.program)));
    Ok(found)
}

/// The name in `path+file:///folder/core-async#0.1.0` or `path+file:///folder/apps/desktop#mpc-desktop@0.1.0`.
fn package_name(id: &str) -> &str {
    let (source, version) = id.rsplit_once('#').unwrap_or((id, ""));
    match version.split_once('@') {
        Some((name, _)) => name,
        None => source.rsplit('/').next().unwrap_or(source),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_test_programs_are_taken() {
        let messages = r#"
{"reason":"compiler-artifact","package_id":"path+file:///r/core-async#0.1.0","manifest_path":"/r/core-async/Cargo.toml","profile":{"test":true},"executable":"/t/core_async-1"}
{"reason":"compiler-artifact","package_id":"path+file:///r/apps/desktop#mpc-desktop@0.1.0","manifest_path":"/r/apps/desktop/Cargo.toml","profile":{"test":false},"executable":"/t/mpc-desktop"}
{"reason":"compiler-artifact","package_id":"registry+x#serde@1.0.0","manifest_path":"/s/Cargo.toml","profile":{"test":false},"executable":null}
{"reason":"build-finished","success":true}"#;
        let found = parse(messages).unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!(
            (found[0].package.as_str(), found[0].folder.to_str()),
            ("core-async", Some("/r/core-async"))
        );
    }

    #[test]
    fn package_names_come_from_both_forms_of_the_id() {
        assert_eq!(package_name("path+file:///r/core-async#0.1.0"), "core-async");
        assert_eq!(package_name("path+file:///r/apps/desktop#mpc-desktop@0.1.0"), "mpc-desktop");
    }
}
