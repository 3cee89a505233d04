//! Text made comparable, once and for all adapters: what is stored is already folded, so a
//! database only ever compares bytes.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::latin;

/// The most tokens kept of one record; a hostile tag cannot blow up the index.
const MOST_TOKENS: usize = 256;

/// The most characters kept of one token.
const LONGEST_TOKEN: usize = 64;

/// Folds case, diacritics, ligatures, width and white space, keeping CJK text as it is.
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

/// The tokens under which text is found: folded words, and for CJK, which has no word borders,
/// single characters and pairs.
pub fn search_tokens<'a>(texts: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut tokens = BTreeSet::new();
    for text in texts {
        for word in words(&fold(text)) {
            match word {
                Word::Plain(word) => {
                    tokens.insert(word);
                }
                Word::Cjk(characters) => {
                    tokens.extend(characters.iter().map(char::to_string));
                    tokens.extend(characters.windows(2).map(String::from_iter));
                }
            }
        }
    }
    tokens.into_iter().take(MOST_TOKENS).collect()
}

/// What a user's search text asks for: tokens to find, each with whether its beginning will do.
pub(crate) fn query_tokens(text: &str) -> Vec<(String, bool)> {
    let mut wanted = Vec::new();
    for word in words(&fold(text)) {
        match word {
            Word::Plain(word) => wanted.push((word, true)),
            Word::Cjk(characters) if characters.len() == 1 => {
                wanted.push((characters[0].to_string(), false));
            }
            Word::Cjk(characters) => {
                wanted.extend(characters.windows(2).map(|pair| (String::from_iter(pair), false)));
            }
        }
    }
    wanted.truncate(32);
    wanted
}

enum Word {
    Plain(String),
    Cjk(Vec<char>),
}

fn words(folded: &str) -> Vec<Word> {
    let mut words = Vec::new();
    for part in folded.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty()) {
        let mut characters = part.chars().peekable();
        while let Some(&first) = characters.peek() {
            let cjk = is_cjk(first);
            let mut run = Vec::new();
            while let Some(next) = characters.next_if(|&next| is_cjk(next) == cjk) {
                run.push(next);
            }
            words.push(if cjk {
                Word::Cjk(run)
            } else {
                Word::Plain(run.into_iter().take(LONGEST_TOKEN).collect())
            });
        }
    }
    words
}

fn fold_character(character: char, folded: &mut String) {
    for part in std::iter::once(character).nfkd().filter(|part| !is_combining_mark(*part)) {
        match latin::typed(part) {
            Some(letters) => folded.push_str(letters),
            None => folded.push(part),
        }
    }
}

/// Scripts written without spaces between words: Han, Kana, Bopomofo, Hangul.
fn is_cjk(character: char) -> bool {
    matches!(character,
        '\u{1100}'..='\u{11ff}'
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_is_idempotent_and_drops_what_people_do_not_type() {
        for (text, folded) in [
            ("Motörhead", "motorhead"),
            ("Øresund Łódź", "oresund lodz"),
            ("Ｆｕｌｌ　ｗｉｄｔｈ", "full width"),
            ("ﬁne", "fine"),
            ("ΆΛΦΑ", "αλφα"),
            ("Ёлка", "елка"),
            ("AC/DC", "ac/dc"),
            ("데이식스", "데이식스"),
            ("Þorgeir ŒUVRE Straẞe ŋ", "thorgeir oeuvre strasse n"),
            ("Qarabağ Əzizə", "qarabag ezize"),
        ] {
            assert_eq!(fold(text), folded);
            assert_eq!(fold(folded), folded);
        }
    }

    #[test]
    fn tokens_are_words_and_cjk_pairs() {
        assert_eq!(search_tokens(["AC/DC: T.N.T."]), ["ac", "dc", "n", "t"]);
        assert_eq!(
            search_tokens(["東京事変 live"]),
            ["live", "事", "事変", "京", "京事", "変", "東", "東京"]
        );
        assert_eq!(query_tokens("京事"), [("京事".to_owned(), false)]);
        assert_eq!(query_tokens("\"*-\" ("), []);
    }
}
