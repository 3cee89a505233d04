//! Text made comparable, once and for all adapters: what is stored is already folded, so a
//! database only ever compares bytes.

use unicode_normalization::UnicodeNormalization;

use crate::latin;

/// Folds case, diacritics, ligatures, width and white space. Scripts whose marks are letters, and
/// CJK text, stay as they are.
///
/// # Examples
///
/// ```
/// use core_library::fold;
/// assert_eq!(fold("  Sigur  RÓS "), "sigur ros");
/// assert_eq!(fold("Ærø straße İ"), "aero strasse i");
/// assert_eq!(fold("がくふ"), "がくふ");
/// ```
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for character in text.nfkc().flat_map(char::to_lowercase) {
        if character.is_whitespace() || character.is_control() {
            if !folded.ends_with(' ') {
                folded.push(' ');
            }
        } else if is_cjk(character) {
            folded.push(character);
        } else {
            fold_character(character, &mut folded);
        }
    }
    folded.trim().to_owned()
}

/// Scripts written without spaces between words: Han, Kana, Bopomofo, Hangul, and those of
/// Thailand, Laos, Myanmar and Cambodia.
pub(crate) fn is_cjk(character: char) -> bool {
    matches!(character,
        '\u{0e00}'..='\u{0eff}'
        | '\u{1000}'..='\u{109f}'
        | '\u{1100}'..='\u{11ff}'
        | '\u{1780}'..='\u{17ff}'
        | '\u{2e80}'..='\u{2fdf}'
        | '\u{3005}'..='\u{3007}'
        | '\u{3040}'..='\u{31ff}'
        | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}'
        | '\u{a960}'..='\u{a97f}'
        | '\u{ac00}'..='\u{d7ff}'
        | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3134f}')
}

fn fold_character(character: char, folded: &mut String) {
    for part in std::iter::once(character).nfkd().filter(|part| !is_diacritic(*part)) {
        match (part, latin::typed(part)) {
            (_, Some(letters)) => folded.push_str(letters),
            // Sigma at the end of a word, which capitals do not tell from any other.
            ('ς', _) => folded.push('σ'),
            // Some compatibility forms decompose into spaces.
            (' ', _) if folded.ends_with(' ') => {}
            _ => folded.push(part),
        }
    }
}

/// Marks that people leave out when they type: accents, Hebrew points, Arabic vowel signs. The
/// vowel signs of Indic scripts are no such marks.
fn is_diacritic(character: char) -> bool {
    matches!(character,
        '\u{0300}'..='\u{036f}'
        | '\u{0483}'..='\u{0489}'
        | '\u{0591}'..='\u{05bd}'
        | '\u{05bf}' | '\u{05c1}' | '\u{05c2}' | '\u{05c4}' | '\u{05c5}' | '\u{05c7}'
        | '\u{0610}'..='\u{061a}'
        | '\u{0640}'
        | '\u{064b}'..='\u{065f}'
        | '\u{0670}'
        | '\u{06d6}'..='\u{06dc}'
        | '\u{1ab0}'..='\u{1aff}'
        | '\u{1dc0}'..='\u{1dff}'
        | '\u{200b}'..='\u{200f}'
        | '\u{20d0}'..='\u{20ff}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{fe20}'..='\u{fe2f}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn folding_is_idempotent_and_drops_what_people_do_not_type() {
        for (text, folded) in [
            ("Motörhead", "motorhead"),
            ("Øresund Łódź", "oresund lodz"),
            ("Ｆｕｌｌ　ｗｉｄｔｈ", "full width"),
            ("ﬁne", "fine"),
            ("ΆΛΦΑ", "αλφα"),
            ("ΛΌΓΟΣ λόγος", "λογοσ λογοσ"),
            ("Ёлка", "елка"),
            ("AC/DC", "ac/dc"),
            ("데이식스", "데이식스"),
            ("Þorgeir ŒUVRE Straẞe ŋ", "thorgeir oeuvre strasse n"),
            ("Qarabağ Əzizə", "qarabag ezize"),
            ("שָׁלוֹם", "שלום"),
            ("مُحَمَّد أحمد", "محمد احمد"),
            ("हिन्दी", "हिन्दी"),
            ("İstanbul ISPARTA ılık", "istanbul isparta ilik"),
        ] {
            assert_eq!(fold(text), folded);
            assert_eq!(fold(folded), folded);
        }
    }

    proptest! {
        #[test]
        fn folded_text_stays_as_it_is(text in ".{0,24}") {
            let folded = fold(&text);
            prop_assert_eq!(fold(&folded), folded);
        }
    }
}
