//! A full disk, simulated where the browser meets us: requests succeed, the transaction aborts.

use bridge_traits::{DatabaseAdapter, ErrorKind, Filter};
use bridge_wasm::IndexedDbDatabase;

use crate::support::{fails, javascript, profile, schema, songs};

/// Makes every transaction over the log of this profile abort with `name` once all of its requests
/// have succeeded, as browsers do when space runs out.
async fn break_transactions(profile: &str, name: &str) {
    let body = format!(
        "globalThis.mpcOriginal ??= IDBDatabase.prototype.transaction;
         IDBDatabase.prototype.transaction = function (...args) {{
             const real = globalThis.mpcOriginal.apply(this, args);
             if (this.name !== argument || args[1] !== 'readwrite') return real;
             const add = IDBObjectStore.prototype.add;
             const store = real.objectStore.bind(real);
             real.objectStore = (name) => {{
                 const found = store(name);
                 found.add = (...values) => {{
                     const request = add.apply(found, values);
                     request.addEventListener('success', () => real.abort());
                     return request;
                 }};
                 return found;
             }};
             real.commit = undefined;
             Object.defineProperty(real, 'error', {{ value: new DOMException('full', '{name}') }});
             return real;
         }};"
    );
    javascript(&body, &format!("mpc:{profile}")).await;
}

async fn mend_transactions() {
    javascript("IDBDatabase.prototype.transaction = globalThis.mpcOriginal;", "").await;
}

#[core_async::test]
async fn a_full_disk_is_reported_and_leaves_everything_as_it_was() {
    let profile = profile("quota");
    let database = IndexedDbDatabase::new(&profile);
    database.open(schema()).await.unwrap();
    let first = database.write(songs(["a"])).await.unwrap();
    break_transactions(&profile, "QuotaExceededError").await;
    let mut watcher = database.watch();
    fails(database.write(songs(["b"])).await, ErrorKind::QuotaExceeded);
    fails(database.write(songs(["c"]).strict()).await, ErrorKind::QuotaExceeded);
    assert_eq!(database.count("songs", &Filter::Everything).await.unwrap(), 1);
    mend_transactions().await;
    // Space was made: the same write succeeds, with the next number.
    let second = database.write(songs(["b"])).await.unwrap();
    assert_eq!(second.sequence, first.sequence + 1);
    assert_eq!(watcher.next().await.unwrap().sequence, second.sequence);
    drop(database);
    let database = IndexedDbDatabase::new(&profile);
    database.open(schema()).await.unwrap();
    assert_eq!(database.count("songs", &Filter::Everything).await.unwrap(), 2);
}

#[core_async::test]
async fn a_transaction_broken_off_by_the_browser_is_reported() {
    let profile = profile("broken-off");
    let database = IndexedDbDatabase::new(&profile);
    database.open(schema()).await.unwrap();
    break_transactions(&profile, "AbortError").await;
    fails(database.write(songs(["a"])).await, ErrorKind::Conflict);
    mend_transactions().await;
    assert_eq!(database.count("songs", &Filter::Everything).await.unwrap(), 0);
    database.write(songs(["a"])).await.unwrap();
}
