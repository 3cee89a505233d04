//! The words the library has ever held, in which those with a typo are looked up.
//!
//! A typo changes the beginning of a word or its rest, seldom both: what was typed and what was
//! meant agree in their first [`HEAD`] letters, or in those behind them up to a shift by one. So
//! words are found by their first letters through the key, and by what follows through the field
//! `tails`. Words are only ever added: one whose last record is gone merely finds nothing, and
//! two processes can add the same word without knowing of each other.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use bridge_traits::{
    Change, Collection, DatabaseAdapter, DatabaseExt, Direction, Filter, Query, Record, Result,
    TokenMatch, Value, WriteBatch,
};
use futures::TryStreamExt;

use super::typo::{self, Nearness, nearness};
use crate::schema::{self, SEARCH, WORDS};
use crate::text::is_cjk;

/// How many letters at the beginning are looked up as they are.
const HEAD: usize = 2;

/// How many letters of the rest are looked up.
const TAIL: usize = 3;

/// The most words that one mistyped word can stand for; the nearest are kept.
const MOST_NEAR: usize = 1_000;

/// Which field of a collection holds the tokens to learn words from.
static TOKEN_FIELDS: LazyLock<BTreeMap<String, usize>> = LazyLock::new(|| {
    let compiled = bridge_traits::Schema::new(vec![schema::component()]).compile();
    let collections = compiled.map(|schema| schema.collections).unwrap_or_default();
    let field = |c: Collection| c.position(SEARCH).map(|position| (c.name, position));
    collections.into_iter().filter_map(field).collect()
});

/// Adds to `batch` the words of its records that are not known yet. Every write of records with
/// search tokens goes through this.
pub(crate) async fn learn(database: &dyn DatabaseAdapter, batch: &mut WriteBatch) -> Result<()> {
    let mut words = BTreeSet::new();
    for operation in &batch.operations {
        let Change::Put(record) = &operation.change else { continue };
        let field = TOKEN_FIELDS.get(&operation.collection);
        if let Some(Value::Tokens(tokens)) = field.and_then(|field| record.0.get(*field)) {
            words.extend(tokens.iter().filter(|token| is_word(token)).cloned());
        }
    }
    let words: Vec<_> = words.into_iter().collect();
    let known = database.get_many(WORDS, &words).await?;
    for (word, known) in words.into_iter().zip(known) {
        if known.is_none() {
            let tails = tails(&word);
            batch.put(WORDS, Record::new(word).with(Value::Tokens(tails)));
        }
    }
    Ok(())
}

/// The known words that somebody who typed `typed` may have meant, nearest first.
pub(crate) async fn near(
    database: &Arc<dyn DatabaseAdapter>,
    typed: &str,
) -> Result<Vec<(Nearness, String)>> {
    let letters: Vec<char> = typed.chars().collect();
    if letters.len() < typo::SHORTEST || !is_word(typed) {
        return Ok(Vec::new());
    }
    let head = Filter::starts_with(Collection::KEY, String::from_iter(&letters[..HEAD]));
    let rest = letters[HEAD + 1..].iter().take(TAIL).collect();
    let tail = Filter::HasTokens {
        field: "tails".into(),
        tokens: vec![TokenMatch { text: rest, prefix: true }],
    };
    let mut near = BTreeSet::new();
    for filter in [head, tail] {
        let query = Query::new(WORDS)
            .filter(filter)
            .sort(Collection::KEY, Direction::Ascending)
            .project(&[Collection::KEY])
            .limit(Query::MAX_LIMIT);
        let mut rows = database.scan(query);
        while let Some(row) = rows.try_next().await? {
            let word = row.record.key();
            let candidate: Vec<char> = word.chars().collect();
            if let Some(nearness) = nearness(&letters, &candidate) {
                near.insert((nearness, word.to_owned()));
            }
        }
    }
    Ok(near.into_iter().take(MOST_NEAR).collect())
}

/// Whether a token can be a mistyped word, or what was meant by one.
fn is_word(token: &str) -> bool {
    token.chars().nth(typo::SHORTEST - 2).is_some()
        && token.chars().any(char::is_alphabetic)
        && !token.chars().any(is_cjk)
}

/// What follows the beginning of a word, from where a typo may have shifted it to.
fn tails(word: &str) -> Vec<String> {
    let letters: Vec<char> = word.chars().collect();
    let starts = HEAD..=HEAD + 2;
    let tail = |start: usize| letters.get(start..).filter(|rest| !rest.is_empty());
    let tails: BTreeSet<_> =
        starts.filter_map(tail).map(|rest| rest.iter().take(TAIL).collect()).collect();
    tails.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The two ways of finding words miss none that is one typo away.
    #[test]
    fn every_typo_leaves_the_head_or_the_tail() {
        let word: Vec<char> = "radiohead".chars().collect();
        let mut typos = Vec::new();
        for at in 0..=word.len() {
            let (before, after) = word.split_at(at);
            typos.push([before, &['x'], after].concat());
            if let [_, rest @ ..] = after {
                typos.push([before, rest].concat());
                typos.push([before, &['x'], rest].concat());
            }
            if let [a, b, rest @ ..] = after {
                typos.push([before, &[*b, *a], rest].concat());
            }
        }
        let tails = tails("radiohead");
        for typo in typos {
            let rest: String = typo[HEAD + 1..].iter().take(TAIL).collect();
            let found = typo[..HEAD] == word[..HEAD] || tails.iter().any(|t| t.starts_with(&rest));
            assert!(found, "{typo:?}");
            let exact = word.starts_with(&typo);
            assert!(exact || nearness(&typo, &word) == Some(Nearness::Word), "{typo:?}");
        }
    }

    #[test]
    fn numbers_and_short_words_are_not_words() {
        assert!(is_word("rock") && is_word("björk") && is_word("1990s"));
        assert!(!is_word("abc") && !is_word("1990") && !is_word("東京東京"));
    }
}
