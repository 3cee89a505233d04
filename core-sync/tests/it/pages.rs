//! Whatever order the drive tells it in, the library is the same.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use core_async::sync::CancellationToken;
use core_sync::{
    Changes, Listing, Next, ProviderCapabilities, ProviderError, RemoteChange, RemoteItem,
    StorageProvider, SyncRequest,
};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};

use crate::support::{ACCOUNT, Kind, World};

/// A drive that says what it was told to say.
#[derive(Debug)]
struct Script(Mutex<VecDeque<Vec<RemoteChange>>>);

#[core_async::async_trait]
impl StorageProvider for Script {
    fn capabilities(&self) -> ProviderCapabilities {
        ProviderCapabilities::new()
    }

    async fn begin(&self) -> Result<Option<String>, ProviderError> {
        Ok(Some("0".to_owned()))
    }

    async fn list(&self, _page: Option<&str>) -> Result<Listing, ProviderError> {
        Ok(Listing { items: Vec::new(), next: Next::End(None) })
    }

    async fn changes(&self, cursor: &str) -> Result<Changes, ProviderError> {
        let mut pages = self.0.lock().unwrap();
        let changes = pages.pop_front().unwrap_or_default();
        let next = match pages.is_empty() {
            true => Next::End(Some(cursor.to_owned())),
            false => Next::Page(format!("{cursor}+")),
        };
        Ok(Changes { changes, next })
    }

    async fn read(&self, _: &RemoteItem, _: u64, _: usize) -> Result<Bytes, ProviderError> {
        Err(ProviderError::Protocol("nothing is read"))
    }
}

async fn mirrored(pages: Vec<Vec<RemoteChange>>) -> BTreeMap<String, String> {
    let mut world = World::new(Kind::GoogleDrive).await;
    world.options.read_tags = false;
    let request = SyncRequest {
        account: ACCOUNT.to_owned(),
        provider: Arc::new(Script(Mutex::new(pages.into()))),
        meter: None,
        options: world.options.clone(),
    };
    world.program().sync(&request, &CancellationToken::new()).await.unwrap();
    world.tracks().await.into_iter().map(|(id, track)| (id, track.path)).collect()
}

fn item() -> impl Strategy<Value = RemoteChange> {
    let place = prop_oneof![Just("root"), Just("d0"), Just("d1"), Just("d2")];
    (0..9_u8, place, 0..3_u8, any::<bool>()).prop_map(|(number, parent, name, is_there)| {
        let id = if number < 3 { format!("d{number}") } else { format!("f{number}") };
        match (is_there, number < 3) {
            (false, _) => RemoteChange::Removed { id },
            (true, true) => {
                RemoteChange::Upsert(RemoteItem::folder(&id, parent, &format!("F{name}")))
            }
            (true, false) => {
                RemoteChange::Upsert(RemoteItem::file(&id, parent, &format!("{name}.wav")))
            }
        }
    })
}

/// What is left when everything has been said, by hand.
fn oracle(log: &[RemoteChange]) -> BTreeMap<String, String> {
    let mut items = BTreeMap::new();
    for change in log {
        match change {
            RemoteChange::Upsert(item) => {
                items.insert(item.id.clone(), Some(item.clone()));
            }
            RemoteChange::Removed { id } => {
                // What was never there leaves no trace.
                items.entry(id.clone()).and_modify(|item| *item = None);
            }
            RemoteChange::Untold { .. } => unreachable!("these drives say everything"),
        }
    }
    let path = |item: &RemoteItem| {
        let mut path = format!("/{}", item.name);
        let mut at = item.parent.clone();
        for _ in 0..10 {
            let Some(id) = &at else { return Some(path) };
            match items.get(id) {
                None => return Some(path),
                Some(None) => return None,
                Some(Some(folder)) => {
                    path = format!("/{}{path}", folder.name);
                    at.clone_from(&folder.parent);
                }
            }
        }
        None
    };
    let files = items.values().flatten().filter(|item| item.id.starts_with('f'));
    files
        .filter_map(|item| {
            Some((item.id.clone(), format!("remote:{ACCOUNT}{}?id={}", path(item)?, item.id)))
        })
        .collect()
}

#[core_async::test]
async fn any_split_and_repetition_of_the_log_gives_the_same_library() {
    let strategy = (prop::collection::vec(item(), 1..25), prop::collection::vec(1..6_usize, 1..25));
    let config = Config { failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, seeded());
    for _ in 0..logs() {
        let (log, cuts) = strategy.new_tree(&mut runner).unwrap().current();
        let mut pages: Vec<Vec<RemoteChange>> = Vec::new();
        let mut rest = &log[..];
        for cut in cuts.iter().cycle() {
            let (page, left) = rest.split_at((*cut).min(rest.len()));
            pages.push(page.to_vec());
            if cut % 2 == 0 {
                pages.push(page.to_vec());
            }
            rest = left;
            if rest.is_empty() {
                break;
            }
        }
        let expected = oracle(&log);
        assert_eq!(mirrored(vec![log.clone()]).await, expected, "{log:?}");
        assert_eq!(mirrored(pages).await, expected, "{log:?} {cuts:?}");
    }
}

/// How many logs are tried: build with `MPC_TEST_LOGS=10000` for a thorough run.
fn logs() -> u32 {
    option_env!("MPC_TEST_LOGS").and_then(|logs| logs.parse().ok()).unwrap_or(250)
}

fn seeded() -> proptest::test_runner::TestRng {
    use proptest::test_runner::{RngAlgorithm, TestRng};
    TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32])
}
