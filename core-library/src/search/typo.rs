//! Which words somebody may have meant who hit one key too many, one too few, a wrong one, or two
//! in the wrong order.

/// The fewest letters of a word in which a typo is forgiven: shorter words are all alike.
pub(crate) const SHORTEST: usize = 5;

/// How near a known word is to what was typed.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Nearness {
    /// The whole word is one typo away.
    Word,
    /// Its beginning is, and ends as what was typed ends: the word is still being typed.
    Beginning,
}

/// How near `word` is to `typed`, unless it simply begins with it or is too far away.
pub(crate) fn nearness(typed: &[char], word: &[char]) -> Option<Nearness> {
    if word.starts_with(typed) {
        return None;
    }
    if one_typo_away(typed, word) {
        return Some(Nearness::Word);
    }
    let lengths = typed.len() - 1..=(typed.len() + 1).min(word.len());
    let ends_alike = |beginning: &[char]| match (typed, beginning) {
        ([.., a], [.., b]) if a == b => true,
        ([.., a, b], [.., c, d]) => a == d && b == c,
        _ => false,
    };
    lengths
        .filter_map(|length| word.get(..length))
        .any(|beginning| ends_alike(beginning) && one_typo_away(typed, beginning))
        .then_some(Nearness::Beginning)
}

/// Whether one insertion, deletion, substitution or swap of neighbours makes `b` of `a`.
fn one_typo_away(a: &[char], b: &[char]) -> bool {
    let same = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let (a, b) = (&a[same..], &b[same..]);
    let same = a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count();
    match (&a[..a.len() - same], &b[..b.len() - same]) {
        ([_], [_]) | ([_], []) | ([], [_]) => true,
        ([a, b], [c, d]) => a == d && b == c,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(typed: &str, word: &str) -> Option<Nearness> {
        let characters = |text: &str| text.chars().collect::<Vec<_>>();
        nearness(&characters(typed), &characters(word))
    }

    #[test]
    fn every_kind_of_typo_is_forgiven_once() {
        for typed in ["beatls", "beattles", "beetles", "baetles", "eatles", "beatlse", "beatlesx"] {
            assert_eq!(near(typed, "beatles"), Some(Nearness::Word), "{typed}");
        }
        for typed in ["beatles", "beatl", "betls", "bteales", "xbeatlesx"] {
            assert_eq!(near(typed, "beatles"), None, "{typed}");
        }
    }

    #[test]
    fn a_word_still_being_typed_is_near_if_it_goes_on_as_typed() {
        assert_eq!(near("metalic", "metallica"), Some(Nearness::Beginning));
        assert_eq!(near("raidoh", "radiohead"), Some(Nearness::Beginning));
        assert_eq!(near("radihoe", "radiohead"), Some(Nearness::Beginning));
        assert_eq!(near("radix", "radiohead"), None, "the last letter may still be right");
    }
}
