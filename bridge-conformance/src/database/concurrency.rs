//! Several tasks at once.

use std::sync::Arc;

use bridge_traits::{DatabaseAdapter, ErrorKind, Query, Value, WriteBatch};
use core_async::task;
use futures::FutureExt;

use super::DatabaseUnderTest;
use super::fixture::{ENTRIES, SONGS, all_songs, entry, get_song, put_songs, song};

/// Runs the cases of [`concurrency`](self).
#[doc(hidden)]
#[macro_export]
macro_rules! database_concurrency_conformance {
    ($make:expr) => {
        $crate::conformance_tests! {
            database_concurrency: $crate::database::DatabaseUnderTest = $make,
            database::concurrency:
            concurrent_increments_lose_nothing
            of_concurrent_inserts_one_wins
            of_concurrent_unique_values_one_wins
            concurrent_commits_have_different_numbers
            no_read_sees_half_a_batch
            pages_asked_for_together_are_of_one_moment
            an_abandoned_write_is_done_or_not_done
        }
    };
}

/// Tasks that count up one record, each trying again on `Conflict`, arrive at the right sum.
pub async fn concurrent_increments_lose_nothing(subject: &DatabaseUnderTest) {
    const TASKS: i64 = 8;
    const ROUNDS: i64 = 20;
    let database = subject.open().await;
    put_songs(&database, [song("counter").year(0)]).await;
    let tasks: Vec<_> = (0..TASKS)
        .map(|_| {
            let database = Arc::clone(&database);
            task::spawn(async move {
                for _ in 0..ROUNDS {
                    increment(&database).await;
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let row = get_song(&database, "counter").await;
    assert_eq!(row.record.0[3], Value::from(TASKS * ROUNDS));
}

async fn increment(database: &Arc<dyn DatabaseAdapter>) {
    loop {
        let row = get_song(database, "counter").await;
        let Value::Integer(count) = row.record.0[3] else { panic!("not a number") };
        task::yield_now().await;
        let mut batch = WriteBatch::new();
        batch.replace(SONGS, song("counter").year(count + 1).record(), row.version);
        match database.write(batch).await {
            Ok(_) => return,
            Err(error) => assert_eq!(error.kind(), ErrorKind::Conflict, "{error}"),
        }
    }
}

/// Of many inserts of one key exactly one succeeds, and its record is the one that is there.
pub async fn of_concurrent_inserts_one_wins(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    let inserts = (0..12).map(|number: i64| {
        let database = Arc::clone(&database);
        task::spawn(async move {
            let mut batch = WriteBatch::new();
            batch.insert(SONGS, song("a").year(number).record());
            database.write(batch).await.map(|commit| (number, commit.sequence))
        })
    });
    one_wins(&database, futures::future::join_all(inserts).await).await;
}

/// Of many records that want one unique value exactly one gets it.
pub async fn of_concurrent_unique_values_one_wins(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    let inserts = (0..12).map(|number: i64| {
        let database = Arc::clone(&database);
        task::spawn(async move {
            let mut batch = WriteBatch::new();
            batch.put(SONGS, song(&number.to_string()).year(number).code("X").record());
            database.write(batch).await.map(|commit| (number, commit.sequence))
        })
    });
    one_wins(&database, futures::future::join_all(inserts).await).await;
}

type Attempt = Result<bridge_traits::Result<(i64, u64)>, task::JoinError>;

async fn one_wins(database: &Arc<dyn DatabaseAdapter>, attempts: Vec<Attempt>) {
    let mut winners = Vec::new();
    for attempt in attempts {
        match attempt.unwrap() {
            Ok(winner) => winners.push(winner),
            Err(error) => assert_eq!(error.kind(), ErrorKind::Conflict, "{error}"),
        }
    }
    let rows = all_songs(database).await;
    assert_eq!((winners.len(), rows.len()), (1, 1));
    assert_eq!(rows[0].record.0[3], Value::from(winners[0].0));
    assert_eq!(rows[0].version, winners[0].1);
}

/// Every commit has a number of its own, and each task sees its own grow.
pub async fn concurrent_commits_have_different_numbers(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    let tasks = (0..6).map(|writer| {
        let database = Arc::clone(&database);
        task::spawn(async move {
            let mut numbers = Vec::new();
            for round in 0..10 {
                let id = format!("{writer}-{round}");
                let number = put_songs(&database, [song(&id)]).await;
                assert_eq!(get_song(&database, &id).await.version, number, "it sees its write");
                numbers.push(number);
            }
            assert!(numbers.is_sorted_by(|a, b| a < b), "{numbers:?}");
            numbers
        })
    });
    let mut numbers: Vec<u64> = Vec::new();
    for task in futures::future::join_all(tasks).await {
        numbers.extend(task.unwrap());
    }
    numbers.sort_unstable();
    assert!(numbers.is_sorted_by(|a, b| a < b), "a number was given twice: {numbers:?}");
    assert_eq!(all_songs(&database).await.len(), 60);
}

/// A reader sees all records of a batch in their old or all in their new state.
pub async fn no_read_sees_half_a_batch(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    let all = |year: i64| (0..20).map(move |number| song(&format!("{number:02}")).year(year));
    put_songs(&database, all(0)).await;
    let writer = {
        let database = Arc::clone(&database);
        task::spawn(async move {
            for year in 1..=25 {
                put_songs(&database, all(year)).await;
                task::yield_now().await;
            }
        })
    };
    let keys: Vec<String> = (0..20).map(|number| format!("{number:02}")).collect();
    let mut last = 0;
    while last < 25 {
        let page = database.query(&Query::new(SONGS)).await.unwrap();
        let many = database.get_many(SONGS, &keys).await.unwrap();
        for rows in [page.rows, many.into_iter().flatten().collect()] {
            assert_eq!(rows.len(), 20);
            let Value::Integer(year) = rows[0].record.0[3] else { panic!("not a number") };
            assert!(rows.iter().all(|row| row.record.0[3] == Value::from(year)), "a mixture");
            assert!(year >= last, "time went back");
            last = year;
        }
        task::yield_now().await;
    }
    writer.await.unwrap();
}

/// Several queries see all of a batch or nothing of it, whichever collections they ask.
pub async fn pages_asked_for_together_are_of_one_moment(subject: &DatabaseUnderTest) {
    const LAST: i64 = 25;
    let database = subject.open().await;
    let round = |round: i64| {
        let mut batch = WriteBatch::new();
        batch.put(SONGS, song("a").year(round).record());
        batch.put(ENTRIES, entry("a", "l", round));
        batch
    };
    database.write(round(0)).await.unwrap();
    let writer = {
        let database = Arc::clone(&database);
        task::spawn(async move {
            for number in 1..=LAST {
                database.write(round(number)).await.unwrap();
                task::yield_now().await;
            }
        })
    };
    let queries = [Query::new(SONGS), Query::new(ENTRIES), Query::new(SONGS)];
    let mut last = 0;
    while last < LAST {
        let pages = database.query_many(&queries).await.unwrap();
        let versions: Vec<_> = pages.iter().map(|page| page.rows[0].version).collect();
        assert!(versions.iter().all(|version| *version == versions[0]), "a mixture: {versions:?}");
        let Value::Integer(year) = pages[0].rows[0].record.0[3] else { panic!("not a number") };
        last = year;
        task::yield_now().await;
    }
    writer.await.unwrap();
}

/// Dropping the future of a write at any point leaves all of the batch or nothing.
pub async fn an_abandoned_write_is_done_or_not_done(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    for polls in 0..12_usize {
        let id = polls.to_string();
        let mut batch = WriteBatch::new();
        for number in 0..50_i64 {
            batch.put(SONGS, song(&format!("{id}-{number}")).year(number).record());
        }
        batch.put(ENTRIES, entry(&id, &id, 1));
        {
            let mut write = database.write(batch);
            for _ in 0..polls {
                if (&mut write).now_or_never().is_some() {
                    break;
                }
                task::yield_now().await;
            }
        }
        // Whatever goes on behind the scenes is over once a later write has returned.
        let after = put_songs(&database, [song("after")]).await;
        let filter = bridge_traits::Filter::starts_with("id", format!("{id}-"));
        let songs = database.count(SONGS, &filter).await.unwrap();
        let entries = database.get(ENTRIES, &id).await.unwrap();
        match entries {
            Some(row) => assert!(songs == 50 && row.version < after, "{songs} of 50"),
            None => assert_eq!(songs, 0, "half a batch"),
        }
    }
}
