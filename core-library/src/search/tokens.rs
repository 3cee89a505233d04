//! Words and pairs of characters under which text is found, and what a user's text asks for.

use std::collections::BTreeSet;

use bridge_traits::{Filter, TokenMatch};
use unicode_normalization::char::is_combining_mark;

use crate::text::{fold, is_cjk};

/// The most tokens kept of one record; a hostile tag cannot blow up the index.
const MOST_TOKENS: usize = 256;

/// The same for a record with lyrics.
const MOST_LYRICS_TOKENS: usize = 1_024;

/// The most characters kept of one token.
const LONGEST_TOKEN: usize = 64;

/// The most words of a search text that count.
const MOST_WORDS: usize = 32;

/// The tokens under which text is found: folded words, words with the punctuation inside them
/// left out (`dont`, `acdc`), and for scripts without word borders single characters and pairs.
///
/// # Examples
///
/// ```
/// use core_library::search_tokens;
/// assert_eq!(search_tokens(["Don't Stop"]), ["don", "dont", "stop", "t"]);
/// assert_eq!(search_tokens(["東京"]), ["京", "東", "東京"]);
/// ```
pub fn search_tokens<'a>(texts: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    collect(texts, MOST_TOKENS)
}

/// The tokens of a record that is found by its lyrics too.
pub(crate) fn lyrics_tokens<'a>(texts: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    collect(texts, MOST_LYRICS_TOKENS)
}

fn collect<'a>(texts: impl IntoIterator<Item = &'a str>, most: usize) -> Vec<String> {
    let mut tokens = BTreeSet::new();
    for text in texts {
        for chunk in fold(text).split(' ') {
            let words = words(chunk);
            tokens.extend(joined(&words));
            for word in words {
                match word {
                    Word::Plain(word) => {
                        tokens.insert(word);
                    }
                    Word::Unspaced(characters) => {
                        tokens.extend(characters.iter().map(char::to_string));
                        tokens.extend(characters.windows(2).map(String::from_iter));
                    }
                }
            }
            // Beginnings of texts matter most, so they are what is kept.
            if tokens.len() >= most {
                return tokens.into_iter().take(most).collect();
            }
        }
    }
    tokens.into_iter().collect()
}

/// What a user's text asks for.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Wanted {
    /// The whole text, folded.
    pub(crate) folded: String,
    /// What must be found, each of it.
    pub(crate) terms: Vec<Term>,
}

/// A part of a search text without white space.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Term {
    /// Its tokens; all of them must be found.
    pub(crate) tokens: Vec<TokenMatch>,
    /// The same without the punctuation inside, which will do instead.
    pub(crate) joined: Option<TokenMatch>,
}

impl Wanted {
    /// Reads a text as the user typed it. Any text will do.
    pub(crate) fn new(text: &str) -> Self {
        let folded = fold(text);
        let mut terms = Vec::new();
        for chunk in folded.split(' ') {
            let words = words(chunk);
            let joined = joined(&words).map(|text| TokenMatch { text, prefix: true });
            let tokens: Vec<_> = words.into_iter().flat_map(wanted_tokens).collect();
            if !tokens.is_empty() {
                terms.push(Term { tokens, joined });
            }
        }
        let mut left = MOST_WORDS;
        terms.retain_mut(|term| {
            term.tokens.truncate(left);
            left -= term.tokens.len();
            !term.tokens.is_empty()
        });
        Self { folded, terms }
    }

    /// The condition that a record with its tokens in `field` has every term.
    pub(crate) fn filter(&self, field: &str) -> Filter {
        let has = |tokens| Filter::HasTokens { field: field.to_owned(), tokens };
        let (plain, other): (Vec<_>, Vec<_>) =
            self.terms.iter().partition(|term| term.joined.is_none());
        let mut filter = Filter::Everything;
        if !plain.is_empty() {
            filter = has(plain.into_iter().flat_map(|term| term.tokens.clone()).collect());
        }
        for term in other {
            let alternatives =
                [Some(term.tokens.clone()), term.joined.clone().map(|token| vec![token])];
            let alternatives = alternatives.into_iter().flatten().map(has).collect();
            filter = filter.and(Filter::Any(alternatives));
        }
        filter
    }
}

enum Word {
    Plain(String),
    Unspaced(Vec<char>),
}

/// The words of folded text without white space.
fn words(chunk: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let in_word = |c: char| c.is_alphanumeric() || is_combining_mark(c);
    for part in chunk.split(|c| !in_word(c)).filter(|part| !part.is_empty()) {
        let mut characters = part.chars().peekable();
        while let Some(&first) = characters.peek() {
            let unspaced = is_cjk(first);
            let mut run = Vec::new();
            while let Some(next) = characters.next_if(|&next| is_cjk(next) == unspaced) {
                run.push(next);
            }
            words.push(if unspaced {
                Word::Unspaced(run)
            } else {
                Word::Plain(run.into_iter().take(LONGEST_TOKEN).collect())
            });
        }
    }
    words
}

/// Several words that only punctuation holds apart, as one.
fn joined(words: &[Word]) -> Option<String> {
    if words.len() < 2 {
        return None;
    }
    let mut joined = String::new();
    for word in words {
        match word {
            Word::Plain(word) => joined.push_str(word),
            Word::Unspaced(_) => return None,
        }
    }
    Some(joined.chars().take(LONGEST_TOKEN).collect())
}

fn wanted_tokens(word: Word) -> Vec<TokenMatch> {
    let exact = |text| TokenMatch { text, prefix: false };
    match word {
        Word::Plain(text) => vec![TokenMatch { text, prefix: true }],
        Word::Unspaced(characters) if characters.len() == 1 => {
            vec![exact(characters[0].to_string())]
        }
        Word::Unspaced(characters) => {
            characters.windows(2).map(|pair| exact(String::from_iter(pair))).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_words_and_pairs() {
        assert_eq!(search_tokens(["AC/DC: T.N.T."]), ["ac", "acdc", "dc", "n", "t", "tnt"]);
        assert_eq!(
            search_tokens(["東京事変 live"]),
            ["live", "事", "事変", "京", "京事", "変", "東", "東京"]
        );
        assert_eq!(search_tokens(["हिन्दी गाने"]), ["गाने", "हिन्दी"]);
    }

    #[test]
    fn a_hostile_text_has_a_bounded_number_of_tokens() {
        let text: String = (0..100_000).map(|number| format!("w{number} ")).collect();
        assert_eq!(search_tokens([text.as_str()]).len(), MOST_TOKENS);
        assert_eq!(Wanted::new(&text).terms.len(), MOST_WORDS);
    }

    #[test]
    fn what_is_wanted_may_be_written_apart_or_together() {
        let wanted = Wanted::new("a-ha 京事");
        let token = |text: &str, prefix| TokenMatch { text: text.into(), prefix };
        assert_eq!(wanted.terms[0].tokens, [token("a", true), token("ha", true)]);
        assert_eq!(wanted.terms[0].joined, Some(token("aha", true)));
        assert_eq!(wanted.terms[1].tokens, [token("京事", false)]);
        assert_eq!(Wanted::new("\"*-\" (").terms, []);
        assert_eq!(Wanted::new("").filter("search"), Filter::Everything);
    }
}
