//! Reads that nobody waits for any more.

use std::sync::mpsc;

use core_async::time::{Duration, timeout};
use futures::FutureExt;

use super::super::connection::Writer;
use super::super::rows;
use super::*;

const MANY_ROWS: &str = "WITH RECURSIVE numbers (number) AS \
    (SELECT 1 UNION ALL SELECT number + 1 FROM numbers LIMIT 1000000) SELECT number FROM numbers";

#[core_async::test]
async fn a_read_that_is_given_up_ends_with_its_next_row() {
    let location = Location::in_memory();
    let _database = Writer::open(&location).await.unwrap();
    let readers = Readers::new(location);
    let (tell, rows_read) = mpsc::channel();
    let (go_on, may_go_on) = mpsc::channel::<()>();
    let read = move |row: &Row<'_>| {
        tell.send(()).unwrap();
        // Fails once it may, and ever after.
        may_go_on.recv().ok();
        rows::cell::<i64>(row, 0)
    };
    let held = Arc::new(());
    let question =
        Question { statements: vec![Statement::new(MANY_ROWS)], enough: usize::MAX, read };
    let mut reading = Box::pin(readers.read(Arc::clone(&held), vec![question]));
    assert!((&mut reading).now_or_never().is_none());
    rows_read.recv().unwrap();
    drop(reading);
    drop(go_on);
    // This waits for the reads under way.
    timeout(Duration::from_secs(20), readers.close()).await.unwrap().unwrap();
    assert_eq!(rows_read.iter().count(), 0, "no row but the one that was under way");
    assert_eq!(Arc::strong_count(&held), 1, "what was held is let go");
}
