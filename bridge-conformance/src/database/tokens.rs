//! Finding records by their search tokens.

use std::sync::Arc;

use bridge_traits::{DatabaseAdapter, ErrorKind, Filter, Query, TokenMatch};

use super::DatabaseUnderTest;
use super::fixture::{SONGS, delete_song, keys, put_songs, song, songs_by};
use crate::expect::fails;

/// Runs the cases of [`tokens`](self).
#[doc(hidden)]
#[macro_export]
macro_rules! database_tokens_conformance {
    ($make:expr) => {
        $crate::conformance_tests! {
            database_tokens: $crate::database::DatabaseUnderTest = $make, database::tokens:
            a_token_is_found_exactly
            a_token_is_found_by_its_beginning
            every_wanted_token_must_be_there
            nothing_wanted_matches_everything
            null_and_empty_tokens_match_nothing
            odd_characters_in_tokens_are_just_characters
            letter_case_and_accents_matter
            tokens_follow_changes_of_the_record
            tokens_combine_with_other_conditions
            only_token_fields_have_tokens
        }
    };
}

/// The filter: all of `exact`, and for each of `prefixes` a token that starts with it.
pub(super) fn has(field: &str, exact: &[&str], prefixes: &[&str]) -> Filter {
    let exact = exact.iter().map(|&text| TokenMatch { text: text.to_owned(), prefix: false });
    let prefixes = prefixes.iter().map(|&text| TokenMatch { text: text.to_owned(), prefix: true });
    Filter::HasTokens { field: field.to_owned(), tokens: exact.chain(prefixes).collect() }
}

async fn find(
    database: &Arc<dyn DatabaseAdapter>,
    exact: &[&str],
    prefixes: &[&str],
) -> Vec<String> {
    keys(database, Query::new(SONGS).filter(has("words", exact, prefixes))).await
}

/// A whole token matches itself and nothing that merely contains it.
pub async fn a_token_is_found_exactly(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    let songs = [
        song("a").words(&["love", "me"]),
        song("b").words(&["lovely"]),
        song("c").words(&["glove"]),
        song("d").words(&["me"]),
    ];
    put_songs(&database, songs).await;
    assert_eq!(find(&database, &["love"], &[]).await, ["a"]);
    assert_eq!(find(&database, &["me"], &[]).await, ["a", "d"]);
    assert!(find(&database, &["lov"], &[]).await.is_empty());
    assert!(find(&database, &["love me"], &[]).await.is_empty(), "tokens are not joined");
}

/// A beginning matches every token that starts with it, the whole token included.
pub async fn a_token_is_found_by_its_beginning(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    let songs = [
        song("a").words(&["love"]),
        song("b").words(&["lovely"]),
        song("c").words(&["glove"]),
        song("d").words(&["lo", "me"]),
        song("e").words(&["lp"]),
    ];
    put_songs(&database, songs).await;
    assert_eq!(find(&database, &[], &["love"]).await, ["a", "b"]);
    assert_eq!(find(&database, &[], &["lo"]).await, ["a", "b", "d"]);
    assert_eq!(find(&database, &[], &["l"]).await, ["a", "b", "d", "e"]);
    assert!(find(&database, &[], &["lovelyy"]).await.is_empty());
}

/// Several wanted tokens must all be there, in any order, exact and beginnings mixed.
pub async fn every_wanted_token_must_be_there(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    let songs = [
        song("a").words(&["all", "love", "you"]),
        song("b").words(&["love", "you"]),
        song("c").words(&["you"]),
    ];
    put_songs(&database, songs).await;
    assert_eq!(find(&database, &["you", "love"], &[]).await, ["a", "b"]);
    assert_eq!(find(&database, &["you"], &["al"]).await, ["a"]);
    assert_eq!(find(&database, &[], &["yo", "lo", "a"]).await, ["a"]);
    assert_eq!(find(&database, &["you", "you"], &["you", "y"]).await, ["a", "b", "c"]);
    assert!(find(&database, &["love", "missing"], &[]).await.is_empty());
}

/// An empty list of wanted tokens asks for nothing, so every record has it.
pub async fn nothing_wanted_matches_everything(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    put_songs(&database, [song("a").words(&["x"]), song("b").words(&[]), song("c")]).await;
    assert_eq!(find(&database, &[], &[]).await, ["a", "b", "c"]);
    let none = Query::new(SONGS).filter(has("words", &[], &[]).negated());
    assert!(keys(&database, none).await.is_empty());
}

/// Records without tokens are found by no token; they are what `Not` finds.
pub async fn null_and_empty_tokens_match_nothing(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    put_songs(&database, [song("a").words(&["x"]), song("b").words(&[]), song("c")]).await;
    assert_eq!(find(&database, &["x"], &[]).await, ["a"]);
    let without = Query::new(SONGS).filter(has("words", &["x"], &[]).negated());
    assert_eq!(keys(&database, without).await, ["b", "c"]);
}

/// Spaces, quotes, operators of search languages, NUL and any script are ordinary characters.
pub async fn odd_characters_in_tokens_are_just_characters(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    let odd = [
        "two words",
        "\"",
        "say \"hi\"",
        "it's",
        "*",
        "a*",
        "AND",
        "OR",
        "NOT",
        "NEAR(a b)",
        "^a",
        "a-b",
        "-a",
        "+a",
        "a:b",
        "words:a",
        "(",
        ")",
        "{}",
        "%",
        "_",
        "\\",
        "a\0b",
        "\0",
        "é",
        "東京",
        "日本語",
        "ой",
        "🎵",
        "a\u{301}",
        "\u{10ffff}",
        "a\u{10ffff}b",
        "\n",
        "\t",
        ";--",
        "' OR 1=1 --",
        "0",
        "3.14",
        "ﬁ",
        "ß",
    ];
    let songs = odd
        .iter()
        .enumerate()
        .map(|(number, word)| song(&format!("{number:03}")).words(&["common", word]));
    put_songs(&database, songs).await;
    for (number, word) in odd.iter().enumerate() {
        let id = format!("{number:03}");
        assert_eq!(find(&database, &[word], &[]).await, [id.as_str()], "{word:?}");
        let starting: Vec<String> = odd
            .iter()
            .enumerate()
            .filter(|(_, other)| other.starts_with(word) || "common".starts_with(*word))
            .map(|(number, _)| format!("{number:03}"))
            .collect();
        assert_eq!(find(&database, &["common"], &[word]).await, starting, "{word:?}…");
    }
    assert!(find(&database, &["two"], &[]).await.is_empty());
    assert!(find(&database, &["京"], &[]).await.is_empty());
    assert!(find(&database, &["a\""], &["\"a"]).await.is_empty());
}

/// Tokens are compared byte by byte: whoever writes them has normalised them.
pub async fn letter_case_and_accents_matter(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    let songs = [
        song("a").words(&["cafe"]),
        song("b").words(&["Cafe"]),
        song("c").words(&["café"]),
        song("d").words(&["CAFE"]),
        song("e").words(&["cafe\u{301}"]),
    ];
    put_songs(&database, songs).await;
    assert_eq!(find(&database, &["cafe"], &[]).await, ["a"]);
    assert_eq!(find(&database, &["café"], &[]).await, ["c"]);
    assert_eq!(find(&database, &[], &["caf"]).await, ["a", "c", "e"]);
    assert_eq!(find(&database, &[], &["C"]).await, ["b", "d"]);
}

/// Changed and deleted records are found by what they hold now.
pub async fn tokens_follow_changes_of_the_record(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    put_songs(&database, [song("a").words(&["old", "both"]), song("b").words(&["both"])]).await;
    put_songs(&database, [song("a").words(&["new", "both"])]).await;
    assert!(find(&database, &["old"], &[]).await.is_empty());
    assert_eq!(find(&database, &["new"], &[]).await, ["a"]);
    assert_eq!(find(&database, &["both"], &[]).await, ["a", "b"]);
    delete_song(&database, "a").await;
    assert!(find(&database, &["new"], &[]).await.is_empty());
    assert_eq!(find(&database, &[], &["b"]).await, ["b"]);
    put_songs(&database, [song("a").words(&["old"])]).await;
    assert_eq!(find(&database, &["old"], &[]).await, ["a"]);
}

/// Token conditions work inside `All`, `Any` and `Not`, with sorting, paging and counting.
pub async fn tokens_combine_with_other_conditions(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    let songs = [
        song("a").year(3).words(&["x", "y"]),
        song("b").year(2).words(&["x"]),
        song("c").year(1).words(&["x", "z"]),
        song("d").year(1).words(&["z"]),
    ];
    put_songs(&database, songs).await;
    let x = || has("words", &["x"], &[]);
    let early = || Filter::range("year", std::ops::Bound::Unbounded, included(2));
    assert_eq!(keys(&database, songs_by(&["year"]).filter(x())).await, ["c", "b", "a"]);
    assert_eq!(keys(&database, songs_by(&["-year"]).filter(x())).await, ["a", "b", "c"]);
    assert_eq!(keys(&database, Query::new(SONGS).filter(x().and(early()))).await, ["b", "c"]);
    let either = Filter::Any(vec![has("words", &["y"], &[]), has("words", &["z"], &[])]);
    assert_eq!(keys(&database, Query::new(SONGS).filter(either.clone())).await, ["a", "c", "d"]);
    let neither = x().and(either.negated());
    assert_eq!(keys(&database, Query::new(SONGS).filter(neither.clone())).await, ["b"]);
    assert_eq!(database.count(SONGS, &neither).await.unwrap(), 1);
    let query = songs_by(&["year"]).filter(x()).limit(2);
    let page = database.query(&query).await.unwrap();
    let rest = database.query(&query.clone().after(page.next)).await.unwrap();
    assert_eq!(rest.rows.len(), 1);
    assert_eq!(rest.rows[0].record.key(), "a");
}

/// Asking another field for tokens is a mistake of the caller, and so is comparing tokens.
pub async fn only_token_fields_have_tokens(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    let bad = [
        has("title", &["x"], &[]),
        has("nothing", &["x"], &[]),
        Filter::Equals {
            field: "words".into(),
            value: bridge_traits::Value::Tokens(vec!["x".into()]),
        },
        Filter::starts_with("words", "x"),
    ];
    for filter in bad {
        let query = Query::new(SONGS).filter(filter.clone());
        fails(database.query(&query).await, ErrorKind::InvalidRequest);
        fails(database.count(SONGS, &filter).await, ErrorKind::InvalidRequest);
    }
    fails(database.query(&songs_by(&["words"])).await, ErrorKind::InvalidRequest);
}

fn included(year: i64) -> std::ops::Bound<bridge_traits::Value> {
    std::ops::Bound::Included(year.into())
}
