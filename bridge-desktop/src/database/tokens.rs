//! How token lists are stored: a column of readable words that FTS5 splits exactly as we do.
//!
//! FTS5's `ascii` tokenizer keeps a–z, 0–9 and everything outside ASCII together, folds A–Z and
//! splits at the rest. So everything else inside ASCII is written as [`ESCAPE`] and two hex
//! digits. Each character is encoded by itself, hence the beginning of a token stays the
//! beginning of its encoding. A space separates the tokens.

use bridge_traits::{BridgeError, ErrorKind, Result, TokenMatch};

/// A private-use character, most unlikely in a token; where it does occur it is escaped too.
const ESCAPE: char = '\u{E000}';

/// The code of [`ESCAPE`] itself; ASCII ends at `7f`.
const ESCAPED_ESCAPE: &str = "e0";

/// FTS5 cuts tokens off at 32,768 bytes. Longer ones are compared with the stored column.
const LONGEST_INDEXED: usize = 32_000;

/// Encodes a list.
pub(super) fn encode(tokens: &[String]) -> String {
    let mut text = String::with_capacity(tokens.iter().map(|token| token.len() + 1).sum());
    for (position, token) in tokens.iter().enumerate() {
        if position > 0 {
            text.push(' ');
        }
        encode_into(&mut text, token);
    }
    text
}

/// Reads what [`encode`] wrote.
pub(super) fn decode(text: &str) -> Result<Vec<String>> {
    if text.is_empty() {
        return Ok(Vec::new());
    }
    text.split(' ').map(decode_one).collect()
}

/// What to look for in order to find some tokens.
#[derive(Debug, Default, Eq, PartialEq)]
pub(super) struct TokenSearch {
    /// An FTS5 expression, where the index can tell.
    pub(super) expression: Option<String>,
    /// Encoded tokens and beginnings (`true`) of tokens too long for the index.
    pub(super) long: Vec<(String, bool)>,
    /// Whether there must be a token at all.
    pub(super) any: bool,
}

/// Compiles the tokens of a search.
pub(super) fn search(tokens: &[TokenMatch]) -> TokenSearch {
    let mut search = TokenSearch::default();
    for token in tokens {
        if token.prefix && token.text.is_empty() {
            search.any = true;
            continue;
        }
        let mut encoded = String::new();
        encode_into(&mut encoded, &token.text);
        if encoded.len() > LONGEST_INDEXED {
            search.long.push((encoded, token.prefix));
            continue;
        }
        let expression = search.expression.get_or_insert_default();
        if !expression.is_empty() {
            expression.push_str(" AND ");
        }
        expression.push('"');
        expression.push_str(&encoded);
        expression.push_str(if token.prefix { "\"*" } else { "\"" });
    }
    search
}

fn encode_into(text: &mut String, token: &str) {
    if token.is_empty() {
        // Nothing else encodes to a lone escape.
        text.push(ESCAPE);
    }
    for c in token.chars() {
        match c {
            ESCAPE => {
                text.push(ESCAPE);
                text.push_str(ESCAPED_ESCAPE);
            }
            'a'..='z' | '0'..='9' => text.push(c),
            c if c.is_ascii() => {
                let code = u32::from(c);
                text.push(ESCAPE);
                for digit in [code >> 4, code & 15] {
                    text.push(char::from_digit(digit, 16).expect("four bits are a hex digit"));
                }
            }
            c => text.push(c),
        }
    }
}

fn decode_one(encoded: &str) -> Result<String> {
    let mut parts = encoded.split(ESCAPE);
    let mut token = parts.next().unwrap_or_default().to_owned();
    if encoded.len() == ESCAPE.len_utf8() && encoded.starts_with(ESCAPE) {
        return Ok(token);
    }
    for part in parts {
        let (code, rest) = part.split_at_checked(2).ok_or_else(corrupt)?;
        let c = match code {
            ESCAPED_ESCAPE => ESCAPE,
            code => u8::from_str_radix(code, 16)
                .ok()
                .filter(u8::is_ascii)
                .map(char::from)
                .ok_or_else(corrupt)?,
        };
        token.push(c);
        token.push_str(rest);
    }
    Ok(token)
}

fn corrupt() -> BridgeError {
    BridgeError::new(ErrorKind::Corrupt, "database.read")
        .with_detail("a token column holds something that was not written there by this program")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn words_stay_readable() {
        let tokens = ["abbey", "road", "björk", "東京"].map(String::from);
        assert_eq!(encode(&tokens), "abbey road björk 東京");
    }

    #[test]
    fn a_damaged_column_is_corrupt() {
        for bad in ["\u{E000}4", "a\u{E000}zz", "\u{E000}ff", "\u{E000}é"] {
            assert_eq!(decode(bad).unwrap_err().kind(), ErrorKind::Corrupt, "{bad:?}");
        }
    }

    #[test]
    fn searches_become_expressions() {
        let find = |text: &str, prefix| TokenMatch { text: text.into(), prefix };
        let found = search(&[find("a", false), find("b\"", true), find("", true)]);
        assert_eq!(found.expression.unwrap(), "\"a\" AND \"b\u{E000}22\"*");
        assert!(found.any);
        assert_eq!(search(&[find(&"x".repeat(40_000), true)]).long.len(), 1);
    }

    proptest! {
        #[test]
        fn lists_come_back(tokens in prop::collection::vec(".{0,6}|[\0 \u{E000}A-Z\"*]{0,4}", 0..5)) {
            let text = encode(&tokens);
            prop_assert_eq!(decode(&text).unwrap(), tokens);
        }

        #[test]
        fn beginnings_stay_beginnings(a in "[a\u{E000}B2é ]{1,3}", b in "[a\u{E000}B2é ]{0,5}") {
            let encode = |token: &String| encode(std::slice::from_ref(token));
            prop_assert_eq!(encode(&b).starts_with(&encode(&a)), b.starts_with(&a));
        }
    }
}
