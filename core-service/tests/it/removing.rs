//! Accounts that are removed while another tab or program synchronises them, and accounts whose
//! secrets are damaged.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bridge_memory::MemoryNetwork;
use bridge_traits::{
    Connectivity, Filter, HttpClient, InstanceGuard, InstanceLock, Metered, NetworkState, Request,
    Response, Result as BridgeResult, Secret,
};
use core_async::sync::{CancellationToken, Notify};
use core_async::time::{Duration, Instant, timeout};
use core_service::core_auth::AccountState;
use core_service::core_runtime::{Event, SyncEvent};
use core_service::{Bridges, CoreService, DriveKind};
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
