//! Rule `licences`: every package can be part of a program under MIT OR Apache-2.0, as `deny.toml` lists.

use super::Problem;
use super::metadata::Package;

/// Finds packages under other licences, or none.
pub(crate) fn check(packages: &[Package], deny: &str) -> Vec<Problem> {
    let allowed = allowed(deny);
    let mut problems = Vec::new();
    for package in packages {
        let fine = package.licence.as_deref().is_some_and(|licence| is_allowed(licence, &allowed));
        if !fine {
            let stated = package.licence.as_deref().unwrap_or("nothing");
            let advice = format!(
                "{} is under {stated}, which is not in the list: choose another crate",
                package.name
            );
            problems.push(Problem::new("licences", "deny.toml", 1, advice));
        }
    }
    problems
}

/// The strings in `allow = […]`.
fn allowed(deny: &str) -> Vec<&str> {
    let list = deny
        .split("\nallow = [")
        .nth(1)
        .and_then(|rest| rest.split(']').next())
        .unwrap_or_default();
    list.split('"').skip(1).step_by(2).collect()
}

/// Whether an SPDX expression can be satisfied: one side of each `OR`, every side of each `AND`.
fn is_allowed(expression: &str, allowed: &[&str]) -> bool {
    // Before SPDX, cargo wrote a choice as `MIT/Apache-2.0`.
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut rest = &words[..];
    let fine = any(&mut rest, allowed);
    fine && rest.is_empty()
}

fn any(words: &mut &[&str], allowed: &[&str]) -> bool {
    let mut fine = all(words, allowed);
    while words.first() == Some(&"OR") {
        *words = &words[1..];
        fine |= all(words, allowed);
    }
    fine
}

fn all(words: &mut &[&str], allowed: &[&str]) -> bool {
    let mut fine = one(words, allowed);
    while words.first() == Some(&"AND") {
        *words = &words[1..];
        fine &= one(words, allowed);
    }
    fine
}

fn one(words: &mut &[&str], allowed: &[&str]) -> bool {
    match *words {
        ["(", rest @ ..] => {
            *words = rest;
            let fine = any(words, allowed);
            let closed = words.first() == Some(&")");
            *words = words.get(1..).unwrap_or_default();
            fine && closed
        }
        [licence, "WITH", exception, rest @ ..] => {
            *words = rest;
            allowed.contains(&format!("{licence} WITH {exception}").as_str())
                || allowed.contains(licence)
        }
        [licence, rest @ ..] => {
            *words = rest;
            allowed.contains(licence)
        }
        [] => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DENY: &str =
        "[licenses]\nallow = [\n    \"MIT\",\n    \"Unicode-3.0\",\n    \"Apache-2.0\",\n]\n";

    #[track_caller]
    fn check_licence(licence: Option<&str>, fine: bool) {
        let package =
            Package { name: "some 1.0.0".to_owned(), licence: licence.map(str::to_owned) };
        assert_eq!(check(&[package], DENY).is_empty(), fine, "{licence:?}");
    }

    #[test]
    fn other_licences_fail() {
        check_licence(Some("LGPL-2.1-or-later"), false);
        check_licence(Some("MIT AND GPL-3.0"), false);
        check_licence(Some("(MIT OR Apache-2.0) AND GPL-3.0"), false);
        check_licence(None, false);
        check_licence(Some(""), false);
    }

    #[test]
    fn one_side_of_a_choice_is_enough() {
        check_licence(Some("GPL-2.0 OR MIT"), true);
        check_licence(Some("MIT/Apache-2.0"), true);
        check_licence(Some("(MIT OR Apache-2.0) AND Unicode-3.0"), true);
        check_licence(Some("Apache-2.0 WITH LLVM-exception"), true);
    }
}
