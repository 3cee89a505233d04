//! The contract of [`SecureStore`].

use std::sync::Arc;

use bridge_traits::{ErrorKind, Secret, SecureStore, SecurityLevel};

use crate::Place;
use crate::expect::fails;
use crate::skip::skip;

/// Proves that a [`SecureStore`] keeps its contract.
///
/// Takes a future that yields a fresh, empty `Arc<dyn SecureStore>`; with `durable:` in front, one
/// that yields a [`Place`] which can be connected to again, and whose
/// [stored bytes](Place::with_stored_bytes) are searched for secrets where they can be read.
#[macro_export]
macro_rules! secure_store_conformance {
    (durable: $make:expr $(,)?) => {
        $crate::secure_store_conformance!($make);
        $crate::conformance_tests! {
            secure_store_durability: $crate::Place<dyn $crate::SecureStore> = $make, secrets:
            secrets_survive_a_restart
            secrets_are_not_stored_in_plain_text
        }
    };
    ($make:expr $(,)?) => {
        $crate::conformance_tests! {
            secure_store: $crate::Place<dyn $crate::SecureStore> = $make, secrets:
            a_secret_is_seen_by_the_next_get
            a_secret_is_replaced
            removing_a_missing_secret_succeeds
            values_have_0_to_65536_bytes
            names_have_1_to_255_bytes
            odd_names_work
            names_are_listed_once_and_sorted
            clearing_leaves_nothing
            a_secret_is_never_shown
            concurrent_puts_all_happen
        }
    };
}

type Subject = Place<dyn SecureStore>;

async fn put(store: &Arc<dyn SecureStore>, name: &str, value: &[u8]) {
    store.put(name, &Secret::new(value)).await.unwrap();
}

async fn get(store: &Arc<dyn SecureStore>, name: &str) -> Option<Vec<u8>> {
    store.get(name).await.unwrap().map(|secret| secret.expose().to_vec())
}

/// A get that starts after a put has returned sees it.
pub async fn a_secret_is_seen_by_the_next_get(subject: &Subject) {
    let store = subject.connect().await;
    assert_eq!(get(&store, "token").await, None);
    put(&store, "token", b"one").await;
    assert_eq!(get(&store, "token").await.as_deref(), Some(&b"one"[..]));
    assert_eq!(get(&store, "Token").await, None, "letter case matters");
    assert_eq!(get(&store, "token ").await, None, "and so does every space");
}

/// A longer and a shorter value each replace the one before.
pub async fn a_secret_is_replaced(subject: &Subject) {
    let store = subject.connect().await;
    for value in ["one", "a longer value", "2", "1"] {
        put(&store, "token", value.as_bytes()).await;
        assert_eq!(get(&store, "token").await.as_deref(), Some(value.as_bytes()));
    }
    assert_eq!(store.names().await.unwrap(), ["token"]);
}

/// Removing removes, and there is nothing wrong with doing it again.
pub async fn removing_a_missing_secret_succeeds(subject: &Subject) {
    let store = subject.connect().await;
    store.remove("absent").await.unwrap();
    put(&store, "token", b"x").await;
    put(&store, "other", b"y").await;
    store.remove("token").await.unwrap();
    store.remove("token").await.unwrap();
    assert_eq!(get(&store, "token").await, None);
    assert_eq!(store.names().await.unwrap(), ["other"]);
    put(&store, "token", b"again").await;
    assert_eq!(get(&store, "token").await.as_deref(), Some(&b"again"[..]));
}

/// Empty and large values are fine, larger ones are refused.
pub async fn values_have_0_to_65536_bytes(subject: &Subject) {
    let store = subject.connect().await;
    let all: Vec<u8> = (0..=255).collect();
    for value in [vec![], vec![0], all.clone(), vec![0xff; 2_561], all.repeat(256)] {
        put(&store, "token", &value).await;
        assert!(get(&store, "token").await.as_deref() == Some(&value), "{} bytes", value.len());
    }
    let large = Secret::new(vec![1; 65_537]);
    fails(store.put("token", &large).await, ErrorKind::InvalidRequest);
    let kept = get(&store, "token").await;
    assert!(kept == Some(all.repeat(256)), "the old value stays");
}

/// Shorter and longer names are refused by every call.
pub async fn names_have_1_to_255_bytes(subject: &Subject) {
    let store = subject.connect().await;
    for good in ["n".to_owned(), "n".repeat(255), "日".repeat(85)] {
        put(&store, &good, b"x").await;
        assert_eq!(get(&store, &good).await.as_deref(), Some(&b"x"[..]));
    }
    for bad in [String::new(), "n".repeat(256), "日".repeat(86)] {
        fails(store.put(&bad, &Secret::new(*b"x")).await, ErrorKind::InvalidRequest);
        fails(store.get(&bad).await.map(|found| found.is_some()), ErrorKind::InvalidRequest);
        fails(store.remove(&bad).await, ErrorKind::InvalidRequest);
    }
    assert_eq!(store.names().await.unwrap().len(), 3);
}

/// Names may hold any characters.
pub async fn odd_names_work(subject: &Subject) {
    let store = subject.connect().await;
    let names = [
        " ",
        ".",
        "..",
        "a/b",
        "../a",
        "a\\b",
        "a:b",
        "\0",
        "a\0b",
        "'",
        "\"",
        "é",
        "日本",
        "🎵",
        "provider/user@example.org/refresh",
        "%",
        "*",
    ];
    for name in names {
        put(&store, name, name.as_bytes()).await;
    }
    for name in names {
        assert_eq!(get(&store, name).await.as_deref(), Some(name.as_bytes()), "{name:?}");
    }
    let mut sorted = names.to_vec();
    sorted.sort_unstable();
    assert_eq!(store.names().await.unwrap(), sorted);
    for name in names {
        store.remove(name).await.unwrap();
    }
    assert!(store.names().await.unwrap().is_empty());
}

/// Every stored name once, sorted by bytes.
pub async fn names_are_listed_once_and_sorted(subject: &Subject) {
    let store = subject.connect().await;
    assert!(store.names().await.unwrap().is_empty());
    for name in ["b", "a", "C", "b", "a", "é"] {
        put(&store, name, b"x").await;
    }
    assert_eq!(store.names().await.unwrap(), ["C", "a", "b", "é"]);
}

/// Everything goes, and the store is as good as new.
pub async fn clearing_leaves_nothing(subject: &Subject) {
    let store = subject.connect().await;
    store.clear().await.unwrap();
    for (name, length) in [("a", 0), ("b", 10), ("large", 10_000), ("c", 1)] {
        put(&store, name, &vec![7; length]).await;
    }
    store.clear().await.unwrap();
    assert!(store.names().await.unwrap().is_empty());
    for name in ["a", "b", "large", "c"] {
        assert_eq!(get(&store, name).await, None);
    }
    put(&store, "b", b"again").await;
    assert_eq!(store.names().await.unwrap(), ["b"]);
}

/// Neither the store nor an error prints a secret.
pub async fn a_secret_is_never_shown(subject: &Subject) {
    const CANARY: &str = "canary-7f3a9";
    let store = subject.connect().await;
    put(&store, "token", CANARY.as_bytes()).await;
    let secret = store.get("token").await.unwrap().unwrap();
    for shown in [format!("{store:?}"), format!("{secret:?}"), format!("{store:#?}")] {
        assert!(!shown.contains(CANARY), "{shown}");
        let bytes = format!("{:?}", CANARY.as_bytes());
        assert!(!shown.contains(bytes.trim_matches(['[', ']'])), "{shown}");
    }
    let large = Secret::new(CANARY.repeat(6_000));
    let error = store.put("token", &large).await.unwrap_err();
    assert!(!format!("{error} {error:?}").contains(CANARY));
}

/// Tasks that store different secrets at the same time all succeed.
pub async fn concurrent_puts_all_happen(subject: &Subject) {
    let store = subject.connect().await;
    let tasks = (0..10_u8).map(|number| {
        let store = Arc::clone(&store);
        core_async::task::spawn(async move {
            store.put(&number.to_string(), &Secret::new([number; 100])).await
        })
    });
    for task in futures::future::join_all(tasks).await {
        task.unwrap().unwrap();
    }
    for number in 0..10_u8 {
        assert_eq!(get(&store, &number.to_string()).await, Some(vec![number; 100]));
    }
    assert_eq!(store.names().await.unwrap().len(), 10);
}

/// A new adapter for the same place has every secret, unless the level says that it forgets.
pub async fn secrets_survive_a_restart(subject: &Subject) {
    let store = subject.connect().await;
    put(&store, "kept", b"value\0").await;
    put(&store, "removed", b"x").await;
    store.remove("removed").await.unwrap();
    let level = store.security_level();
    assert_ne!(level, SecurityLevel::SessionOnly, "a durable place keeps secrets");
    drop(store);
    let store = subject.connect().await;
    assert_eq!(store.security_level(), level);
    assert_eq!(get(&store, "kept").await.as_deref(), Some(&b"value\0"[..]));
    assert_eq!(store.names().await.unwrap(), ["kept"]);
}

/// What is in storage does not contain the secret, neither as it is nor in a usual encoding.
pub async fn secrets_are_not_stored_in_plain_text(subject: &Subject) {
    // Long and free of padding, so that its base64 form is a substring wherever it is aligned.
    const CANARY: &[u8] = b"canary-in-the-coal-mine-0123456789abcdef";
    const BASE64: &[u8] = b"Y2FuYXJ5LWluLXRoZS1jb2FsLW1pbmUtMDEyMzQ1Njc4OWFiY2Rl";
    let store = subject.connect().await;
    put(&store, "token", CANARY).await;
    put(&store, "token", CANARY).await;
    let Some(stored) = subject.stored_bytes().await else { return skip("stored_bytes") };
    assert!(!stored.is_empty(), "it must be stored somewhere");
    let hex: String = CANARY.iter().map(|byte| format!("{byte:02x}")).collect();
    for form in [CANARY, BASE64, hex.as_bytes()] {
        assert!(!stored.windows(form.len()).any(|window| window == form), "found in storage");
    }
}
