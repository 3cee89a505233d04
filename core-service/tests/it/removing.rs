//! Accounts that are removed while another tab or program synchronises them, and accounts whose
//! secrets are damaged.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bridge_memory::MemoryNetwork;
use bridge_traits::{
    ChangeWatcher, Commit, Connectivity, DatabaseAdapter, DatabaseSettings, Filter, HttpClient,
    InstanceGuard, InstanceLock, Metered, NetworkState, Page, Query, Request, Response,
    Result as BridgeResult, Row, Schema, Secret, SettingChange, SettingValue, SettingsStore,
    WriteBatch,
};
use core_async::sync::{CancellationToken, Mutex, Notify};
use core_async::time::{Duration, Instant, sleep, timeout};
use core_service::core_auth::AccountState;
use core_service::core_runtime::{Event, SyncEvent};
use core_service::{Bridges, CoreService, DriveKind, Followed};
use futures::StreamExt;
use serde_json::json;

use crate::accounts::World;
use crate::support::wav;

impl World {
    /// An account on a drive with so many files, of which nothing is in the library yet.
    async fn account_with(&self, files: usize) -> String {
        for number in 0..files {
            self.drive.files(|files| files.file("root", &format!("{number}.wav"), wav(number + 1)));
        }
        self.add().await.unwrap().id
    }

    /// A tab that synchronises the account, and neither goes on nor ends.
    async fn frozen(&self, account: &str) -> InstanceGuard {
        let lock = self.lock.another("frozen");
        lock.try_acquire(&format!("cloud/sync/{account}")).await.unwrap().unwrap()
    }

    /// How many of an account's secrets, tracks and items of the mirror there are.
    async fn left_of(&self, account: &str) -> (usize, u64, u64) {
        let secrets = self.bridges.secrets.as_ref().unwrap().names().await.unwrap();
        let secrets = secrets.iter().filter(|name| name.contains(account)).count();
        let tracks = self.core.library().counts().await.unwrap().tracks;
        let database = self.bridges.database.as_ref().unwrap();
        let mine = Filter::equals("account", account);
        (secrets, tracks, database.count("sync_items", &mine).await.unwrap())
    }

    fn settings(&self) -> DatabaseSettings {
        DatabaseSettings::new(self.bridges.database.clone().unwrap())
    }

    async fn damage(&self, account: &str) {
        let secrets = self.bridges.secrets.as_ref().unwrap();
        secrets.put(&format!("account/{account}"), &Secret::new("not JSON")).await.unwrap();
    }
}

/// Synchronises, and gives the code of the error with which that ends.
async fn failing_sync(core: &CoreService, account: &str) -> &'static str {
    core.sync(account, &CancellationToken::new()).await.unwrap_err().code()
}

#[core_async::test]
async fn an_account_is_removed_in_the_middle_of_another_tabs_sync() {
    let world = World::new().await;
    let account = world.account_with(50).await;
    let other = world.tab().await;
    let mut events = other.events().subscribe();
    let removing = async {
        while !matches!(events.recv().await, Ok(Event::Sync(SyncEvent::Progress { .. }))) {}
        world.core.remove_account(&account).await
    };
    let (synced, removed) = core_async::join!(failing_sync(&other, &account), removing);
    assert_eq!(synced, "cancelled");
    removed.unwrap();
    assert_eq!(world.left_of(&account).await, (0, 0, 0));
    for core in [&world.core, &other] {
        assert_eq!(core.accounts().await.unwrap(), []);
        assert_eq!(failing_sync(core, &account).await, "not_found");
    }
    assert_eq!(world.left_of(&account).await, (0, 0, 0));
}

#[core_async::test(start_paused = true)]
async fn a_sync_that_waits_for_a_network_ends_when_another_tab_removes_its_account() {
    let costly = NetworkState { metered: Metered::Yes, ..NetworkState::new(Connectivity::Online) };
    let network = Some(Arc::new(MemoryNetwork::new(costly)) as Arc<_>);
    let world = World::with(DriveKind::GoogleDrive, |bridges| Bridges { network, ..bridges }).await;
    let account = world.account_with(1).await;
    world.core.set_sync_when_metered(false).await.unwrap();
    let other = world.tab().await;
    let mut events = other.events().subscribe();
    let removing = async {
        while !matches!(events.recv().await, Ok(Event::Sync(SyncEvent::Waiting { .. }))) {}
        world.core.remove_account(&account).await
    };
    let start = Instant::now();
    // Nothing else would end it.
    let syncing = timeout(Duration::from_secs(60), failing_sync(&other, &account));
    let (synced, removed) = core_async::join!(syncing, removing);
    assert_eq!(synced.unwrap(), "cancelled");
    removed.unwrap();
    assert_eq!(start.elapsed(), Duration::ZERO, "it was told");
    assert_eq!(world.left_of(&account).await, (0, 0, 0));
}

#[core_async::test(start_paused = true)]
async fn what_a_frozen_tab_holds_back_goes_once_it_lets_go() {
    let world = World::new().await;
    let account = world.account_with(1).await;
    world.sync(&account).await.unwrap();
    let (other, frozen) = (world.tab().await, world.frozen(&account).await);
    let removed = world.call("accounts.remove", json!({ "id": account })).await;
    assert_eq!(removed.unwrap_err(), "removal_under_way");
    assert_eq!(world.left_of(&account).await, (0, 1, 1), "what opens it is gone");
    for core in [&world.core, &other] {
        let listed = core.accounts().await.unwrap();
        assert_eq!((&listed[0].id, listed[0].state), (&account, AccountState::Leaving));
    }
    // Who signs in meanwhile has another account, which nobody removes.
    let new = world.add().await.unwrap();
    assert_ne!(new.id, account);
    drop(frozen);
    assert_eq!(failing_sync(&other, &account).await, "not_found", "no sync begins");
    assert_eq!(other.accounts().await.unwrap(), [new]);
    assert_eq!(world.left_of(&account).await, (0, 0, 0));
}

#[core_async::test(start_paused = true)]
async fn a_removal_that_was_cut_off_is_finished_by_the_next_start() {
    let mut world = World::new().await;
    let account = world.account_with(1).await;
    world.sync(&account).await.unwrap();
    let frozen = world.frozen(&account).await;
    let removal = timeout(Duration::from_secs(1), world.core.remove_account(&account)).await;
    assert!(removal.is_err(), "{removal:?}");
    drop(frozen);
    world.restart().await;
    assert_eq!(world.left_of(&account).await, (0, 1, 1));
    assert_eq!(world.core.accounts().await.unwrap(), []);
    assert_eq!(world.left_of(&account).await, (0, 0, 0));
}

#[core_async::test]
async fn a_removal_that_was_cut_off_before_anything_went_is_finished_too() {
    let mut world = World::new().await;
    let account = world.account_with(1).await;
    world.sync(&account).await.unwrap();
    let key = format!("auth.account.{account}");
    let noted = world.settings().get(&key).await.unwrap();
    let Some(SettingValue::Text(noted)) = noted else { panic!("{noted:?}") };
    let leaving = noted.replace(r#""is_leaving":false"#, r#""is_leaving":true"#);
    assert_ne!(leaving, noted);
    world.settings().set(&key, leaving.as_str().into()).await.unwrap();
    world.restart().await;
    assert_eq!(world.left_of(&account).await, (1, 1, 1));
    assert_eq!(world.core.accounts().await.unwrap(), []);
    assert_eq!(world.left_of(&account).await, (0, 0, 0));
}

#[core_async::test]
async fn an_account_that_vanishes_during_its_sync_takes_its_tracks_along() {
    let world = World::new().await;
    let account = world.account_with(50).await;
    let mut events = world.core.events().subscribe();
    let vanishing = async {
        while !matches!(events.recv().await, Ok(Event::Sync(SyncEvent::Progress { .. }))) {}
        // As whoever removes it does who knows of none of its tracks.
        let secrets = world.bridges.secrets.as_ref().unwrap();
        secrets.remove(&format!("account/{account}")).await.unwrap();
        let noted = SettingChange::Remove(format!("auth.account.{account}"));
        world.settings().apply(vec![noted]).await.unwrap();
    };
    let (synced, ()) = core_async::join!(failing_sync(&world.core, &account), vanishing);
    assert_eq!(synced, "cancelled");
    assert_eq!(world.left_of(&account).await, (0, 0, 0), "nobody else would take them out");
}

/// A database whose writes wait for each other. The first one after it was told to be slow ends when
/// it is told to.
#[derive(Debug)]
struct Queued {
    database: Arc<dyn DatabaseAdapter>,
    turn: Mutex<()>,
    is_slow: AtomicBool,
    is_asked: Notify,
    may_end: Notify,
}

#[core_async::async_trait]
impl DatabaseAdapter for Queued {
    async fn open(&self, schema: Schema) -> BridgeResult<()> {
        self.database.open(schema).await
    }

    async fn versions(&self) -> BridgeResult<BTreeMap<String, u32>> {
        self.database.versions().await
    }

    async fn get(&self, collection: &str, key: &str) -> BridgeResult<Option<Row>> {
        self.database.get(collection, key).await
    }

    async fn get_many(&self, collection: &str, keys: &[String]) -> BridgeResult<Vec<Option<Row>>> {
        self.database.get_many(collection, keys).await
    }

    async fn query(&self, query: &Query) -> BridgeResult<Page> {
        self.database.query(query).await
    }

    async fn query_many(&self, queries: &[Query]) -> BridgeResult<Vec<Page>> {
        self.database.query_many(queries).await
    }

    async fn count(&self, collection: &str, filter: &Filter) -> BridgeResult<u64> {
        self.database.count(collection, filter).await
    }

    async fn write(&self, batch: WriteBatch) -> BridgeResult<Commit> {
        let _turn = self.turn.lock().await;
        if self.is_slow.swap(false, Ordering::Relaxed) {
            self.is_asked.notify_one();
            self.may_end.notified().await;
        }
        self.database.write(batch).await
    }

    fn watch(&self) -> ChangeWatcher {
        self.database.watch()
    }

    async fn close(&self) -> BridgeResult<()> {
        self.database.close().await
    }
}

#[core_async::test(start_paused = true)]
async fn syncs_that_are_followed_go_on_while_a_removal_is_finished_beside_them() {
    let mut queued = None;
    let world = World::with(DriveKind::GoogleDrive, |bridges| {
        let database = bridges.database.unwrap();
        let (is_asked, may_end) = (Notify::new(), Notify::new());
        let is_slow = AtomicBool::new(false);
        let database = Queued { database, turn: Mutex::new(()), is_slow, is_asked, may_end };
        let database = Arc::clone(queued.insert(Arc::new(database)));
        Bridges { database: Some(database), ..bridges }
    });
    let world = world.await;
    let queued = queued.unwrap();
    let left = world.account_with(1).await;
    world.sync(&left).await.unwrap();
    let frozen = world.frozen(&left).await;
    assert_eq!(world.core.remove_account(&left).await.unwrap_err().code(), "removal_under_way");
    let kept = world.add().await.unwrap().id;
    queued.is_slow.store(true, Ordering::Relaxed);
    let cancel = CancellationToken::new();
    let mut followed = world.core.follow_all(&cancel);
    let meanwhile = async {
        queued.is_asked.notified().await;
        // The sync writes; now the removal can be finished, which has to write, too.
        drop(frozen);
        sleep(Duration::from_secs(400)).await;
        queued.may_end.notify_one();
    };
    let next = timeout(Duration::from_secs(3600), followed.next());
    let (next, ()) = core_async::join!(next, meanwhile);
    let Followed { account, outcome } =
        next.expect("it waits for a sync that it holds up").unwrap();
    assert_eq!((&account, outcome.unwrap().added), (&kept, 1));
    timeout(Duration::from_secs(3600), followed.next()).await.unwrap().unwrap().outcome.unwrap();
    assert_eq!(world.core.accounts().await.unwrap().len(), 1);
    assert_eq!(world.left_of(&left).await, (0, 1, 0));
}

/// A drive that does not answer until it is told to.
#[derive(Debug)]
struct Slow {
    http: Arc<dyn HttpClient>,
    is_slow: Arc<AtomicBool>,
    is_asked: Arc<Notify>,
    may_answer: Arc<Notify>,
}

#[core_async::async_trait]
impl HttpClient for Slow {
    async fn send(&self, request: Request) -> BridgeResult<Response> {
        if self.is_slow.load(Ordering::Relaxed) {
            self.is_asked.notify_one();
            self.may_answer.notified().await;
        }
        self.http.send(request).await
    }
}

#[core_async::test(start_paused = true)]
async fn a_tab_that_ends_its_sync_late_finishes_the_removal_itself() {
    let (is_slow, is_asked, may_answer) =
        (Arc::new(AtomicBool::new(false)), Arc::new(Notify::new()), Arc::new(Notify::new()));
    let slow = {
        let (is_slow, is_asked, may_answer) =
            (Arc::clone(&is_slow), Arc::clone(&is_asked), Arc::clone(&may_answer));
        move |bridges: Bridges| {
            let http = bridges.http.unwrap();
            let http = Some(Arc::new(Slow { http, is_slow, is_asked, may_answer }) as Arc<_>);
            Bridges { http, ..bridges }
        }
    };
    let world = World::with(DriveKind::GoogleDrive, slow).await;
    let account = world.account_with(1).await;
    world.sync(&account).await.unwrap();
    let other = world.tab().await;
    is_slow.store(true, Ordering::Relaxed);
    let removing = async {
        is_asked.notified().await;
        let error = world.core.remove_account(&account).await.unwrap_err();
        assert_eq!(world.left_of(&account).await, (0, 1, 1));
        is_slow.store(false, Ordering::Relaxed);
        may_answer.notify_one();
        error.code()
    };
    let (synced, removed) = core_async::join!(failing_sync(&other, &account), removing);
    assert_eq!((synced, removed), ("cancelled", "removal_under_way"));
    assert_eq!(world.left_of(&account).await, (0, 0, 0), "although nobody has listed accounts");
}

#[core_async::test]
async fn an_account_whose_secret_is_damaged_keeps_its_tracks_until_it_is_removed() {
    let mut world = World::new().await;
    let account = world.account_with(1).await;
    world.sync(&account).await.unwrap();
    world.damage(&account).await;
    world.restart().await;
    let listed = world.call("accounts.list", json!({})).await.unwrap();
    assert_eq!(
        (&listed[0]["id"], &listed[0]["label"]),
        (&json!(account), &json!("ann@example.org"))
    );
    assert_eq!(listed[0]["state"], "sign_in_required");
    assert_eq!(failing_sync(&world.core, &account).await, "sign_in_required");
    assert_eq!(world.left_of(&account).await, (1, 1, 1));
    // Signing in again repairs it.
    let again = world.add().await.unwrap();
    assert_eq!((&again.id, again.state), (&account, AccountState::SignedIn));
    assert_eq!(world.sync(&account).await.unwrap(), 0, "its tracks are still those");
    // Or it goes, with all that belongs to it.
    world.damage(&account).await;
    world.core.remove_account(&account).await.unwrap();
    assert_eq!(world.core.accounts().await.unwrap(), []);
    assert_eq!(world.left_of(&account).await, (0, 0, 0));
}
