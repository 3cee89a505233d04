//! Every kind of condition.

use std::ops::Bound::{Excluded, Included, Unbounded};
use std::sync::Arc;

use bridge_traits::{DatabaseAdapter, ErrorKind, Filter, Query, Value};

use super::DatabaseUnderTest;
use super::fixture::{SONGS, Song, keys, put_songs, song, songs_by};
use crate::expect::fails;

/// Runs the cases of [`filter`](self).
#[doc(hidden)]
#[macro_export]
macro_rules! database_filter_conformance {
    ($make:expr) => {
        $crate::conformance_tests! {
            database_filter: $crate::database::DatabaseUnderTest = $make, database::filter:
            equals_finds_each_kind
            null_equals_null_and_nothing_else
            one_of_finds_each_value_once
            ranges_of_integers_have_exact_ends
            ranges_of_each_kind
            null_lies_in_no_range
            starts_with_takes_every_character_as_it_is
            starts_with_the_largest_character
            all_any_and_not_combine
            not_is_two_valued
            indexed_and_unindexed_fields_agree
            conditions_on_the_key
            unknown_fields_and_wrong_kinds_are_refused
            deeply_nested_conditions_work
        }
    };
}

async fn find(database: &Arc<dyn DatabaseAdapter>, filter: Filter) -> Vec<String> {
    let found = keys(database, Query::new(SONGS).filter(filter.clone())).await;
    let count = database.count(SONGS, &filter).await.unwrap();
    assert_eq!(count, found.len() as u64, "count and query agree on {filter:?}");
    found
}

/// A value of each kind is found, and only where it is.
pub async fn equals_finds_each_kind(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    let full = Song {
        rating: Some(0.1),
        live: Some(true),
        cover: Some(vec![0, 255, 39]),
        ..song("a").title("T'1").year(-5)
    };
    let other = Song {
        rating: Some(0.1000001),
        live: Some(false),
        cover: Some(vec![0, 255]),
        ..song("b").title("t'1").year(5)
    };
    put_songs(&database, [full, other, song("c")]).await;
    for filter in [
        Filter::equals("title", "T'1"),
        Filter::equals("year", -5_i64),
        Filter::equals("rating", 0.1),
        Filter::equals("live", true),
        Filter::equals("cover", vec![0, 255, 39]),
        Filter::equals("id", "a"),
    ] {
        assert_eq!(find(&database, filter.clone()).await, ["a"], "{filter:?}");
    }
    assert_eq!(find(&database, Filter::equals("live", false)).await, ["b"]);
    assert_eq!(find(&database, Filter::equals("title", "")).await, ["c"]);
    assert!(find(&database, Filter::equals("title", "T")).await.is_empty());
}

/// Null is a value that equals itself: not the empty text, not zero, not false.
pub async fn null_equals_null_and_nothing_else(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    let zeroes = Song {
        rating: Some(0.0),
        live: Some(false),
        cover: Some(vec![]),
        ..song("zero").artist("").year(0)
    };
    put_songs(&database, [zeroes, song("null")]).await;
    for (field, zero) in [
        ("artist", Value::from("")),
        ("year", Value::from(0_i64)),
        ("rating", Value::from(0.0)),
        ("live", Value::from(false)),
        ("cover", Value::from(vec![])),
    ] {
        assert_eq!(find(&database, Filter::equals(field, Value::Null)).await, ["null"], "{field}");
        assert_eq!(find(&database, Filter::equals(field, zero.clone())).await, ["zero"], "{field}");
        let both = Filter::one_of(field, [Value::Null, zero]);
        assert_eq!(find(&database, both).await, ["null", "zero"], "{field}");
    }
    assert!(find(&database, Filter::equals("title", Value::Null)).await.is_empty());
}

/// A record that has one of the values is found once, however often the value is named.
pub async fn one_of_finds_each_value_once(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    put_songs(&database, (1..=5).map(|year| song(&year.to_string()).year(year))).await;
    put_songs(&database, [song("none")]).await;
    let years = |years: &[i64]| Filter::one_of("year", years.iter().copied());
    assert_eq!(find(&database, years(&[4, 2, 2, 9])).await, ["2", "4"]);
    assert!(find(&database, years(&[])).await.is_empty());
    assert_eq!(find(&database, years(&[]).negated()).await.len(), 6);
    let many: Vec<i64> = (2..2_500).collect();
    assert_eq!(find(&database, years(&many)).await, ["2", "3", "4", "5"]);
    assert_eq!(find(&database, Filter::one_of("id", ["5", "none", "x", "5"])).await, ["5", "none"]);
}

/// Ends are in or out as they say, also at the largest and smallest integers.
pub async fn ranges_of_integers_have_exact_ends(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    let years = [i64::MIN, i64::MIN + 1, -1, 0, 1, i64::MAX - 1, i64::MAX];
    let songs = years.iter().zip('a'..).map(|(year, id)| song(&id.to_string()).year(*year));
    put_songs(&database, songs).await;
    let range = |lower, upper| Filter::range("year", lower, upper);
    let value = |year: i64| Value::from(year);
    let find = |filter| find(&database, filter);
    assert_eq!(find(range(Included(value(-1)), Included(value(1)))).await, ["c", "d", "e"]);
    assert_eq!(find(range(Excluded(value(-1)), Included(value(1)))).await, ["d", "e"]);
    assert_eq!(find(range(Included(value(-1)), Excluded(value(1)))).await, ["c", "d"]);
    assert_eq!(find(range(Excluded(value(-1)), Excluded(value(1)))).await, ["d"]);
    assert_eq!(find(range(Unbounded, Excluded(value(i64::MIN + 1)))).await, ["a"]);
    assert_eq!(find(range(Excluded(value(i64::MAX - 1)), Unbounded)).await, ["g"]);
    assert_eq!(find(range(Included(value(i64::MAX)), Unbounded)).await, ["g"]);
    assert!(find(range(Excluded(value(i64::MAX)), Unbounded)).await.is_empty());
    assert!(find(range(Included(value(1)), Included(value(-1)))).await.is_empty());
    assert!(find(range(Excluded(value(0)), Excluded(value(0)))).await.is_empty());
    assert_eq!(find(range(Included(value(0)), Included(value(0)))).await, ["d"]);
    assert_eq!(find(range(Unbounded, Unbounded)).await.len(), 7);
}

/// Each kind is compared in its own order: text and bytes byte by byte.
pub async fn ranges_of_each_kind(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    let titles = ["A", "B", "a", "aa", "b", "é", "日", "\u{10000}"];
    let songs = titles.iter().enumerate().map(|(number, title)| Song {
        rating: Some(number as f64 * 0.5 - 1.0),
        live: Some(number % 2 == 1),
        cover: Some(title.as_bytes().to_vec()),
        ..song(&number.to_string()).title(title)
    });
    put_songs(&database, songs).await;
    let find = |filter| find(&database, filter);
    let text = |lower: &str, upper: &str| {
        Filter::range("title", Included(lower.into()), Excluded(upper.into()))
    };
    assert_eq!(find(text("B", "aa")).await, ["1", "2"]);
    assert_eq!(find(text("b", "日")).await, ["4", "5"]);
    assert_eq!(find(text("\u{ffff}", "\u{10001}")).await, ["7"]);
    let bytes = Filter::range("cover", Excluded(b"aa".to_vec().into()), Unbounded);
    assert_eq!(find(bytes).await, ["4", "5", "6", "7"]);
    let real = Filter::range("rating", Excluded((-1.0).into()), Included(0.5.into()));
    assert_eq!(find(real).await, ["1", "2", "3"]);
    let truth = Filter::range("live", Excluded(false.into()), Unbounded);
    assert_eq!(find(truth).await, ["1", "3", "5", "7"]);
    let keys = Filter::range("id", Included("3".into()), Excluded("5".into()));
    assert_eq!(find(keys).await, ["3", "4"]);
}

/// Null is in no range, not even one without ends.
pub async fn null_lies_in_no_range(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    put_songs(&database, [song("null"), song("some").year(0).artist("")]).await;
    for field in ["year", "artist"] {
        let zero = if field == "year" { Value::from(0_i64) } else { Value::from("") };
        for (lower, upper) in [
            (Unbounded, Unbounded),
            (Unbounded, Included(zero.clone())),
            (Included(zero), Unbounded),
        ] {
            let range = Filter::range(field, lower, upper);
            assert_eq!(find(&database, range.clone()).await, ["some"], "{range:?}");
            assert_eq!(find(&database, range.negated()).await, ["null"]);
        }
    }
}

/// Wildcards, quotes and NUL in a prefix are ordinary characters; so is letter case.
pub async fn starts_with_takes_every_character_as_it_is(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    let titles = [
        "%abc",
        "_abc",
        "*abc",
        "[a]bc",
        "\\abc",
        "'abc",
        "\"abc",
        "abc",
        "ABC",
        "éabc",
        "e\u{301}",
        "\0abc",
        "a\0bc",
        "?abc",
        "^abc",
        "-abc",
        "日本語",
        "日記",
        "ab",
        "abd",
        "",
    ];
    let songs = titles
        .iter()
        .enumerate()
        .map(|(number, title)| song(&format!("{number:02}")).title(title).code(title));
    put_songs(&database, songs).await;
    let prefixes = ["日", "日本", "ab", "abc", "ABC", "a", "a\0", "é", "e", "", "\0", "x", "abcd"];
    for prefix in titles.iter().chain(&prefixes) {
        let expected: Vec<String> = titles
            .iter()
            .enumerate()
            .filter(|(_, title)| title.starts_with(prefix))
            .map(|(number, _)| format!("{number:02}"))
            .collect();
        for field in ["title", "code"] {
            let found = find(&database, Filter::starts_with(field, *prefix)).await;
            assert_eq!(found, expected, "{field} starts with {prefix:?}");
        }
    }
    put_songs(&database, [song("null")]).await;
    assert_eq!(find(&database, Filter::starts_with("code", "").negated()).await, ["null"]);
}

/// A prefix that ends in the largest character has no successor to stop at.
pub async fn starts_with_the_largest_character(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    let max = char::MAX;
    let titles = [
        format!("{max}"),
        format!("{max}{max}"),
        format!("{max}a"),
        format!("a{max}"),
        format!("a{max}b"),
        "ab".to_owned(),
        "b".to_owned(),
        "\u{d7ff}x".to_owned(),
        "\u{e000}x".to_owned(),
    ];
    let songs =
        titles.iter().zip('a'..).map(|(title, id)| song(&id.to_string()).title(title).code(title));
    put_songs(&database, songs).await;
    for field in ["title", "code"] {
        let find = |prefix: &str| find(&database, Filter::starts_with(field, prefix));
        assert_eq!(find(&format!("{max}")).await, ["a", "b", "c"]);
        assert_eq!(find(&format!("{max}{max}")).await, ["b"]);
        assert_eq!(find(&format!("a{max}")).await, ["d", "e"]);
        assert_eq!(find("\u{d7ff}").await, ["h"], "the next character lies behind the surrogates");
        assert_eq!(find("\u{e000}").await, ["i"]);
    }
}

/// The three connectives do what they say, empty lists included.
pub async fn all_any_and_not_combine(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    let songs = (0..8_i64).map(|bits| {
        let mut song = song(&bits.to_string()).year(bits & 1).title(&format!("{}", bits >> 1 & 1));
        song.live = Some(bits & 4 != 0);
        song
    });
    put_songs(&database, songs).await;
    let (one, two, four) = (
        || Filter::equals("year", 1_i64),
        || Filter::equals("title", "1"),
        || Filter::equals("live", true),
    );
    let find = |filter| find(&database, filter);
    assert_eq!(find(Filter::All(vec![])).await.len(), 8);
    assert!(find(Filter::Any(vec![])).await.is_empty());
    assert_eq!(find(Filter::Any(vec![]).negated()).await.len(), 8);
    assert!(find(Filter::Everything.negated()).await.is_empty());
    assert_eq!(find(Filter::All(vec![one(), two(), four()])).await, ["7"]);
    assert_eq!(find(Filter::Any(vec![one(), two()]).negated()).await, ["0", "4"]);
    assert_eq!(find(one().and(Filter::Any(vec![two(), four()]))).await, ["3", "5", "7"]);
    assert_eq!(find(Filter::All(vec![one(), two().negated()])).await, ["1", "5"]);
    assert_eq!(find(one().negated().negated()).await, ["1", "3", "5", "7"]);
    assert_eq!(find(Filter::Any(vec![one(), one()])).await, ["1", "3", "5", "7"]);
}

/// A condition about a null is false, not unknown, so its opposite is true.
pub async fn not_is_two_valued(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    put_songs(&database, [song("null"), song("x").artist("X").year(1)]).await;
    let find = |filter| find(&database, filter);
    assert_eq!(find(Filter::equals("artist", "X").negated()).await, ["null"]);
    assert_eq!(find(Filter::equals("artist", "Y").negated()).await, ["null", "x"]);
    assert_eq!(find(Filter::equals("artist", Value::Null).negated()).await, ["x"]);
    assert_eq!(find(Filter::one_of("artist", ["X", "Y"]).negated()).await, ["null"]);
    assert_eq!(find(Filter::one_of("artist", [Value::Null]).negated()).await, ["x"]);
    assert_eq!(find(Filter::starts_with("artist", "X").negated()).await, ["null"]);
    let late = Filter::range("year", Included(1_i64.into()), Unbounded);
    assert_eq!(find(late.clone().negated()).await, ["null"]);
    let both = Filter::All(vec![late, Filter::equals("artist", "X")]).negated();
    assert_eq!(find(both.clone()).await, ["null"]);
    assert_eq!(find(both.negated()).await, ["x"]);
}

/// Whether an index helps changes nothing about the answer.
pub async fn indexed_and_unindexed_fields_agree(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    let songs = (0..60_i64).map(|number| {
        let text = format!("{}", number % 7);
        let mut song = song(&format!("{number:02}")).title(&text);
        if number % 7 != 0 {
            song = song.artist(&text).year(number % 5);
        }
        song.rating = song.year.map(|year| f64::from(i32::try_from(year).unwrap()));
        song
    });
    put_songs(&database, songs).await;
    for number in 1..7 {
        let text = number.to_string();
        let indexed = find(&database, Filter::equals("artist", &text)).await;
        assert_eq!(indexed, find(&database, Filter::equals("title", &text)).await);
        let indexed = Filter::range("year", Included(i64::from(number).into()), Unbounded);
        let unindexed = Filter::range("rating", Included(f64::from(number).into()), Unbounded);
        assert_eq!(find(&database, indexed).await, find(&database, unindexed).await);
    }
    let both = Filter::equals("artist", "3").and(Filter::equals("year", 3_i64));
    let found = keys(&database, songs_by(&["-year", "title"]).filter(both)).await;
    assert_eq!(found, ["03", "38"]);
}

/// The key is a field like any other.
pub async fn conditions_on_the_key(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    put_songs(&database, ["a", "ab", "b", "B", "c"].map(song)).await;
    let find = |filter| find(&database, filter);
    assert_eq!(find(Filter::equals("id", "b")).await, ["b"]);
    assert_eq!(find(Filter::equals("id", "b").negated()).await, ["B", "a", "ab", "c"]);
    assert_eq!(find(Filter::starts_with("id", "a")).await, ["a", "ab"]);
    assert_eq!(find(Filter::range("id", Excluded("a".into()), Unbounded)).await, ["ab", "b", "c"]);
    assert!(find(Filter::equals("id", Value::Null)).await.is_empty());
}

/// A field that is not there, or a value it can never hold, is a mistake of the caller.
pub async fn unknown_fields_and_wrong_kinds_are_refused(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    put_songs(&database, [song("a").year(1)]).await;
    let bad = [
        Filter::equals("nothing", 1_i64),
        Filter::equals("Title", "x"),
        Filter::equals("title; --", "x"),
        Filter::equals("year", "1"),
        Filter::equals("year", 1.0),
        Filter::equals("rating", f64::NAN),
        Filter::one_of("year", [Value::from(1_i64), Value::from("1")]),
        Filter::range("title", Included(1_i64.into()), Unbounded),
        Filter::range("nothing", Unbounded, Unbounded),
        Filter::starts_with("year", "1"),
        Filter::starts_with("nothing", ""),
        Filter::Any(vec![Filter::Everything, Filter::equals("nothing", 1_i64)]),
        Filter::equals("nothing", 1_i64).negated(),
    ];
    for filter in bad {
        let query = Query::new(SONGS).filter(filter.clone());
        fails(database.query(&query).await, ErrorKind::InvalidRequest);
        fails(database.count(SONGS, &filter).await, ErrorKind::InvalidRequest);
    }
}

/// Conditions may be nested well beyond what any screen asks for.
pub async fn deeply_nested_conditions_work(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    put_songs(&database, [song("a").year(1), song("b").year(2)]).await;
    let mut filter = Filter::equals("year", 1_i64);
    for _ in 0..40 {
        filter = Filter::Any(vec![Filter::All(vec![filter.negated()])]);
    }
    assert_eq!(find(&database, filter).await, ["a"]);
    let wide = Filter::Any((0..200_i64).map(|year| Filter::equals("year", year)).collect());
    assert_eq!(find(&database, wide).await, ["a", "b"]);
}
