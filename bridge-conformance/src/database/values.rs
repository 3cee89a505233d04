//! Values come back exactly as they were written.

use std::sync::Arc;

use bridge_traits::{DatabaseAdapter, Filter, Query, Record, Value, WriteBatch};

use super::DatabaseUnderTest;
use super::fixture::{SONGS, Song, all_songs, get_song, keys, put_songs, song};

/// Runs the cases of [`values`](self).
#[doc(hidden)]
#[macro_export]
macro_rules! database_values_conformance {
    ($make:expr) => {
        $crate::conformance_tests! {
            database_values: $crate::database::DatabaseUnderTest = $make, database::values:
            text_comes_back_exactly
            bytes_come_back_exactly
            integers_come_back_exactly
            reals_come_back_exactly
            nulls_and_truth_values_come_back
            tokens_come_back_exactly
            a_megabyte_comes_back
            keys_may_hold_any_text
            long_keys_work
            commands_in_values_are_not_obeyed
        }
    };
}

/// Text that has broken databases before.
pub(super) const ODD_TEXTS: [&str; 26] = [
    "",
    " ",
    "\0",
    "a\0b",
    "a\0",
    "\0\0",
    "'",
    "''",
    "\"",
    "\\",
    "%_*?[]",
    "'; DROP TABLE songs; --",
    "\" OR \"\"=\"",
    "$1 ?1 :a @a",
    "\r\n\t",
    "\u{feff}bom",
    "é",
    "e\u{301}",
    "日本語",
    "مرحبا",
    "🎵👩‍👩‍👧",
    "\u{ffff}",
    "\u{10ffff}",
    "NULL",
    "1e999",
    "0x10",
];

async fn comes_back(database: &Arc<dyn DatabaseAdapter>, record: Record) {
    let key = record.key().to_owned();
    let mut batch = WriteBatch::new();
    batch.put(SONGS, record.clone());
    database.write(batch).await.unwrap();
    let row = get_song(database, &key).await;
    assert_eq!(row.record, record);
    let by_key = Query::new(SONGS).filter(Filter::equals("id", key.as_str()));
    assert_eq!(database.query(&by_key).await.unwrap().rows.first(), Some(&row));
    let many = database.get_many(SONGS, std::slice::from_ref(&key)).await.unwrap();
    assert_eq!(many, [Some(row)]);
}

/// Text of every kind, in a required and in an optional, indexed field.
pub async fn text_comes_back_exactly(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    for (number, text) in ODD_TEXTS.iter().enumerate() {
        let id = number.to_string();
        comes_back(&database, song(&id).title(text).artist(text).code(text).record()).await;
    }
    for text in ODD_TEXTS {
        let found = Query::new(SONGS).filter(Filter::equals("title", text));
        assert_eq!(keys(&database, found).await.len(), 1, "{text:?} by title");
        let found = Query::new(SONGS).filter(Filter::equals("code", text));
        assert_eq!(keys(&database, found).await.len(), 1, "{text:?} by code");
    }
}

/// Bytes of every value, none at all, and what looks like text.
pub async fn bytes_come_back_exactly(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    let all: Vec<u8> = (0..=255).collect();
    for (number, bytes) in
        [vec![], vec![0], vec![0, 0], all, b"text".to_vec(), vec![0xff; 3]].into_iter().enumerate()
    {
        let song = Song { cover: Some(bytes), ..song(&number.to_string()) };
        comes_back(&database, song.record()).await;
    }
}

/// All 64 bits, also where the host only has floating-point numbers.
pub async fn integers_come_back_exactly(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    let powers = (0..63).flat_map(|bit| [1_i64 << bit, (1_i64 << bit) - 1, -(1_i64 << bit)]);
    let odd = [i64::MIN, i64::MIN + 1, i64::MAX, (1 << 53) + 1, -(1 << 53) - 1];
    let numbers: Vec<i64> = powers.chain(odd).collect();
    let songs = numbers.iter().enumerate().map(|(at, year)| song(&format!("{at:03}")).year(*year));
    put_songs(&database, songs).await;
    for (row, number) in all_songs(&database).await.iter().zip(numbers) {
        assert_eq!(row.record.0[3], Value::from(number));
    }
}

/// Every finite number to its last bit; only the sign of zero may be lost.
pub async fn reals_come_back_exactly(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    let numbers = [
        0.0,
        -0.0,
        0.1,
        -0.1,
        1.0,
        1e15,
        1e16,
        9_007_199_254_740_993.0,
        f64::MAX,
        f64::MIN,
        f64::MIN_POSITIVE,
        5e-324,
        f64::EPSILON,
        std::f64::consts::PI,
        1.0 / 3.0,
        123_456_789.0,
    ];
    for (at, number) in numbers.into_iter().enumerate() {
        let id = at.to_string();
        comes_back(&database, Song { rating: Some(number), ..song(&id) }.record()).await;
        let Value::Real(stored) = get_song(&database, &id).await.record.0[4] else {
            panic!("{number} came back as something else")
        };
        assert!(stored.to_bits() == number.to_bits() || number == 0.0, "{number} became {stored}");
        let found = Query::new(SONGS).filter(Filter::equals("rating", number));
        assert!(keys(&database, found).await.contains(&id), "{number} is found");
    }
}

/// Null is not false, and both come back.
pub async fn nulls_and_truth_values_come_back(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    for (id, live) in [("a", None), ("b", Some(false)), ("c", Some(true))] {
        comes_back(&database, Song { live, ..song(id) }.record()).await;
    }
    comes_back(&database, Song { words: Some(vec![]), ..song("d") }.record()).await;
    let row = get_song(&database, "d").await;
    assert_eq!(row.record.0[7], Value::Tokens(vec![]), "no tokens are not null");
}

/// Tokens come back one by one, whatever they hold.
pub async fn tokens_come_back_exactly(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    comes_back(&database, song("a").words(&ODD_TEXTS[1..]).record()).await;
    let many: Vec<String> = (0..2_000).map(|number| format!("token{number}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    comes_back(&database, song("b").words(&many).record()).await;
    let found = Query::new(SONGS).filter(super::tokens::has("words", &["token1999"], &[]));
    assert_eq!(keys(&database, found).await, ["b"]);
}

/// Large text and large bytes, not a multiple of anything.
pub async fn a_megabyte_comes_back(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    let text = "0123456789é日🎵".repeat(60_000);
    assert!(text.len() > 1 << 20);
    let bytes: Vec<u8> = (0..1_048_577_u32).map(|number| (number % 251) as u8).collect();
    let large = Song { cover: Some(bytes), ..song("a").title(&text) };
    comes_back(&database, large.record()).await;
    comes_back(&database, song("a").title("small again").record()).await;
}

/// A key is text like any other, except that it is never empty.
pub async fn keys_may_hold_any_text(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    for text in &ODD_TEXTS[1..] {
        comes_back(&database, song(text).title(text).record()).await;
    }
    let mut sorted = ODD_TEXTS[1..].to_vec();
    sorted.sort_unstable();
    assert_eq!(keys(&database, Query::new(SONGS)).await, sorted);
    for text in &ODD_TEXTS[1..] {
        super::fixture::delete_song(&database, text).await;
        assert_eq!(database.get(SONGS, text).await.unwrap(), None, "{text:?}");
    }
    assert!(all_songs(&database).await.is_empty());
}

/// Keys as long as paths may get.
pub async fn long_keys_work(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    let long = "path/".repeat(900);
    let (one, two) = (format!("{long}1"), format!("{long}2"));
    comes_back(&database, song(&one).code(&one).record()).await;
    comes_back(&database, song(&two).code(&two).record()).await;
    assert_eq!(keys(&database, Query::new(SONGS)).await, [one, two]);
}

/// Text that is a command to some database is data to all of them.
pub async fn commands_in_values_are_not_obeyed(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    put_songs(&database, [song("kept").title("kept").words(&["kept"])]).await;
    let commands = [
        "'; DELETE FROM songs; --",
        "\"; DELETE FROM songs; --",
        "'); DROP TABLE songs; --",
        "' OR '1'='1",
        "\" OR 1=1 --",
        "kept' --",
        "* OR kept",
        "{\"$ne\": null}",
    ];
    for command in commands {
        for field in ["title", "artist", "code", "id"] {
            for filter in [
                Filter::equals(field, command),
                Filter::one_of(field, [command]),
                Filter::starts_with(field, command),
            ] {
                assert_eq!(database.count(SONGS, &filter).await.unwrap(), 0, "{filter:?}");
            }
        }
        let tokens = super::tokens::has("words", &[command], &[command]);
        assert_eq!(database.count(SONGS, &tokens).await.unwrap(), 0, "{command:?}");
        assert_eq!(database.get(SONGS, command).await.unwrap(), None);
        super::fixture::delete_song(&database, command).await;
    }
    assert_eq!(all_songs(&database).await.len(), 1);
}
