//! Recognising the discs of one album by what their folders and titles are called.

/// Splits a name such as `Live [CD 2]`, `Live - Disc 2` or `disc2` into what comes before the disc
/// and its number.
pub(super) fn split_disc(name: &str) -> Option<(&str, u32)> {
    let closed = name.trim_end().trim_end_matches([')', ']', '}']);
    // Lower-casing ASCII keeps every byte in its place.
    let lower = closed.to_ascii_lowercase();
    let (at, word) = ["cd", "disc", "disk"]
        .into_iter()
        .filter_map(|word| lower.rfind(word).map(|at| (at, word)))
        .max()?;
    let before = &closed[..at];
    if before.ends_with(char::is_alphanumeric) {
        return None;
    }
    let after = closed[at + word.len()..].trim_start_matches([' ', '-', '_', '#', '.']);
    let digits = after.len() - after.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let number = after[..digits].parse().ok()?;
    // What follows the number is the title of the disc.
    let is_over = after[digits..].chars().next().is_none_or(|next| !next.is_alphanumeric());
    let rest = before.trim_end_matches([' ', '-', '_', '(', '[', '{', ',', ':']);
    (is_over && number > 0).then_some((rest, number))
}

/// The title of an album without a disc in brackets at its end.
pub(super) fn without_disc(title: &str) -> &str {
    match split_disc(title) {
        Some((rest, _)) if !rest.is_empty() && title[rest.len()..].contains(['(', '[', '{']) => {
            rest
        }
        _ => title,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn discs_are_recognised_in_brackets_behind_dashes_and_alone() {
        for (name, expected) in [
            ("CD1", Some(("", 1))),
            ("disc 2", Some(("", 2))),
            ("Disk-03", Some(("", 3))),
            ("CD 1 - The Early Years", Some(("", 1))),
            ("Live [CD 2]", Some(("Live", 2))),
            ("Live (Disc 1: Early)", Some(("Live", 1))),
            ("Live - Disc 2", Some(("Live", 2))),
            ("ABCD 3", None),
            ("Disco", None),
            ("CD", None),
            ("CD 2nd", None),
            ("Discovery 1", None),
            ("disc 0", None),
            ("Ｄｉｓｃ 1", None),
        ] {
            assert_eq!(split_disc(name), expected, "{name}");
        }
    }

    #[test]
    fn only_bracketed_discs_leave_a_title() {
        assert_eq!(without_disc("Live (Disc 1)"), "Live");
        assert_eq!(without_disc("Live [cd2]"), "Live");
        assert_eq!(without_disc("Disc 1"), "Disc 1");
        assert_eq!(without_disc("Talk Disc 1"), "Talk Disc 1");
    }
}
