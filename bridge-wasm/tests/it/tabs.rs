//! Several tabs on one profile: two adapters, which know of each other only through the browser.

use bridge_traits::{
    DatabaseAdapter, ErrorKind, Field, FieldKind, Filter, Query, Record, Row, Schema, SchemaChange,
    Value, WriteBatch,
};
use bridge_wasm::{DatabaseStanding, IndexedDbDatabase};
use core_async::task;
use core_async::time::{Duration, Instant, timeout};

use crate::support::{component, fails, profile, schema, songs};

async fn open(profile: &str) -> IndexedDbDatabase {
    open_with(profile, IndexedDbDatabase::MEMORY_LIMIT).await
}

async fn open_with(profile: &str, limit: u64) -> IndexedDbDatabase {
    let database = IndexedDbDatabase::with_memory_limit(profile, limit);
    database.open(schema()).await.unwrap();
    database
}

async fn count(database: &IndexedDbDatabase) -> u64 {
    database.count("songs", &Filter::Everything).await.unwrap()
}

async fn everything(database: &IndexedDbDatabase) -> Vec<Row> {
    let mut query = Query::new("songs").limit(Query::MAX_LIMIT);
    let mut rows = Vec::new();
    loop {
        let page = database.query(&query).await.unwrap();
        rows.extend(page.rows);
        let Some(next) = page.next else { return rows };
        query = query.after(Some(next));
    }
}

/// Waits until `database` has seen the commit `sequence`.
async fn seen(database: &IndexedDbDatabase, sequence: u64) {
    let mut watcher = database.watch();
    let wait = async {
        while database.write(WriteBatch::new()).await.unwrap().sequence < sequence {
            watcher.next().await.unwrap();
        }
    };
    timeout(Duration::from_secs(10), wait).await.unwrap();
}

/// Adds one to a number in the record `counter`, again if another tab came in between; returns the
/// number of tries.
async fn increment(database: &IndexedDbDatabase) -> u32 {
    let mut tries = 0;
    loop {
        tries += 1;
        let row = database.get("songs", "counter").await.unwrap();
        let mut batch = WriteBatch::new();
        match row {
            None => batch.insert("songs", Record::new("counter").with("1")),
            Some(row) => {
                let next = row.record.0[1].as_text().unwrap().parse::<u64>().unwrap() + 1;
                let record = Record::new("counter").with(next.to_string());
                batch.replace("songs", record, row.version);
            }
        }
        match database.write(batch).await {
            Ok(_) => return tries,
            Err(error) => assert_eq!(error.kind(), ErrorKind::Conflict, "{error:?}"),
        }
    }
}

#[core_async::test]
async fn another_tab_sees_commits_and_is_told_in_order() {
    let profile = profile("follow");
    let [ours, theirs] = [open(&profile).await, open(&profile).await];
    let mut watcher = theirs.watch();
    let mut slowest = Duration::ZERO;
    for number in 0..50 {
        let key = format!("k{number}");
        let commit = ours.write(songs([key.clone()])).await.unwrap();
        let start = Instant::now();
        let notice = timeout(Duration::from_secs(10), watcher.next()).await.unwrap().unwrap();
        slowest = slowest.max(start.elapsed());
        assert_eq!((notice.sequence, notice.collections), (commit.sequence, vec!["songs".into()]));
        assert!(theirs.get("songs", &key).await.unwrap().is_some());
    }
    core_async::__private::say(&format!("the slowest of 50 commits was seen after {slowest:?}"));
    assert_eq!(everything(&ours).await, everything(&theirs).await);
}

#[core_async::test]
async fn a_tab_that_is_closed_tells_others_of_its_last_commit() {
    let profile = profile("last");
    let theirs = open(&profile).await;
    let mut watcher = theirs.watch();
    for number in 0..10 {
        let key = format!("k{number}");
        let ours = open(&profile).await;
        let commit = ours.write(songs([key.clone()])).await.unwrap();
        // In the turn of the event loop in which it was written, before it is told by itself.
        if number % 2 == 0 {
            ours.close().await.unwrap();
        }
        drop(ours);
        let notice = timeout(Duration::from_secs(10), watcher.next()).await.unwrap().unwrap();
        assert_eq!(notice.sequence, commit.sequence);
        assert!(theirs.get("songs", &key).await.unwrap().is_some());
    }
}

#[core_async::test(timeout_ms = 60_000)]
async fn a_tab_that_writes_all_the_time_does_not_keep_others_from_writing() {
    let profile = profile("greedy");
    let [greedy, other] = [open(&profile).await, open(&profile).await];
    let without_end = async {
        loop {
            increment(&greedy).await;
        }
    };
    let now_and_then = async {
        let mut tries = 0;
        for _ in 0..50 {
            tries += increment(&other).await;
        }
        tries
    };
    let tries = core_async::select! {
        () = without_end => 0,
        tries = now_and_then => tries,
    };
    core_async::__private::say(&format!("50 writes took {tries} tries"));
    // The first try may be out of date, the second is not unless the machine stands still for a while.
    assert!((50..=110).contains(&tries), "{tries}");
}

/// Less than the tests below write.
const LITTLE: u64 = 16 << 10;

#[core_async::test(timeout_ms = 60_000)]
async fn two_tabs_that_write_at_the_same_time_lose_no_update() {
    no_update_is_lost([IndexedDbDatabase::MEMORY_LIMIT; 2]).await;
}

#[core_async::test(timeout_ms = 60_000)]
async fn two_tabs_with_little_in_memory_lose_no_update() {
    no_update_is_lost([LITTLE, LITTLE / 4]).await;
}

#[core_async::test(timeout_ms = 60_000)]
async fn a_tab_with_everything_and_one_with_little_in_memory_lose_no_update() {
    no_update_is_lost([LITTLE, IndexedDbDatabase::MEMORY_LIMIT]).await;
}

async fn no_update_is_lost([one, other]: [u64; 2]) {
    let profile = profile("both");
    let tabs = [open_with(&profile, one).await, open_with(&profile, other).await];
    let work = tabs.iter().enumerate().map(|(tab, database)| async move {
        for number in 0..100 {
            increment(database).await;
            database.write(songs([format!("{tab}-{number}")])).await.unwrap();
        }
    });
    futures::future::join_all(work).await;
    let last = tabs[0].write(songs(["last"])).await.unwrap().sequence;
    seen(&tabs[1], last).await;
    let rows = everything(&tabs[0]).await;
    assert_eq!(rows, everything(&tabs[1]).await);
    assert_eq!(rows.len(), 202);
    let counter = tabs[1].get("songs", "counter").await.unwrap().unwrap();
    assert_eq!(counter.record.0[1], Value::from("200"));
    // And so it is on disk.
    drop(tabs);
    assert_eq!(everything(&open(&profile).await).await, rows);
}

#[core_async::test(timeout_ms = 60_000)]
async fn a_tab_goes_on_when_the_one_that_imports_is_closed() {
    let profile = profile("take-over");
    let [importing, editing] = [open(&profile).await, open(&profile).await];
    let import = task::spawn({
        let importing = importing.clone();
        async move {
            let mut imported = 0;
            loop {
                let keys = (0..500).map(|number| format!("i{imported:03}-{number:03}"));
                match importing.write(songs(keys)).await {
                    Ok(_) => imported += 1,
                    Err(error) => {
                        assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{error:?}");
                        return imported;
                    }
                }
            }
        }
    });
    for number in 0..20 {
        editing.write(songs([format!("e{number}")])).await.unwrap();
    }
    importing.close().await.unwrap();
    let imported = import.await.unwrap();
    for number in 20..40 {
        editing.write(songs([format!("e{number}")])).await.unwrap();
    }
    assert!(imported > 0);
    assert_eq!(count(&editing).await, imported * 500 + 40);
    drop(editing);
    assert_eq!(count(&open(&profile).await).await, imported * 500 + 40);
}

#[core_async::test(timeout_ms = 60_000)]
async fn a_tab_follows_although_the_log_was_folded() {
    others_follow([IndexedDbDatabase::MEMORY_LIMIT; 2]).await;
}

#[core_async::test(timeout_ms = 60_000)]
async fn a_tab_with_little_in_memory_follows_although_the_log_was_folded() {
    others_follow([IndexedDbDatabase::MEMORY_LIMIT, LITTLE]).await;
}

async fn others_follow([one, other]: [u64; 2]) {
    let profile = profile("folded");
    let [ours, theirs] = [open_with(&profile, one).await, open_with(&profile, other).await];
    let mut last = 0;
    for number in 0..2_100 {
        last = ours.write(songs([format!("k{:03}", number % 700)])).await.unwrap().sequence;
    }
    seen(&theirs, last).await;
    assert_eq!(everything(&ours).await, everything(&theirs).await);
    // They know which blocks they replace, too.
    for number in 0..1_100 {
        last = theirs.write(songs([format!("k{:03}", number % 700)])).await.unwrap().sequence;
    }
    seen(&ours, last).await;
    let rows = everything(&theirs).await;
    assert_eq!(everything(&ours).await, rows);
    drop((ours, theirs));
    assert_eq!(everything(&open(&profile).await).await, rows);
}

#[core_async::test]
async fn a_tab_of_an_older_release_gives_way_and_says_so() {
    let profile = profile("older");
    let old = open(&profile).await;
    old.write(songs(["a"])).await.unwrap();
    let mut health = old.watch_health();
    let field = Field::new("rating", FieldKind::Integer).with_default(3_i64);
    let change = SchemaChange::AddField { collection: "songs".into(), field };
    let new = IndexedDbDatabase::new(&profile);
    new.open(Schema::new(vec![component().migration(vec![change])])).await.unwrap();
    let told = timeout(Duration::from_secs(1), health.next()).await.unwrap();
    assert_eq!(told.standing, DatabaseStanding::Superseded);
    fails(old.write(songs(["b"])).await, ErrorKind::Conflict);
    // What it has can still be shown.
    assert_eq!(count(&old).await, 1);
    let mut batch = WriteBatch::new();
    batch.put("songs", Record::new("c").with("title").with(5_i64));
    new.write(batch).await.unwrap();
    assert_eq!(count(&new).await, 2);
}

#[core_async::test]
async fn tabs_that_create_a_profile_together_agree() {
    let profile = profile("create");
    let tabs: Vec<_> = (0..4).map(|_| IndexedDbDatabase::new(&profile)).collect();
    futures::future::try_join_all(tabs.iter().map(|tab| tab.open(schema()))).await.unwrap();
    let writes = tabs.iter().enumerate().map(|(number, tab)| async move {
        tab.write(songs([format!("k{number}")])).await.unwrap().sequence
    });
    let mut numbers = futures::future::join_all(writes).await;
    numbers.sort_unstable();
    assert_eq!(numbers, [1, 2, 3, 4]);
    for tab in &tabs {
        seen(tab, 4).await;
        assert_eq!(count(tab).await, 4);
    }
}

#[core_async::test]
async fn a_tab_that_keeps_the_profile_to_itself_is_an_error_in_time() {
    let profile = profile("hung");
    let database = IndexedDbDatabase::with_lock_wait(&profile, Duration::from_millis(300));
    database.open(schema()).await.unwrap();
    // Another tab that hangs: it has the right to write and hears nobody.
    let body = "
        await new Promise((granted) => {
            navigator.locks.request(argument, () => new Promise((release) => {
                globalThis.mpcRelease = release;
                granted();
            }));
        });";
    // The right is still with us, from opening.
    database.close().await.unwrap();
    let database = IndexedDbDatabase::with_lock_wait(&profile, Duration::from_millis(300));
    database.open(schema()).await.unwrap();
    crate::support::javascript(body, &format!("mpc:{profile}")).await;
    let error = fails(database.write(songs(["a"])).await, ErrorKind::Conflict);
    assert!(error.to_string().contains("another tab"), "{error}");
    assert_eq!(count(&database).await, 0);
    crate::support::javascript("globalThis.mpcRelease();", "").await;
    assert_eq!(database.write(songs(["a"])).await.unwrap().sequence, 1);
}
