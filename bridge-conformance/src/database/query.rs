//! Reading: by key, in order, projected, limited.

use bridge_traits::{ErrorKind, Filter, Query, Record, Value};

use super::DatabaseUnderTest;
use super::fixture::{ENTRIES, SONGS, Song, all_songs, get_song, keys, put_songs, song, songs_by};
use crate::expect::fails;

/// Runs the cases of [`query`](self).
#[doc(hidden)]
#[macro_export]
macro_rules! database_query_conformance {
    ($make:expr) => {
        $crate::conformance_tests! {
            database_query: $crate::database::DatabaseUnderTest = $make, database::query:
            get_many_answers_in_the_order_of_the_keys
            get_many_takes_thousands_of_keys
            query_many_answers_every_query_in_order_or_fails
            without_a_sort_rows_come_by_key
            integers_sort_by_number
            reals_sort_by_number
            text_sorts_by_bytes
            bytes_sort_by_bytes
            false_sorts_before_true
            several_keys_sort_in_mixed_directions
            equal_rows_come_by_key_in_every_direction
            a_projection_gives_those_fields_in_that_order
            a_projection_need_not_include_what_it_sorts_by
            limits_outside_the_bounds_are_refused
            an_unknown_sort_or_projection_is_refused
            count_is_the_number_of_rows_found
        }
    };
}

/// One answer per key, in their order, repeated keys and missing records included.
pub async fn get_many_answers_in_the_order_of_the_keys(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    put_songs(&database, ["a", "b", "c"].map(|id| song(id).title(id))).await;
    let wanted = ["c", "missing", "a", "c", "", "b", "missing"].map(str::to_owned);
    let rows = database.get_many(SONGS, &wanted).await.unwrap();
    assert_eq!(rows.len(), wanted.len());
    for (row, key) in rows.iter().zip(&wanted) {
        match key.as_str() {
            "a" | "b" | "c" => assert_eq!(row.as_ref(), Some(&get_song(&database, key).await)),
            _ => assert_eq!(*row, None, "{key:?}"),
        }
    }
    assert!(database.get_many(SONGS, &[]).await.unwrap().is_empty());
}

/// One page per query, each as if it were asked for alone; where one query fails, no page comes.
pub async fn query_many_answers_every_query_in_order_or_fails(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    put_songs(&database, ["a", "b", "c"].map(|id| song(id).title(id))).await;
    let two = Query::new(SONGS).limit(2);
    let next = database.query(&two).await.unwrap().next;
    let queries = [
        Query::new(SONGS).filter(Filter::equals("id", "c")),
        Query::new(ENTRIES),
        two.clone(),
        two.clone().after(next),
        songs_by(&["title"]).project(&["title"]).limit(1),
        Query::new(SONGS).filter(Filter::one_of("id", ["b", "missing", "a"])),
    ];
    let pages = database.query_many(&queries).await.unwrap();
    assert_eq!(pages.len(), queries.len());
    for (page, query) in pages.iter().zip(&queries) {
        assert_eq!(*page, database.query(query).await.unwrap(), "{query:?}");
    }
    assert!(database.query_many(&[]).await.unwrap().is_empty());
    for wrong in [Query::new("nothing"), Query::new(SONGS).limit(0)] {
        let queries = [two.clone(), wrong, two.clone()];
        fails(database.query_many(&queries).await, ErrorKind::InvalidRequest);
    }
}

/// More keys than a host may take in one go.
pub async fn get_many_takes_thousands_of_keys(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    put_songs(&database, (0..50).map(|number| song(&number.to_string()))).await;
    let wanted: Vec<String> = (0..3_000).map(|number| (number % 60).to_string()).collect();
    let rows = database.get_many(SONGS, &wanted).await.unwrap();
    assert_eq!(rows.len(), wanted.len());
    for (number, (row, key)) in rows.iter().zip(&wanted).enumerate() {
        let found = row.as_ref().map(|row| row.record.key());
        assert_eq!(found, (number % 60 < 50).then_some(key.as_str()));
    }
}

/// Keys are text: upper case before lower case, "10" before "9".
pub async fn without_a_sort_rows_come_by_key(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    let ids = ["b", "a", "B", "10", "9", "é", "a b", "日", "\u{10000}", "\u{ffff}", "ab", "\0"];
    put_songs(&database, ids.map(song)).await;
    let mut expected = ids;
    expected.sort_unstable();
    assert_eq!(keys(&database, Query::new(SONGS)).await, expected);
}

/// Integers sort from the smallest to the largest, nulls before them.
pub async fn integers_sort_by_number(subject: &DatabaseUnderTest) {
    let values = [i64::MAX, -1, 10, 9, i64::MIN, 0, 1 << 53, (1 << 53) + 1].map(Value::from);
    sorts(subject, "year", &values).await;
}

/// Reals sort by number, the two zeroes being the same.
pub async fn reals_sort_by_number(subject: &DatabaseUnderTest) {
    let values = [1.5, -1.5, f64::MAX, f64::MIN, 0.0, 1e-300, f64::MIN_POSITIVE, 10.0, 9.0];
    sorts(subject, "rating", &values.map(Value::from)).await;
    let database = subject.open().await;
    let zero = |id: &str, value| Song { rating: Some(value), ..song(id) };
    put_songs(&database, [zero("z1", -0.0), zero("z2", 0.0), zero("z3", -0.0)]).await;
    let zeroes = songs_by(&["rating"]).filter(Filter::equals("rating", 0.0));
    let found = keys(&database, zeroes).await;
    assert_eq!(found[found.len() - 3..], ["z1", "z2", "z3"], "equal, so they come by key");
}

/// Text sorts by its UTF-8 bytes, which is also the order of code points.
pub async fn text_sorts_by_bytes(subject: &DatabaseUnderTest) {
    let values = [
        "b",
        "a",
        "B",
        "",
        " ",
        "10",
        "9",
        "é",
        "e\u{301}",
        "日",
        "\u{10000}",
        "\u{ffff}",
        "aa",
        "a\0",
        "\0",
        "ß",
        "ss",
        "Z",
        "_",
        "~",
    ];
    sorts(subject, "artist", &values.map(Value::from)).await;
}

/// Bytes sort byte by byte, unsigned, a prefix before what it begins.
pub async fn bytes_sort_by_bytes(subject: &DatabaseUnderTest) {
    let values: [&[u8]; 7] = [&[1], &[], &[0], &[255], &[127], &[128, 0], &[128]];
    sorts(subject, "cover", &values.map(|bytes| Value::from(bytes.to_vec()))).await;
}

/// Truth values sort too.
pub async fn false_sorts_before_true(subject: &DatabaseUnderTest) {
    sorts(subject, "live", &[true, false].map(Value::from)).await;
}

/// Writes a record per value and one with null, and checks both directions.
async fn sorts(subject: &DatabaseUnderTest, field: &str, values: &[Value]) {
    let database = subject.open().await;
    let position = super::fixture::songs().position(field).unwrap();
    let mut sorted = vec![Value::Null];
    sorted.extend_from_slice(values);
    let mut batch = bridge_traits::WriteBatch::new();
    for (number, value) in sorted.iter().enumerate() {
        let mut record = song(&format!("{number:02}")).record();
        record.0[position] = value.clone();
        batch.put(SONGS, record);
    }
    database.write(batch).await.unwrap();
    sorted.sort();
    let read = |query: Query| {
        let database = &database;
        async move {
            let rows = database.query(&query.limit(Query::MAX_LIMIT)).await.unwrap().rows;
            rows.into_iter().map(|row| row.record.0[position].clone()).collect::<Vec<_>>()
        }
    };
    assert_eq!(read(songs_by(&[field])).await, sorted, "ascending, nulls first");
    sorted.reverse();
    assert_eq!(read(songs_by(&[&format!("-{field}")])).await, sorted, "descending, nulls last");
}

/// The first key decides, the next one among equals, each in its own direction.
pub async fn several_keys_sort_in_mixed_directions(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    let songs = [
        song("a").artist("X").year(1).title("q"),
        song("b").artist("X").year(2).title("p"),
        song("c").artist("Y").year(1).title("p"),
        song("d").year(1).title("p"),
        song("e").artist("X").title("p"),
        song("f").artist("X").year(2).title("o"),
    ];
    put_songs(&database, songs).await;
    for (sort, expected) in [
        (["artist", "year", "title"], ["d", "e", "a", "f", "b", "c"]),
        (["artist", "-year", "title"], ["d", "f", "b", "a", "e", "c"]),
        (["-artist", "year", "-title"], ["c", "e", "a", "b", "f", "d"]),
        (["-artist", "-year", "-title"], ["c", "b", "f", "a", "e", "d"]),
        (["title", "-artist", "year"], ["f", "c", "e", "b", "d", "a"]),
    ] {
        assert_eq!(keys(&database, songs_by(&sort)).await, expected, "{sort:?}");
    }
}

/// The key settles ties, ascending also where the sort keys descend.
pub async fn equal_rows_come_by_key_in_every_direction(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    let mut songs = ["d", "b", "a", "c"].map(|id| song(id).artist("X").year(1)).to_vec();
    songs.extend(["f", "e"].map(song));
    put_songs(&database, songs).await;
    for (sort, expected) in [
        (vec!["year"], ["e", "f", "a", "b", "c", "d"]),
        (vec!["-year"], ["a", "b", "c", "d", "e", "f"]),
        (vec!["artist", "year"], ["e", "f", "a", "b", "c", "d"]),
        (vec!["-artist", "-year"], ["a", "b", "c", "d", "e", "f"]),
        (vec!["-rating"], ["a", "b", "c", "d", "e", "f"]),
    ] {
        assert_eq!(keys(&database, songs_by(&sort)).await, expected, "{sort:?}");
    }
}

/// Rows hold the fields asked for, in the order asked for, and keep their version.
pub async fn a_projection_gives_those_fields_in_that_order(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    let version = put_songs(&database, [song("a").title("T").year(1), song("b")]).await;
    let page = database.query(&Query::new(SONGS).project(&["year", "id", "title"])).await.unwrap();
    let expected = [
        Record(vec![1_i64.into(), "a".into(), "T".into()]),
        Record(vec![Value::Null, "b".into(), "".into()]),
    ];
    assert!(page.rows.iter().map(|row| &row.record).eq(&expected));
    assert!(page.rows.iter().all(|row| row.version == version));
    let page = database.query(&Query::new(SONGS).project(&["title"]).limit(1)).await.unwrap();
    assert_eq!(page.rows[0].record, Record(vec!["T".into()]));
}

/// Sorting, filtering and paging do not depend on what is projected.
pub async fn a_projection_need_not_include_what_it_sorts_by(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    let songs = (0..6_i64)
        .map(|number| song(&number.to_string()).title(&format!("t{number}")).year(-number));
    put_songs(&database, songs).await;
    let mut query = songs_by(&["year"]).project(&["title"]).limit(2);
    let mut titles = Vec::new();
    loop {
        let page = database.query(&query).await.unwrap();
        titles.extend(page.rows.into_iter().map(|row| row.record));
        let Some(next) = page.next else { break };
        query = query.after(Some(next));
    }
    let expected: Vec<_> = (0..6).rev().map(|n| Record(vec![format!("t{n}").into()])).collect();
    assert_eq!(titles, expected);
}

/// A page has 1 to 10,000 rows.
pub async fn limits_outside_the_bounds_are_refused(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    put_songs(&database, ["a", "b"].map(song)).await;
    for limit in [0, Query::MAX_LIMIT + 1, usize::MAX] {
        let query = Query::new(SONGS).limit(limit);
        fails(database.query(&query).await, ErrorKind::InvalidRequest);
    }
    for (limit, rows) in [(1, 1), (2, 2), (3, 2), (Query::MAX_LIMIT, 2)] {
        let page = database.query(&Query::new(SONGS).limit(limit)).await.unwrap();
        assert_eq!(page.rows.len(), rows);
    }
}

/// Fields that are not there cannot be sorted by or asked for.
pub async fn an_unknown_sort_or_projection_is_refused(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    for bad in ["nothing", "Title", "title DESC; --", ""] {
        fails(database.query(&songs_by(&[bad])).await, ErrorKind::InvalidRequest);
        let query = Query::new(SONGS).project(&["id", bad]);
        fails(database.query(&query).await, ErrorKind::InvalidRequest);
    }
}

/// Count and query agree.
pub async fn count_is_the_number_of_rows_found(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    assert_eq!(database.count(SONGS, &Filter::Everything).await.unwrap(), 0);
    put_songs(&database, (0..137_i64).map(|n| song(&n.to_string()).year(n % 10))).await;
    assert_eq!(database.count(SONGS, &Filter::Everything).await.unwrap(), 137);
    let filter = Filter::one_of("year", [1_i64, 7]);
    assert_eq!(database.count(SONGS, &filter).await.unwrap(), 27);
    assert_eq!(keys(&database, Query::new(SONGS).filter(filter)).await.len(), 27);
    assert_eq!(all_songs(&database).await.len(), 137);
}
