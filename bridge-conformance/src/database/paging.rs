//! Pages and cursors.

use std::sync::Arc;

use bridge_traits::{Cursor, DatabaseAdapter, ErrorKind, Filter, Query, Row, Value};

use super::DatabaseUnderTest;
use super::fixture::{ENTRIES, SONGS, Song, delete_song, keys, put_songs, song, songs_by};
use crate::expect::fails;

/// Runs the cases of [`paging`](self).
#[doc(hidden)]
#[macro_export]
macro_rules! database_paging_conformance {
    ($make:expr) => {
        $crate::conformance_tests! {
            database_paging: $crate::database::DatabaseUnderTest = $make, database::paging:
            pages_of_any_size_join_to_the_whole_answer
            the_last_page_has_no_next
            rows_that_stay_are_seen_once_whatever_comes_and_goes
            paging_goes_on_behind_a_deleted_row
            paging_goes_on_behind_nulls
            odd_text_in_a_cursor_is_just_text
            a_cursor_survives_being_written_down
            limit_filter_and_projection_may_change_between_pages
            rows_are_left_out_from_the_first_one_on
            rows_are_not_left_out_behind_a_cursor
            a_cursor_of_another_order_is_refused
            a_cursor_with_wrong_values_is_refused
            scan_gives_every_row
        }
    };
}

const ORDERS: [&[&str]; 14] = [
    &[],
    &["id"],
    &["-id"],
    &["year"],
    &["-year"],
    &["artist"],
    &["-artist"],
    &["artist", "year"],
    &["-artist", "-year"],
    &["artist", "-year"],
    &["-rating", "title"],
    &["live", "-artist", "year"],
    &["cover", "-live"],
    &["code"],
];

/// Songs with many ties and nulls in every field that can be sorted by.
fn assorted() -> impl Iterator<Item = Song> {
    (0..45_usize).map(|number| {
        let pick = |modulus: usize| number * 7 % modulus;
        Song {
            artist: [None, Some("A"), Some("B"), Some("")][pick(4)].map(str::to_owned),
            year: [None, Some(-1), Some(0), Some(7)][pick(9) % 4],
            rating: [None, Some(0.5), Some(-0.5)][pick(3)],
            live: [None, Some(true), Some(false)][pick(5) % 3],
            cover: [None, Some(vec![]), Some(vec![0]), Some(vec![255])][pick(8) % 4].clone(),
            ..song(&format!("{:02}", number * 17 % 45)).title(["x", "y"][pick(2)])
        }
    })
}

async fn page_through(database: &Arc<dyn DatabaseAdapter>, query: Query) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut query = query;
    loop {
        let page = database.query(&query).await.unwrap();
        let full = page.rows.len() == query.limit;
        assert!(full || page.next.is_none(), "only the last page may be short");
        assert!(!page.rows.is_empty() || page.next.is_none(), "an empty page is the last");
        rows.extend(page.rows);
        let Some(next) = page.next else { return rows };
        query = query.after(Some(next));
    }
}

fn ids(rows: &[Row]) -> Vec<&str> {
    rows.iter().map(|row| row.record.key()).collect()
}

/// In every order and with every page size, the pages make up the answer in one piece.
pub async fn pages_of_any_size_join_to_the_whole_answer(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    put_songs(&database, assorted()).await;
    for order in ORDERS {
        let whole = keys(&database, songs_by(order)).await;
        assert_eq!(whole.len(), 45);
        for limit in [1, 2, 7, 44, 45, 46] {
            let rows = page_through(&database, songs_by(order).limit(limit)).await;
            assert_eq!(ids(&rows), whole, "{order:?} by {limit}");
        }
        let filter = Filter::one_of("year", [Value::Null, 7_i64.into()]);
        let some = keys(&database, songs_by(order).filter(filter.clone())).await;
        let rows = page_through(&database, songs_by(order).filter(filter).limit(3)).await;
        assert_eq!(ids(&rows), some, "{order:?} with a filter");
    }
}

/// A page that ends with the last row says so, also when it is full.
pub async fn the_last_page_has_no_next(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    let empty = database.query(&Query::new(SONGS)).await.unwrap();
    assert_eq!((empty.rows.len(), empty.next), (0, None));
    put_songs(&database, ["a", "b", "c", "d"].map(|id| song(id).year(1))).await;
    for query in [Query::new(SONGS), songs_by(&["-year"]), songs_by(&["title"])] {
        let first = database.query(&query.clone().limit(2)).await.unwrap();
        assert!(first.next.is_some());
        let second = database.query(&query.clone().limit(2).after(first.next)).await.unwrap();
        assert_eq!((second.rows.len(), second.next), (2, None));
        let all = database.query(&query.limit(4)).await.unwrap();
        assert_eq!((all.rows.len(), all.next), (4, None));
    }
}

/// Rows that were there throughout are seen exactly once, in order, while others are inserted and
/// deleted on both sides of the cursor.
pub async fn rows_that_stay_are_seen_once_whatever_comes_and_goes(subject: &DatabaseUnderTest) {
    for order in ORDERS {
        let database = subject.open().await;
        put_songs(&database, assorted()).await;
        let whole = keys(&database, songs_by(order)).await;
        let (mut seen, mut query) = (Vec::new(), songs_by(order).limit(4));
        for round in 0.. {
            let page = database.query(&query).await.unwrap();
            seen.extend(page.rows.iter().map(|row| row.record.key().to_owned()));
            // Newcomers that sort everywhere, and one row less in front and behind.
            put_songs(
                &database,
                assorted().skip(round).step_by(6).map(|song| Song {
                    id: format!("{}n{round}", song.id),
                    code: None,
                    ..song
                }),
            )
            .await;
            let Some(next) = page.next else { break };
            if let Some(gone) = page.rows.get(1).filter(|row| row.record.key().len() == 2) {
                delete_song(&database, gone.record.key()).await;
            }
            query = query.after(Some(next));
            assert!(round < 1_000, "the pages never end");
        }
        let stayed: Vec<_> = seen.iter().filter(|id| id.len() == 2).collect();
        assert_eq!(stayed, whole.iter().collect::<Vec<_>>(), "{order:?}");
        let mut once = seen.clone();
        once.sort();
        once.dedup();
        assert_eq!(once.len(), seen.len(), "{order:?}: a row was seen twice");
        for id in keys(&database, Query::new(SONGS)).await {
            delete_song(&database, &id).await;
        }
    }
}

/// The row a cursor came from need not be there any more.
pub async fn paging_goes_on_behind_a_deleted_row(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    put_songs(&database, (0..6_i64).map(|n| song(&n.to_string()).year(n / 4))).await;
    for order in [&["year"][..], &["-year"], &[], &["title"]] {
        let whole = keys(&database, songs_by(order)).await;
        let query = songs_by(order).limit(3);
        let first = database.query(&query).await.unwrap();
        let removed = first.rows[2].record.clone();
        delete_song(&database, removed.key()).await;
        let rest = database.query(&query.after(first.next)).await.unwrap();
        assert_eq!(ids(&rest.rows), whole[3..], "{order:?}");
        let mut batch = bridge_traits::WriteBatch::new();
        batch.put(SONGS, removed);
        database.write(batch).await.unwrap();
    }
}

/// A page may end between rows whose sort values are null, or in front of the first value.
pub async fn paging_goes_on_behind_nulls(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    let mut songs: Vec<_> = ["a", "b", "c"].map(song).into();
    songs.extend([song("d").year(i64::MIN), song("e").year(0), song("f").year(0)]);
    put_songs(&database, songs).await;
    for (order, expected) in [
        (["year", "artist"], ["a", "b", "c", "d", "e", "f"]),
        (["-year", "artist"], ["e", "f", "d", "a", "b", "c"]),
        (["artist", "-year"], ["e", "f", "d", "a", "b", "c"]),
        (["-artist", "-year"], ["e", "f", "d", "a", "b", "c"]),
    ] {
        for limit in 1..=6 {
            let rows = page_through(&database, songs_by(&order).limit(limit)).await;
            assert_eq!(ids(&rows), expected, "{order:?} by {limit}");
        }
    }
}

/// Quotes, NUL and any script in sort values and keys do not confuse a cursor.
pub async fn odd_text_in_a_cursor_is_just_text(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    let odd = ["'", "\"", "\0", "a\0b", "a", "%", "';--", "日本", "\u{10ffff}", "\\", "é", " "];
    let songs = odd.iter().map(|text| song(text).title(text).artist(text));
    put_songs(&database, songs).await;
    for order in [&["title"][..], &["-title"], &["artist", "-title"], &[], &["-id"]] {
        let whole = keys(&database, songs_by(order)).await;
        let rows = page_through(&database, songs_by(order).limit(1)).await;
        assert_eq!(ids(&rows), whole, "{order:?}");
    }
}

/// A cursor can be kept as text and used later.
pub async fn a_cursor_survives_being_written_down(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    put_songs(&database, assorted()).await;
    for order in ORDERS {
        let whole = keys(&database, songs_by(order)).await;
        let query = songs_by(order).limit(20);
        let text = database.query(&query).await.unwrap().next.unwrap().encode();
        let query = query.limit(100).after(Some(Cursor::decode(&text).unwrap()));
        let rest = database.query(&query).await.unwrap();
        assert_eq!(ids(&rest.rows), whole[20..], "{order:?}");
    }
}

/// A cursor belongs to an order, not to a page size, a filter or a projection.
pub async fn limit_filter_and_projection_may_change_between_pages(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    put_songs(&database, (0..9_i64).map(|n| song(&n.to_string()).year(n % 2))).await;
    let first = database.query(&songs_by(&["-id"]).limit(2)).await.unwrap();
    let even = Filter::equals("year", 0_i64);
    let query = songs_by(&["-id"]).filter(even).limit(3).project(&["id"]).after(first.next);
    let second = database.query(&query).await.unwrap();
    assert_eq!(ids(&second.rows), ["6", "4", "2"]);
    assert!(second.rows.iter().all(|row| row.record.0.len() == 1));
}

/// A page may begin anywhere: so many rows from the first one on, in every order, with a filter and
/// without, and its cursor goes on from there.
pub async fn rows_are_left_out_from_the_first_one_on(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    put_songs(&database, assorted()).await;
    let filters = [
        Filter::Everything,
        Filter::one_of("year", [Value::Null, 7_i64.into()]),
        Filter::equals("artist", "A"),
    ];
    for order in ORDERS {
        for filter in &filters {
            let query = songs_by(order).filter(filter.clone());
            let whole = keys(&database, query.clone()).await;
            for skip in [0, 1, 7, whole.len() - 1, whole.len(), 46, usize::MAX >> 1, usize::MAX] {
                let rows = page_through_from(&database, query.clone().skip(skip).limit(5)).await;
                let expected = &whole[skip.min(whole.len())..];
                assert_eq!(ids(&rows), expected, "{order:?}, {filter:?} from {skip}");
            }
        }
    }
}

/// Pages behind the first one begin at its cursor.
async fn page_through_from(database: &Arc<dyn DatabaseAdapter>, query: Query) -> Vec<Row> {
    let first = database.query(&query).await.unwrap();
    let mut rows = first.rows;
    if first.next.is_some() {
        rows.extend(page_through(database, query.skip(0).after(first.next)).await);
    }
    rows
}

/// There is one way to say where a page begins.
pub async fn rows_are_not_left_out_behind_a_cursor(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    put_songs(&database, ["a", "b", "c"].map(song)).await;
    let query = songs_by(&["title"]).limit(1);
    let next = database.query(&query).await.unwrap().next;
    fails(database.query(&query.after(next).skip(1)).await, ErrorKind::InvalidRequest);
}

/// A cursor from another order or collection is refused rather than misread.
pub async fn a_cursor_of_another_order_is_refused(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    put_songs(&database, ["a", "b", "c"].map(song)).await;
    let page = database.query(&songs_by(&["title"]).limit(1)).await.unwrap();
    let others = [
        songs_by(&["-title"]),
        songs_by(&["artist"]),
        songs_by(&["title", "artist"]),
        songs_by(&[]),
        Query::new(ENTRIES),
    ];
    for query in others {
        let query = query.after(page.next.clone());
        fails(database.query(&query).await, ErrorKind::InvalidRequest);
    }
}

/// A cursor whose values do not fit the fields was not made by this database.
pub async fn a_cursor_with_wrong_values_is_refused(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    put_songs(&database, ["a", "b", "c"].map(|id| song(id).year(1))).await;
    let query = songs_by(&["year"]);
    for values in [vec!["text".into()], vec![], vec![1_i64.into(), 2_i64.into()]] {
        let cursor = Cursor::new(&query, values, "a");
        let query = query.clone().after(Some(cursor));
        fails(database.query(&query).await, ErrorKind::InvalidRequest);
    }
}

/// The stream of all rows is the pages, one after the other.
pub async fn scan_gives_every_row(subject: &DatabaseUnderTest) {
    use bridge_traits::DatabaseExt;
    use futures::TryStreamExt;

    let database = subject.open().await;
    put_songs(&database, assorted()).await;
    let whole = keys(&database, songs_by(&["-year"])).await;
    let rows: Vec<Row> = database.scan(songs_by(&["-year"]).limit(6)).try_collect().await.unwrap();
    assert_eq!(ids(&rows), whole);
    let some = songs_by(&["-year"]).skip(11).limit(6);
    let rows: Vec<Row> = database.scan(some).try_collect().await.unwrap();
    assert_eq!(ids(&rows), whole[11..]);
    let none = Query::new(ENTRIES);
    assert!(database.scan(none).try_collect::<Vec<_>>().await.unwrap().is_empty());
}
