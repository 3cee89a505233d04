//! The contract of [`SettingsStore`].

use std::sync::Arc;

use bridge_traits::{ErrorKind, SettingChange, SettingValue, SettingsStore};

use core_async::time::{Duration, timeout};
use futures::FutureExt;

use crate::Place;
use crate::expect::{fails, soon};

/// Proves that a [`SettingsStore`] keeps its contract.
///
/// Takes a future that yields a fresh, empty `Arc<dyn SettingsStore>`; with `durable:` in front, one
/// that yields a [`Place`] which can be connected to again.
#[macro_export]
macro_rules! settings_conformance {
    (durable: $make:expr $(,)?) => {
        $crate::settings_conformance!($make);
        $crate::conformance_tests! {
            settings_durability: $crate::Place<dyn $crate::SettingsStore> = $make, settings:
            settings_survive_a_restart
        }
    };
    ($make:expr $(,)?) => {
        $crate::conformance_tests! {
            settings: $crate::Place<dyn $crate::SettingsStore> = $make, settings:
            a_set_is_seen_by_the_next_get
            a_value_comes_back_with_its_type
            a_new_value_may_have_another_type
            changes_apply_all_or_none
            later_changes_win
            removing_a_missing_key_succeeds
            keys_have_1_to_255_bytes
            odd_keys_and_texts_come_back
            a_number_must_be_finite
            list_gives_the_keys_with_the_prefix_sorted
            concurrent_changes_all_happen
            a_changed_setting_is_told
            other_settings_are_not_told
            an_equal_setting_is_no_news
            what_nobody_waited_for_is_told_as_one
            every_settings_watcher_is_told
        }
    };
}

type Subject = Place<dyn SettingsStore>;

async fn get(store: &Arc<dyn SettingsStore>, key: &str) -> Option<SettingValue> {
    store.get(key).await.unwrap()
}

fn set(key: &str, value: impl Into<SettingValue>) -> SettingChange {
    SettingChange::Set(key.to_owned(), value.into())
}

fn remove(key: &str) -> SettingChange {
    SettingChange::Remove(key.to_owned())
}

/// A get that starts after a set has returned sees it.
pub async fn a_set_is_seen_by_the_next_get(subject: &Subject) {
    let store = subject.connect().await;
    assert_eq!(get(&store, "volume").await, None);
    store.set("volume", 0.5.into()).await.unwrap();
    assert_eq!(get(&store, "volume").await, Some(0.5.into()));
    store.set("volume", 0.7.into()).await.unwrap();
    assert_eq!(get(&store, "volume").await, Some(0.7.into()));
    store.apply(vec![remove("volume")]).await.unwrap();
    assert_eq!(get(&store, "volume").await, None);
}

/// One is not 1.0, and neither is true.
pub async fn a_value_comes_back_with_its_type(subject: &Subject) {
    let store = subject.connect().await;
    let values: [SettingValue; 14] = [
        true.into(),
        false.into(),
        1_i64.into(),
        0_i64.into(),
        i64::MIN.into(),
        i64::MAX.into(),
        ((1_i64 << 53) + 1).into(),
        1.0.into(),
        0.0.into(),
        (-0.1).into(),
        f64::MAX.into(),
        "".into(),
        "1".into(),
        "true".into(),
    ];
    let changes = values.iter().enumerate().map(|(at, value)| set(&at.to_string(), value.clone()));
    store.apply(changes.collect()).await.unwrap();
    for (at, value) in values.into_iter().enumerate() {
        assert_eq!(get(&store, &at.to_string()).await, Some(value));
    }
}

/// A setting is not bound to the type it had before.
pub async fn a_new_value_may_have_another_type(subject: &Subject) {
    let store = subject.connect().await;
    let values: [SettingValue; 5] =
        [true.into(), 7_i64.into(), "seven".into(), 7.5.into(), false.into()];
    for value in values {
        store.set("key", value.clone()).await.unwrap();
        assert_eq!(get(&store, "key").await, Some(value.clone()));
        assert_eq!(store.list("").await.unwrap(), [("key".to_owned(), value)]);
    }
}

/// If one change cannot be made, none is.
pub async fn changes_apply_all_or_none(subject: &Subject) {
    let store = subject.connect().await;
    store.apply(vec![set("a", 1_i64), set("b", 1_i64)]).await.unwrap();
    for bad in [set("", 2_i64), set(&"k".repeat(256), 2_i64), remove(""), set("c", f64::NAN)] {
        let changes = vec![set("a", 2_i64), remove("b"), set("new", 2_i64), bad];
        fails(store.apply(changes).await, ErrorKind::InvalidRequest);
        assert_eq!(get(&store, "a").await, Some(1_i64.into()));
        assert_eq!(get(&store, "b").await, Some(1_i64.into()));
        assert_eq!(get(&store, "new").await, None);
    }
    store.apply(Vec::new()).await.unwrap();
}

/// Changes are made in their order.
pub async fn later_changes_win(subject: &Subject) {
    let store = subject.connect().await;
    let changes = vec![
        set("a", 1_i64),
        set("a", 2_i64),
        set("b", 1_i64),
        remove("b"),
        remove("c"),
        set("c", "kept"),
    ];
    store.apply(changes).await.unwrap();
    let expected = [("a".to_owned(), 2_i64.into()), ("c".to_owned(), "kept".into())];
    assert_eq!(store.list("").await.unwrap(), expected);
}

/// There is nothing wrong with removing what is not there.
pub async fn removing_a_missing_key_succeeds(subject: &Subject) {
    let store = subject.connect().await;
    store.apply(vec![remove("absent")]).await.unwrap();
    store.set("present", true.into()).await.unwrap();
    store.apply(vec![remove("absent"), remove("present"), remove("present")]).await.unwrap();
    assert!(store.list("").await.unwrap().is_empty());
}

/// Shorter and longer keys are refused by every call.
pub async fn keys_have_1_to_255_bytes(subject: &Subject) {
    let store = subject.connect().await;
    for good in ["k".to_owned(), "k".repeat(255), "日".repeat(85)] {
        store.set(&good, true.into()).await.unwrap();
        assert_eq!(get(&store, &good).await, Some(true.into()));
    }
    for bad in [String::new(), "k".repeat(256), "日".repeat(86)] {
        fails(store.set(&bad, true.into()).await, ErrorKind::InvalidRequest);
        fails(store.get(&bad).await, ErrorKind::InvalidRequest);
        fails(store.apply(vec![remove(&bad)]).await, ErrorKind::InvalidRequest);
    }
    assert_eq!(store.list("").await.unwrap().len(), 3);
}

/// Keys and texts may hold any characters.
pub async fn odd_keys_and_texts_come_back(subject: &Subject) {
    let store = subject.connect().await;
    let odd = [" ", ".", "a/b", "a.b", "A", "a", "\0", "a\0b", "'", "\"; --", "é", "日本", "🎵"];
    for text in odd {
        store.set(text, text.into()).await.unwrap();
    }
    for text in odd {
        assert_eq!(get(&store, text).await, Some(text.into()), "{text:?}");
    }
    let large = "x日".repeat(50_000);
    store.set("large", large.as_str().into()).await.unwrap();
    assert_eq!(get(&store, "large").await, Some(large.as_str().into()));
}

/// Infinity and NaN are not settings.
pub async fn a_number_must_be_finite(subject: &Subject) {
    let store = subject.connect().await;
    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        fails(store.set("key", bad.into()).await, ErrorKind::InvalidRequest);
    }
    assert_eq!(get(&store, "key").await, None);
}

/// Exactly the keys that start with the prefix, by bytes; wildcards are ordinary characters.
pub async fn list_gives_the_keys_with_the_prefix_sorted(subject: &Subject) {
    let store = subject.connect().await;
    let keys = ["view.b", "view.a", "view.A", "view.é", "viewer", "view", "%", "v_ew", "volume"];
    let changes = keys.iter().map(|key| set(key, *key)).collect();
    store.apply(changes).await.unwrap();
    for prefix in ["view.", "view", "v", "", "%", "v_", "V", "missing"] {
        let mut expected: Vec<&str> =
            keys.iter().copied().filter(|key| key.starts_with(prefix)).collect();
        expected.sort_unstable();
        let listed = store.list(prefix).await.unwrap();
        assert!(listed.iter().map(|(key, _)| key.as_str()).eq(expected), "{prefix:?}");
        assert!(listed.iter().all(|(key, value)| *value == key.as_str().into()));
    }
    let many = (0..300).map(|number| set(&format!("many{number:03}"), 1_i64)).collect();
    store.apply(many).await.unwrap();
    assert_eq!(store.list("many").await.unwrap().len(), 300, "however many there are");
}

/// Tasks that set different keys at the same time all succeed.
pub async fn concurrent_changes_all_happen(subject: &Subject) {
    let store = subject.connect().await;
    let tasks = (0..10_i64).map(|number| {
        let store = Arc::clone(&store);
        core_async::task::spawn(async move {
            store
                .apply(vec![set(&format!("{number}a"), number), set(&format!("{number}b"), number)])
                .await
        })
    });
    for task in futures::future::join_all(tasks).await {
        task.unwrap().unwrap();
    }
    assert_eq!(store.list("").await.unwrap().len(), 20);
}

/// Each change comes with its type, and who asks then sees it.
pub async fn a_changed_setting_is_told(subject: &Subject) {
    let store = subject.connect().await;
    store.set("view.sort", "title".into()).await.unwrap();
    let mut watcher = store.watch("view.").await.unwrap();
    let changes = [
        set("view.sort", "artist"),
        set("view.new", true),
        set("view.new", 1_i64),
        set("view.new", 1.5),
        remove("view.sort"),
    ];
    for change in changes {
        store.apply(vec![change.clone()]).await.unwrap();
        assert_eq!(
            soon("the change", watcher.next()).await.unwrap(),
            std::slice::from_ref(&change)
        );
        let value = get(&store, change.key()).await;
        match change {
            SettingChange::Set(_, expected) => assert_eq!(value, Some(expected)),
            SettingChange::Remove(_) => assert_eq!(value, None),
        }
    }
}

/// A watcher hears of its prefix only.
pub async fn other_settings_are_not_told(subject: &Subject) {
    let store = subject.connect().await;
    let mut watcher = store.watch("view.").await.unwrap();
    for key in ["view", "View.a", "viewer.a", "volume"] {
        store.set(key, true.into()).await.unwrap();
    }
    assert!(timeout(Duration::from_millis(50), watcher.next()).await.is_err());
    store.apply(vec![set("volume", 2_i64), set("view.a", 2_i64)]).await.unwrap();
    assert_eq!(soon("the change", watcher.next()).await.unwrap(), [set("view.a", 2_i64)]);
}

/// Setting what is set, and removing what is not, changes nothing.
pub async fn an_equal_setting_is_no_news(subject: &Subject) {
    let store = subject.connect().await;
    store.set("a", 1_i64.into()).await.unwrap();
    let mut watcher = store.watch("").await.unwrap();
    store.apply(vec![set("a", 1_i64), remove("b")]).await.unwrap();
    store.apply(vec![set("c", 1_i64), remove("c")]).await.unwrap();
    assert!(timeout(Duration::from_millis(50), watcher.next()).await.is_err());
    store.apply(vec![set("a", 1.0)]).await.unwrap();
    assert_eq!(soon("the change", watcher.next()).await.unwrap(), [set("a", 1.0)]);
}

/// However much happened meanwhile, a watcher is told where things stand, and loses nothing by
/// having given up a wait.
pub async fn what_nobody_waited_for_is_told_as_one(subject: &Subject) {
    let store = subject.connect().await;
    store.apply(vec![set("gone", 1_i64), set("same", 1_i64)]).await.unwrap();
    let mut watcher = store.watch("").await.unwrap();
    assert!(watcher.next().now_or_never().is_none());
    for number in 0..400_i64 {
        store.apply(vec![set("a", number), set("same", 2_i64)]).await.unwrap();
    }
    store.apply(vec![remove("gone"), set("same", 1_i64)]).await.unwrap();
    let mut told = std::collections::BTreeMap::new();
    let expected = [("a", set("a", 399_i64)), ("gone", remove("gone"))];
    let settled = async {
        while !expected.iter().all(|(key, change)| told.get(*key) == Some(change)) {
            for change in watcher.next().await.unwrap() {
                told.insert(change.key().to_owned(), change);
            }
        }
    };
    soon("the changes", settled).await;
}

/// Watchers do not take changes from each other.
pub async fn every_settings_watcher_is_told(subject: &Subject) {
    let store = subject.connect().await;
    let mut watchers = [store.watch("").await.unwrap(), store.watch("a").await.unwrap()];
    store.set("a", true.into()).await.unwrap();
    for watcher in &mut watchers {
        assert_eq!(soon("the change", watcher.next()).await.unwrap(), [set("a", true)]);
    }
}

/// A new adapter for the same place sees every setting.
pub async fn settings_survive_a_restart(subject: &Subject) {
    let store = subject.connect().await;
    let changes = vec![set("a", true), set("b", 2_i64), set("c", 2.5), set("d", "text\0")];
    store.apply(changes).await.unwrap();
    store.apply(vec![remove("b")]).await.unwrap();
    let before = store.list("").await.unwrap();
    drop(store);
    let store = subject.connect().await;
    assert_eq!(store.list("").await.unwrap(), before);
    assert_eq!(before.len(), 3);
}
