//! Accounts and drives as a page asks for them.

use std::sync::Arc;

use bridge_memory::MemoryNetwork;
use bridge_traits::{
    BoxStream, Connectivity, HttpClient, Metered, NetworkState, Response, Result as BridgeResult,
};
use core_async::sync::{CancellationToken, Notify};
use core_async::time::{Duration, Instant, sleep, timeout};
use core_service::core_runtime::{Event, SyncEvent};
use core_service::{Bridges, DriveKind, Followed, Request, RpcError};
use futures::StreamExt;
use serde_json::{Value, json};

use crate::accounts::World;
use crate::support::wav;

impl World {
    /// A call, with its result or the code of its error.
    pub(crate) async fn call(&self, method: &str, params: Value) -> Result<Value, Value> {
        let request = json!({ "method": method, "params": params }).to_string();
        match self.core.call_json(&request).await {
            Ok(result) => Ok(serde_json::from_str(&result).unwrap()),
            Err(error) => Err(json!(RpcError::from(&error).code)),
        }
    }

    /// Signs in with these parameters as a user who agrees.
    async fn add_by_call(&self, params: Value) -> Result<Value, Value> {
        let user = async {
            let page = self.transport.next_page().await;
            let (uri, query) = self.server.sign_in(&page);
            self.transport.redirect(&uri, &query);
        };
        core_async::join!(self.call("accounts.add", params), user).0
    }

    /// Leaves for the provider's page, and gives the query that the user comes back with.
    async fn leave(&self, params: Value) -> String {
        let page = self.call("accounts.begin_redirect", params).await.unwrap();
        self.server.sign_in(page["url"].as_str().unwrap()).1
    }
}

fn client() -> Value {
    json!({
        "kind": "google-drive",
        "client_id": "client",
        "client_secret": "no secret",
        "addresses": {
            "authorize": "https://as.test/authorize",
            "token": "https://as.test/token",
            "api": "https://api.test",
        },
    })
}

#[core_async::test]
async fn a_sync_waits_for_a_network_that_costs_nothing_where_that_is_wished() {
    let costly = NetworkState { metered: Metered::Yes, ..NetworkState::new(Connectivity::Online) };
    let network = Arc::new(MemoryNetwork::new(costly));
    let monitor = Arc::clone(&network);
    let change = |bridges| Bridges { network: Some(monitor), ..bridges };
    let world = World::with(DriveKind::GoogleDrive, change).await;
    world.drive.files(|files| files.file("root", "first.wav", wav(20)));
    let account = world.add().await.unwrap().id;
    assert_eq!(world.call("sync.when_metered", json!({})).await.unwrap(), json!(true));
    world.call("sync.set_when_metered", json!({ "allowed": false })).await.unwrap();
    assert_eq!(world.call("sync.when_metered", json!({})).await.unwrap(), json!(false));
    let mut events = world.core.events().subscribe();
    let of_it = json!({ "account": account });
    let free = async {
        let reason = loop {
            if let Event::Sync(SyncEvent::Waiting { reason, .. }) = events.recv().await.unwrap() {
                break reason;
            }
        };
        network.set(NetworkState { metered: Metered::No, ..costly });
        reason
    };
    let (report, reason) = core_async::join!(world.call("sync.start", of_it.clone()), free);
    assert_eq!((report.unwrap()["added"].clone(), &*reason), (json!(1), "metered"));
    // And on any network otherwise.
    network.set(costly);
    world.call("sync.set_when_metered", json!({ "allowed": true })).await.unwrap();
    assert_eq!(world.call("sync.start", of_it).await.unwrap()["unchanged"], 1);
}

#[core_async::test]
async fn a_page_says_which_files_are_mirrored() {
    let mut world = World::new().await;
    world.drive.files(|files| {
        for (name, seed) in [("a.wav", 20), ("b.mp3", 30), ("c.flac", 40)] {
            files.file("root", name, wav(seed));
        }
    });
    let mut params = client();
    params["filter"] = json!({ "exclude": [".FLAC"] });
    let account = world.add_by_call(params).await.unwrap();
    let of_it = json!({ "account": account["id"] });
    let kept = json!({ "include": [], "exclude": ["flac"], "max_size": null });
    assert_eq!(world.call("sync.filter", of_it.clone()).await.unwrap(), kept);
    assert_eq!(world.call("sync.start", of_it.clone()).await.unwrap()["added"], 2);

    // Signing in again says nothing of it, and leaving the page carries it along.
    world.add_by_call(json!({ "kind": "google-drive" })).await.unwrap();
    assert_eq!(world.call("sync.filter", of_it.clone()).await.unwrap(), kept);
    let filter = json!({ "include": ["flac", "wav"], "exclude": [], "max_size": 1_000_000 });
    let query = world.leave(json!({ "kind": "google-drive", "filter": filter })).await;
    world.restart().await;
    world.call("accounts.finish_redirect", json!({ "query": query })).await.unwrap();
    assert_eq!(world.call("sync.filter", of_it.clone()).await.unwrap(), filter);
    let report = world.call("sync.start", of_it.clone()).await.unwrap();
    assert_eq!((&report["added"], &report["removed"]), (&json!(1), &json!(1)));

    let set = |filter: Value| json!({ "account": account["id"], "filter": filter });
    for wrong in [
        json!({ "include": ["wma"] }),
        json!({ "include": ["mp3"], "exclude": ["mp3"] }),
        json!({ "max_size": 0 }),
        json!({ "max_size": -1 }),
        json!({ "maximum": 1 }),
    ] {
        let refused = world.call("sync.set_filter", set(wrong.clone())).await;
        assert_eq!(refused.unwrap_err(), "invalid_request", "{wrong}");
    }
    assert_eq!(world.call("sync.filter", of_it.clone()).await.unwrap(), filter);
    world.call("sync.set_filter", set(json!({}))).await.unwrap();
    assert_eq!(world.call("sync.start", of_it.clone()).await.unwrap()["added"], 1);
    let nobody = json!({ "account": "nobody", "filter": {} });
    assert_eq!(world.call("sync.set_filter", nobody).await.unwrap_err(), "not_found");
    // An account that is removed leaves nothing of it behind.
    world.call("sync.set_filter", set(filter)).await.unwrap();
    world.call("accounts.remove", json!({ "id": account["id"] })).await.unwrap();
    assert_eq!(world.core.settings().list("cloud.filter.").await.unwrap(), []);
}

#[core_async::test]
async fn a_page_adds_a_drive_mirrors_it_and_takes_it_out() {
    let world = World::new().await;
    let id = world.drive.files(|files| files.file("root", "first.wav", wav(20)));
    let kinds = world.call("accounts.kinds", json!({})).await.unwrap();
    let first = json!({ "kind": "google-drive", "name": "Google Drive", "sign_in": "provider" });
    assert_eq!(kinds[0], first);
    let account = world.add_by_call(client()).await.unwrap();
    assert_eq!(account["label"], "ann@example.org");
    assert_eq!(world.call("accounts.list", json!({})).await.unwrap(), json!([account]));

    let of_it = json!({ "account": account["id"] });
    let plan = world.call("sync.preview", of_it.clone()).await.unwrap();
    assert_eq!(plan["to_place"], 1);
    let report = world.call("sync.start", of_it).await.unwrap();
    assert_eq!((&report["added"], &report["failed"]), (&json!(1), &json!([])));
    let status = world.call("sync.status", json!({})).await.unwrap();
    assert_eq!((&status[0]["account"], &status[0]["tracks"]), (&account["id"], &json!(1)));
    let tracks = world.call("library.tracks", json!({})).await.unwrap();
    let track = &tracks["items"][0]["id"];
    world.call("sync.prioritise", json!({ "track_ids": [track] })).await.unwrap();
    let why = world.call("sync.explain", json!({ "id": track })).await.unwrap();
    assert_eq!((&why["item"], &why["is_there"]), (&json!(id), &json!(true)));
    world.call("player.play", json!({ "id": track })).await.unwrap();

    let removed = world.call("accounts.remove", json!({ "id": account["id"] })).await.unwrap();
    assert_eq!(removed, json!({ "revocation": "not_offered" }));
    assert_eq!(world.call("status", json!({})).await.unwrap()["tracks"], 0);
}

/// The outcome of the next sync of whatever account is followed.
async fn next(followed: &mut BoxStream<'_, Followed>) -> Result<u64, String> {
    let Followed { outcome, .. } = followed.next().await.unwrap();
    outcome.map(|report| report.added).map_err(|error| error.to_string())
}

#[core_async::test(start_paused = true)]
async fn accounts_that_come_are_followed_and_those_that_go_are_not() {
    let world = World::new().await;
    world.drive.files(|files| files.file("root", "first.wav", wav(20)));
    let cancel = CancellationToken::new();
    let mut followed = world.core.follow_all(&cancel);
    let add = async {
        // Nothing is followed yet, and that ends nothing.
        sleep(Duration::from_secs(7)).await;
        world.add_by_call(client()).await.unwrap()
    };
    let (account, outcome) = core_async::join!(add, next(&mut followed));
    assert_eq!(outcome, Ok(1));

    world.drive.files(|files| files.file("root", "second.wav", wav(30)));
    let start = Instant::now();
    assert_eq!(next(&mut followed).await, Ok(1));
    assert!(start.elapsed() >= Duration::from_secs(300), "{:?}", start.elapsed());
    let of_it = json!({ "account": account["id"] });
    let history = world.call("sync.history", of_it.clone()).await.unwrap();
    let triggers: Vec<_> =
        history["items"].as_array().unwrap().iter().map(|job| &job["trigger"]).collect();
    assert_eq!(triggers, ["scheduled", "signed_in"]);

    world.call("accounts.remove", json!({ "id": account["id"] })).await.unwrap();
    let rest = timeout(Duration::from_secs(3600), next(&mut followed));
    assert!(rest.await.is_err(), "what was removed is followed");
    assert_eq!(world.call("sync.history", of_it).await.unwrap()["items"], json!([]));
    cancel.cancel();
    assert!(followed.next().await.is_none());
}

#[core_async::test]
async fn the_history_says_what_ran_and_tells_no_secret() {
    let mut world = World::new().await;
    world.drive.files(|files| files.file("root", "first.wav", wav(20)));
    let account = world.add_by_call(client()).await.unwrap();
    let start = json!({ "account": account["id"], "trigger": "opened" });
    world.call("sync.start", start.clone()).await.unwrap();
    world.server.grants(|grants| {
        grants.expire_access_tokens();
        grants.revoke_all();
    });
    world.restart().await;
    world.call("sync.start", json!({ "account": account["id"] })).await.unwrap_err();
    let history = world.call("sync.history", json!({ "limit": 1 })).await.unwrap();
    let failed = &history["items"][0];
    assert_eq!((&failed["state"], &failed["trigger"]), (&json!("failed"), &json!("user")));
    assert!(failed["error"].as_str().unwrap().len() > 3, "{failed}");
    let rest = world.call("sync.history", json!({ "after": history["next"] })).await.unwrap();
    let first = &rest["items"][0];
    assert_eq!((&first["state"], &first["trigger"]), (&json!("completed"), &json!("opened")));
    assert_eq!((&first["counts"]["added"], &rest["next"]), (&json!(1), &Value::Null));
    let told = format!("{history}{rest}");
    assert!(!told.contains("canary") && !told.contains("no secret"), "{told}");
    for odd in [json!({ "account": "a", "trigger": "whim" }), json!({ "trigger": "user" })] {
        assert_eq!(world.call("sync.start", odd).await.unwrap_err(), "invalid_request");
    }
    let odd = world.call("sync.history", json!({ "after": "nowhere" })).await;
    assert_eq!(odd.unwrap_err(), "invalid_request");
}

#[core_async::test(start_paused = true)]
async fn a_call_follows_every_account_until_it_is_dropped() {
    let world = World::new().await;
    world.drive.files(|files| files.file("root", "first.wav", wav(20)));
    world.add_by_call(client()).await.unwrap();
    let rest = timeout(Duration::from_secs(100), world.call("sync.follow", json!({})));
    assert!(rest.await.is_err());
    assert_eq!(world.call("status", json!({})).await.unwrap()["tracks"], 1);
}

#[core_async::test]
async fn a_sign_in_that_leaves_the_page_is_finished_by_the_next_one() {
    let mut world = World::new().await;
    let folder = world.drive.files(|files| {
        files.file("root", "outside.wav", wav(10));
        let folder = files.folder("root", "Music");
        files.file(&folder, "inside.wav", wav(20));
        folder
    });
    let mut params = client();
    params["root"] = json!(folder);
    let query = world.leave(params).await;
    world.restart().await;
    let finish = |query: &str| json!({ "query": query });
    for forged in ["code=x&state=y", ""] {
        let refused = world.call("accounts.finish_redirect", finish(forged)).await;
        assert_eq!(refused.unwrap_err(), "invalid_redirect");
    }
    let account = world.call("accounts.finish_redirect", finish(&query)).await.unwrap();
    let again = world.call("accounts.finish_redirect", finish(&query)).await;
    assert_eq!(again.unwrap_err(), "invalid_redirect");
    let of_it = json!({ "account": account["id"] });
    let report = world.call("sync.start", of_it.clone()).await.unwrap();
    assert_eq!(report["added"], 1, "only the folder that was asked for");

    // Signing in again needs no client, and goes on with the folder.
    world.restart().await;
    world.server.grants(|grants| grants.revoke_all());
    let same = world.add_by_call(json!({ "kind": "google-drive" })).await.unwrap();
    assert_eq!(same["id"], account["id"]);
    let report = world.call("sync.start", of_it.clone()).await.unwrap();
    assert_eq!((&report["unchanged"], &report["added"]), (&json!(1), &json!(0)));

    // So it is when the user leaves the page for it.
    world.server.grants(|grants| grants.revoke_all());
    let query = world.leave(json!({ "kind": "google-drive" })).await;
    let same = world.call("accounts.finish_redirect", finish(&query)).await.unwrap();
    assert_eq!(same["id"], account["id"]);
    let report = world.call("sync.start", of_it.clone()).await.unwrap();
    assert_eq!((&report["unchanged"], &report["added"]), (&json!(1), &json!(0)));

    // Everything is mirrored once somebody says so.
    world.add_by_call(json!({ "kind": "google-drive", "root": "/" })).await.unwrap();
    let report = world.call("sync.start", of_it).await.unwrap();
    assert_eq!((&report["moved"], &report["added"]), (&json!(1), &json!(1)));
}

/// Holds back the request for a token until it may go.
#[derive(Debug)]
struct Held {
    http: Arc<dyn HttpClient>,
    is_asked: Arc<Notify>,
    may_go: Arc<Notify>,
}

#[core_async::async_trait]
impl HttpClient for Held {
    async fn send(&self, request: bridge_traits::Request) -> BridgeResult<Response> {
        if request.url.ends_with("/token") {
            self.is_asked.notify_one();
            self.may_go.notified().await;
        }
        self.http.send(request).await
    }
}

#[core_async::test]
async fn what_another_tab_leaves_with_meanwhile_is_there_when_its_user_comes_back() {
    let (is_asked, may_go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (asked, go) = (Arc::clone(&is_asked), Arc::clone(&may_go));
    let held = |bridges: Bridges| {
        let http = bridges.http.unwrap();
        Bridges { http: Some(Arc::new(Held { http, is_asked: asked, may_go: go })), ..bridges }
    };
    let world = World::with(DriveKind::GoogleDrive, held).await;
    let folder = world.drive.files(|files| {
        files.file("root", "outside.wav", wav(10));
        let folder = files.folder("root", "Music");
        files.file(&folder, "inside.wav", wav(20));
        folder
    });
    let finish = |query| world.call("accounts.finish_redirect", json!({ "query": query }));
    let first = world.leave(client()).await;
    let other_tab = async {
        is_asked.notified().await;
        let mut params = client();
        params["root"] = json!(folder);
        let query = world.leave(params).await;
        may_go.notify_one();
        query
    };
    let (account, second) = core_async::join!(finish(first), other_tab);
    may_go.notify_one();
    let account = account.unwrap();
    assert_eq!(finish(second).await.unwrap()["id"], account["id"]);
    let report = world.call("sync.start", json!({ "account": account["id"] })).await.unwrap();
    assert_eq!(report["added"], 1, "only the folder that the other tab asked for");
}

#[core_async::test]
async fn signing_in_by_leaving_keeps_the_client_only_if_it_works() {
    let mut world = World::new().await;
    world.add_by_call(client()).await.unwrap();
    let mut wrong = client();
    wrong["client_id"] = json!("misspelt");
    world.call("accounts.begin_redirect", wrong).await.unwrap();
    world.restart().await;
    // The user comes back from another sign-in than the one that was begun last.
    let refused = world.call("accounts.finish_redirect", json!({ "query": "state=x" })).await;
    assert_eq!(refused.unwrap_err(), "invalid_redirect");
    let same = world.add_by_call(json!({ "kind": "google-drive" })).await;
    assert_eq!(same.unwrap()["provider"], "google-drive");
}

#[core_async::test]
async fn what_goes_wrong_has_a_code_to_act_on() {
    let world = World::new().await;
    let nobody = json!({ "account": "nobody" });
    let google = json!({ "kind": "google-drive" });
    for (method, params, code) in [
        ("accounts.add", google.clone(), "invalid_request"),
        ("accounts.begin_redirect", google, "invalid_request"),
        ("accounts.add", json!({ "kind": "floppy" }), "invalid_request"),
        ("accounts.remove", json!({ "id": "nobody" }), "not_found"),
        ("sync.start", nobody.clone(), "not_found"),
        ("sync.preview", nobody, "not_found"),
    ] {
        assert_eq!(
            world.call(method, params.clone()).await.unwrap_err(),
            code,
            "{method} {params}"
        );
    }
    assert_eq!(world.call("sync.explain", json!({ "id": "nothing" })).await.unwrap(), Value::Null);
    let refusal = Some(("access_denied".to_owned(), String::new()));
    world.server.set(|faults| faults.refusal = refusal);
    assert_eq!(world.add_by_call(client()).await.unwrap_err(), "access_denied");
}

#[core_async::test]
async fn two_syncs_of_one_account_do_not_run_at_once() {
    let world = World::new().await;
    world.drive.files(|files| files.file("root", "first.wav", wav(20)));
    let account = world.add_by_call(client()).await.unwrap();
    let sync = || world.call("sync.start", json!({ "account": account["id"] }));
    let (first, second) = core_async::join!(sync(), sync());
    let outcomes = [first.map(|report| report["added"].clone()), second];
    assert_eq!(outcomes, [Ok(json!(1)), Err(json!("sync_under_way"))]);
    assert_eq!(sync().await.unwrap()["unchanged"], 1);
}

#[core_async::test]
async fn an_account_is_removed_in_the_middle_of_its_sync() {
    let world = World::new().await;
    for number in 0..50 {
        world.drive.files(|files| files.file("root", &format!("{number}.wav"), wav(number + 1)));
    }
    let account = world.add_by_call(client()).await.unwrap();
    let mut events = world.core.events().subscribe();
    let removing = async {
        while !matches!(events.recv().await, Ok(Event::Sync(SyncEvent::Progress { .. }))) {}
        world.call("accounts.remove", json!({ "id": account["id"] })).await
    };
    let syncing = world.call("sync.start", json!({ "account": account["id"] }));
    let (synced, removed) = core_async::join!(syncing, removing);
    assert_eq!(synced.unwrap_err(), "cancelled");
    removed.unwrap();
    assert_eq!(world.call("accounts.list", json!({})).await.unwrap(), json!([]));
    assert_eq!(world.core.library().counts().await.unwrap().tracks, 0);
}

#[core_async::test]
async fn what_a_page_says_does_not_show_its_secrets() {
    let params = json!({
        "kind": "google-drive", "client_id": "c", "client_secret": "canary", "password": "canary",
    });
    let request = json!({ "method": "accounts.add", "params": params });
    let request: Request = serde_json::from_value(request).unwrap();
    assert!(!format!("{request:?}").contains("canary"), "{request:?}");
}
