//! Two tabs with the same library open, on IndexedDB. They know of each other through the browser
//! alone.

use std::sync::Arc;

use bridge_traits::{Clock, DatabaseAdapter};
use bridge_wasm::{IndexedDbDatabase, WebClock};

use super::two_windows::{go_on_without_the_other, lose_nothing};

fn tabs(name: &str) -> [Arc<dyn DatabaseAdapter>; 2] {
    let profile = format!("{name}-{}", WebClock::new().unix_millis());
    [0; 2].map(|_| -> Arc<dyn DatabaseAdapter> { Arc::new(IndexedDbDatabase::new(&profile)) })
}

#[core_async::test(timeout_ms = 250_000)]
async fn two_that_write_at_the_same_time_lose_nothing() {
    lose_nothing(tabs("both")).await;
}

#[core_async::test(timeout_ms = 250_000)]
async fn one_goes_on_when_the_other_is_closed_in_an_import() {
    go_on_without_the_other(tabs("take-over")).await;
}
