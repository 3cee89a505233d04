//! Rule `trees`: what a crate brings into a browser contains no runtime and no database of another platform.

use anyhow::Result;

use super::{Problem, ask_cargo};

/// The features of tokio that work in a browser and that shared code may use, with those they imply.
const TOKIO_FEATURES: [&str; 8] =
    ["default", "sync", "macros", "io-util", "rt", "tokio-macros", "bytes", "pin-project-lite"];

/// Crates that do not belong into any bundle.
const NATIVE: [&str; 6] = ["mio", "sqlx", "sqlx-core", "rusqlite", "libsqlite3-sys", "cpal"];

/// Crates that belong to a bridge alone.
const OF_BRIDGES: [&str; 3] = ["rexie", "idb", "reqwest"];

/// What one crate's tree may not contain.
#[derive(Clone, Debug)]
pub(crate) struct Rules {
    forbidden: Vec<&'static str>,
}

impl Rules {
    /// The rules for `member`; nothing for crates that never run in a browser.
    pub(crate) fn of(member: &str) -> Option<Self> {
        match member {
            "bridge-desktop" | "mpc-desktop" | "xtask" | "core-async-macros" => None,
            "bridge-wasm" | "core-service" | "mpc-wasm" => {
                Some(Self { forbidden: NATIVE.to_vec() })
            }
            _ => Some(Self { forbidden: NATIVE.into_iter().chain(OF_BRIDGES).collect() }),
        }
    }
}

/// Every package that `member` needs on wasm32, one per line, with its features.
pub(crate) fn read(member: &str) -> Result<String> {
    let target = ["--target", "wasm32-unknown-unknown", "-e", "normal"];
    ask_cargo(
        "tree",
        &[&["-p", member, "--prefix", "none", "--format", "{p}|{f}"], &target[..]].concat(),
    )
}

/// Finds packages and features in `tree` that do not belong there.
pub(crate) fn check(member: &str, manifest: &str, tree: &str, rules: &Rules) -> Vec<Problem> {
    let mut problems: Vec<Problem> = Vec::new();
    for line in tree.lines() {
        let (package, features) = line.split_once('|').unwrap_or((line, ""));
        let name = package.split(' ').next().unwrap_or(package);
        let mut found = Vec::new();
        if rules.forbidden.contains(&name) {
            found.push(format!("its wasm32 tree contains {name}"));
        }
        if name == "tokio" {
            let features =
                features.trim_end_matches(" (*)").split(',').filter(|feature| !feature.is_empty());
            let extra: Vec<_> =
                features.filter(|feature| !TOKIO_FEATURES.contains(feature)).collect();
            if !extra.is_empty() {
                found.push(format!("its wasm32 tree contains tokio with {}", extra.join(", ")));
            }
        }
        for what in found {
            let advice = format!(
                "{what}: `cargo tree -p {member} --target wasm32-unknown-unknown -i {name}` shows who asks for it"
            );
            let problem = Problem::new("trees", manifest, 1, advice);
            if !problems.contains(&problem) {
                problems.push(problem);
            }
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_tree(member: &str, tree: &str, expected: &[&str]) {
        let problems = check(member, "Cargo.toml", tree, &Rules::of(member).unwrap());
        assert_eq!(problems.len(), expected.len(), "{problems:?}");
        for (problem, expected) in problems.iter().zip(expected) {
            assert!(problem.advice.contains(expected), "{problem}");
        }
    }

    #[test]
    fn native_packages_in_a_browser_fail() {
        check_tree(
            "core-library",
            "core-library v0.1.0 (/r)|\nmio v1.0.0|net\nmio v1.0.0|net (*)\n",
            &["contains mio"],
        );
        check_tree("mpc-wasm", "sqlx v0.9.0|\n", &["contains sqlx"]);
    }

    #[test]
    fn browser_database_belongs_to_its_bridge() {
        check_tree("core-library", "rexie v0.6.2|\n", &["contains rexie"]);
        check_tree("bridge-wasm", "rexie v0.6.2|\n", &[]);
    }

    #[test]
    fn full_tokio_fails() {
        check_tree("core-async", "tokio v1.54.1|macros,sync,tokio-macros\n", &[]);
        check_tree("core-async", "tokio v1.54.1|macros,net,time (*)\n", &["tokio with net, time"]);
    }

    #[test]
    fn crates_of_the_desktop_are_not_asked() {
        assert!(Rules::of("bridge-desktop").is_none());
    }
}
