//! Rule `edges`: a crate depends only on those it may depend on, so that a new edge is a visible line here.

use super::Problem;
use super::metadata::Member;

/// Every crate and the crates of this repository that its code may use.
const ALLOWED: &[(&str, &[&str])] = &[
    ("core-async-macros", &[]),
    ("core-async", &["core-async-macros"]),
    ("bridge-traits", &["core-async"]),
    ("bridge-memory", &["core-async", "bridge-traits"]),
    ("bridge-conformance", &["core-async", "bridge-traits", "bridge-memory"]),
    ("bridge-desktop", &["core-async", "bridge-traits"]),
    ("bridge-wasm", &["core-async", "bridge-traits", "bridge-memory"]),
    ("core-runtime", &["core-async", "bridge-traits"]),
    ("core-auth", &["core-async", "bridge-traits", "core-runtime"]),
    ("core-library", &["core-async", "bridge-traits", "core-runtime"]),
    ("core-metadata", &["core-async", "bridge-traits", "core-runtime", "core-library"]),
    (
        "core-sync",
        &[
            "core-async",
            "bridge-traits",
            "core-runtime",
            "core-auth",
            "core-library",
            "core-metadata",
        ],
    ),
    ("core-playback", &["core-async", "bridge-traits", "core-runtime", "core-library"]),
    (
        "core-service",
        &[
            "core-async",
            "bridge-traits",
            "bridge-memory",
            "bridge-desktop",
            "bridge-wasm",
            "core-runtime",
            "core-auth",
            "core-library",
            "core-metadata",
            "core-sync",
            "core-playback",
        ],
    ),
    ("mpc-wasm", &["core-async", "core-service"]),
    ("mpc-desktop", &["core-async", "core-service"]),
    ("test-cloud", &["core-async", "bridge-traits", "bridge-memory"]),
    ("xtask", &[]),
];

/// Doubles and contracts, which the tests of every crate may use.
const FOR_TESTS: [&str; 4] = ["core-async", "bridge-memory", "bridge-conformance", "test-cloud"];

/// Finds edges that are not in the table.
pub(crate) fn check(members: &[Member]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for member in members {
        let Some((_, allowed)) = ALLOWED.iter().find(|(name, _)| *name == member.name) else {
            let advice = format!(
                "`{}` is new: say in xtask/src/tidy/edges.rs what it may depend on",
                member.name
            );
            problems.push(Problem::new("edges", &member.manifest, 1, advice));
            continue;
        };
        let ours = |name: &str| ALLOWED.iter().any(|(member, _)| *member == name);
        for (name, test_only) in member.dependencies.iter().filter(|(name, _)| ours(name)) {
            let allowed = allowed.contains(&name.as_str())
                || (*test_only && FOR_TESTS.contains(&name.as_str()));
            if !allowed {
                let advice = format!(
                    "`{}` may not depend on `{name}`: turn the edge around, or put a trait between",
                    member.name
                );
                problems.push(Problem::new(
                    "edges",
                    &member.manifest,
                    line_of(&member.text, name),
                    advice,
                ));
            }
        }
    }
    problems
}

fn line_of(manifest: &str, dependency: &str) -> usize {
    let names_it = |line: &str| {
        line.strip_prefix(dependency).is_some_and(|rest| rest.starts_with(['.', ' ', '=']))
    };
    manifest.lines().position(names_it).map_or(1, |index| index + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(name: &str, dependency: &str, test_only: bool) -> Member {
        Member {
            name: name.to_owned(),
            manifest: format!("{name}/Cargo.toml"),
            text: format!("[dependencies]\n{dependency}.workspace = true\n"),
            dependencies: vec![(dependency.to_owned(), test_only)],
        }
    }

    #[test]
    fn domain_crate_that_names_a_bridge_fails() {
        let problems = check(&[member("core-library", "bridge-desktop", false)]);
        assert_eq!(problems[0].line, 2);
        assert!(problems[0].advice.contains("may not depend on `bridge-desktop`"));
    }

    #[test]
    fn doubles_are_for_tests_only() {
        assert!(check(&[member("core-library", "bridge-memory", true)]).is_empty());
        assert_eq!(check(&[member("core-library", "bridge-memory", false)]).len(), 1);
    }

    #[test]
    fn unknown_crate_fails() {
        assert!(check(&[member("core-extra", "serde", false)])[0].advice.contains("is new"));
    }
}
