//! News of commits.

use bridge_traits::{ChangeNotice, ChangePublisher, ErrorKind, Record, WatchError, WriteBatch};
use futures::FutureExt;

use super::DatabaseUnderTest;
use super::fixture::{ENTRIES, SONGS, delete_song, entry, get_song, put_songs, song};
use crate::expect::{fails, soon};

/// Runs the cases of [`watch`](self).
#[doc(hidden)]
#[macro_export]
macro_rules! database_watch_conformance {
    ($make:expr) => {
        $crate::conformance_tests! {
            database_watch: $crate::database::DatabaseUnderTest = $make, database::watch:
            each_commit_is_told_once_and_in_order
            a_notice_names_every_collection_once
            failed_and_empty_batches_are_not_told
            a_watcher_is_told_of_later_commits_only
            a_notice_comes_after_its_commit
            every_watcher_is_told
            a_slow_watcher_is_told_what_it_missed
            an_abandoned_wait_loses_nothing
            closing_ends_the_watch
        }
    };
}

/// One notice per commit, with its number, in the order of the numbers.
pub async fn each_commit_is_told_once_and_in_order(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    let mut watcher = database.watch();
    let mut numbers = Vec::new();
    for round in 0..10 {
        numbers.push(put_songs(&database, [song(&round.to_string()), song("again")]).await);
    }
    numbers.push(delete_song(&database, "again").await);
    for sequence in numbers {
        let notice = soon("a notice", watcher.next()).await.unwrap();
        assert_eq!(notice, ChangeNotice { sequence, collections: vec![SONGS.to_owned()] });
    }
    assert_eq!(watcher.next().now_or_never(), None, "nothing more has happened");
}

/// The collections of a batch come sorted and once each.
pub async fn a_notice_names_every_collection_once(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    let mut watcher = database.watch();
    let mut batch = WriteBatch::new();
    batch.put(SONGS, song("a").record());
    batch.put(ENTRIES, entry("a", "l", 1));
    batch.put(SONGS, song("b").record());
    batch.put(ENTRIES, entry("b", "l", 2));
    let sequence = database.write(batch).await.unwrap().sequence;
    let notice = soon("a notice", watcher.next()).await.unwrap();
    let collections = vec![ENTRIES.to_owned(), SONGS.to_owned()];
    assert_eq!(notice, ChangeNotice { sequence, collections });
}

/// What did not happen is not news.
pub async fn failed_and_empty_batches_are_not_told(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    put_songs(&database, [song("a")]).await;
    let mut watcher = database.watch();
    database.write(WriteBatch::new()).await.unwrap();
    let mut batch = WriteBatch::new();
    batch.insert(SONGS, song("a").record());
    fails(database.write(batch).await, ErrorKind::Conflict);
    let mut batch = WriteBatch::new();
    batch.put(SONGS, Record::new("too short"));
    fails(database.write(batch).await, ErrorKind::InvalidRequest);
    let sequence = put_songs(&database, [song("b")]).await;
    assert_eq!(soon("a notice", watcher.next()).await.unwrap().sequence, sequence);
}

/// A watch begins when it is asked for.
pub async fn a_watcher_is_told_of_later_commits_only(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    put_songs(&database, [song("a")]).await;
    let mut watcher = database.watch();
    let sequence = put_songs(&database, [song("b")]).await;
    assert_eq!(soon("a notice", watcher.next()).await.unwrap().sequence, sequence);
}

/// Who reads when told sees what the notice is about.
pub async fn a_notice_comes_after_its_commit(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    let mut watcher = database.watch();
    let reader = {
        let database = std::sync::Arc::clone(&database);
        core_async::task::spawn(async move {
            for round in 0..20_i64 {
                let notice = watcher.next().await.unwrap();
                let row = get_song(&database, &round.to_string()).await;
                assert_eq!(row.version, notice.sequence);
            }
        })
    };
    for round in 0..20_i64 {
        put_songs(&database, [song(&round.to_string())]).await;
        core_async::task::yield_now().await;
    }
    soon("the reader", reader).await.unwrap();
}

/// Watchers do not take notices from each other.
pub async fn every_watcher_is_told(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    let mut watchers = [database.watch(), database.watch(), database.watch()];
    let sequence = put_songs(&database, [song("a")]).await;
    for watcher in &mut watchers {
        assert_eq!(soon("a notice", watcher.next()).await.unwrap().sequence, sequence);
    }
}

/// A watcher that falls too far behind is told how much it missed, and then goes on.
pub async fn a_slow_watcher_is_told_what_it_missed(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    let mut watcher = database.watch();
    let mut numbers = Vec::new();
    for _ in 0..ChangePublisher::CAPACITY + 10 {
        numbers.push(put_songs(&database, [song("a")]).await);
    }
    let missed = match soon("a notice", watcher.next()).await {
        Err(WatchError::Lagged(missed)) => usize::try_from(missed).unwrap(),
        other => panic!("expected to have lagged, got {other:?}"),
    };
    assert!((10..numbers.len()).contains(&missed), "{missed} were missed");
    for sequence in &numbers[missed..] {
        assert_eq!(soon("a notice", watcher.next()).await.unwrap().sequence, *sequence);
    }
}

/// Dropping the future of `next` half-way loses no notice.
pub async fn an_abandoned_wait_loses_nothing(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    let mut watcher = database.watch();
    assert_eq!(watcher.next().now_or_never(), None);
    let sequence = put_songs(&database, [song("a")]).await;
    assert_eq!(soon("a notice", watcher.next()).await.unwrap().sequence, sequence);
    assert_eq!(watcher.next().now_or_never(), None);
}

/// A watcher hears of every commit before the close, and then that it was closed.
pub async fn closing_ends_the_watch(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    let mut watcher = database.watch();
    let sequence = put_songs(&database, [song("a")]).await;
    database.close().await.unwrap();
    assert_eq!(soon("the notice", watcher.next()).await.unwrap().sequence, sequence);
    assert_eq!(soon("the end", watcher.next()).await, Err(WatchError::Closed));
}
