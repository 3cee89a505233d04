//! Secrets in an encrypted file and in a keyring.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use bridge_conformance::{Place, secure_store_conformance};
use bridge_desktop::{EncryptedFileSecureStore, KeyringSecureStore};
use bridge_traits::{ErrorKind, Secret, SecureStore, SecurityLevel};
use keyring_core::api::CredentialStoreApi;

fn key(byte: u8) -> Secret {
    Secret::new([byte; 32])
}

async fn open(path: &Path) -> EncryptedFileSecureStore {
    EncryptedFileSecureStore::with_key(path, &key(1)).await.unwrap()
}

mod encrypted_file {
    use super::*;

    secure_store_conformance!(durable: async {
        let directory = Arc::new(tempfile::tempdir().unwrap());
        let path = directory.path().join("deep").join("secrets.json");
        let stored = path.clone();
        Place::durable(move || {
            let (directory, path) = (Arc::clone(&directory), path.clone());
            async move {
                let store = open(&path).await;
                drop(directory);
                Arc::new(store) as Arc<dyn SecureStore>
            }
        })
        .with_stored_bytes(move || std::future::ready(fs::read(&stored).unwrap()))
    });
}

mod keyring {
    use super::*;

    secure_store_conformance!(durable: async {
        let keyring = keyring_core::mock::Store::new().unwrap();
        Place::durable(move || {
            let store = KeyringSecureStore::new(keyring.clone(), "music platform core");
            std::future::ready(Arc::new(store) as Arc<dyn SecureStore>)
        })
    });
}

#[core_async::test]
async fn a_file_outlives_the_program_and_shows_no_secret() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("secrets");
    open(&path).await.put("drive", &Secret::new("canary-token")).await.unwrap();
    assert_eq!(open(&path).await.get("drive").await.unwrap().unwrap().expose(), b"canary-token");
    let content = fs::read_to_string(&path).unwrap();
    assert!(content.contains("drive") && !content.contains("canary"));
    assert!(!format!("{:?}", open(&path).await).contains("canary"));
}

#[core_async::test]
async fn another_key_is_refused_and_changes_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("secrets");
    open(&path).await.put("a", &Secret::new("x")).await.unwrap();
    let before = fs::read(&path).unwrap();
    let refused = EncryptedFileSecureStore::with_key(&path, &key(2)).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::PermissionDenied);
    let short = EncryptedFileSecureStore::with_key(&path, &Secret::new("short")).await.unwrap_err();
    assert_eq!(short.kind(), ErrorKind::InvalidRequest);
    let phrase = EncryptedFileSecureStore::with_passphrase(&path, &key(1)).await.unwrap_err();
    assert_eq!(phrase.kind(), ErrorKind::InvalidRequest);
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[core_async::test]
async fn a_passphrase_opens_what_it_closed() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("secrets");
    let (right, wrong) = (Secret::new("correct horse"), Secret::new("battery staple"));
    let store = EncryptedFileSecureStore::with_passphrase(&path, &right).await.unwrap();
    store.put("a", &Secret::new("x")).await.unwrap();
    let again = EncryptedFileSecureStore::with_passphrase(&path, &right).await.unwrap();
    assert_eq!(again.get("a").await.unwrap().unwrap().expose(), b"x");
    let refused = EncryptedFileSecureStore::with_passphrase(&path, &wrong).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::PermissionDenied);
    let as_key = EncryptedFileSecureStore::with_key(&path, &key(1)).await.unwrap_err();
    assert_eq!(as_key.kind(), ErrorKind::InvalidRequest);
}

#[core_async::test]
async fn a_damaged_file_is_corrupt_and_is_kept() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("secrets");
    let store = open(&path).await;
    store.put("a", &Secret::new("x")).await.unwrap();
    let whole = fs::read(&path).unwrap();
    for damaged in [&whole[..whole.len() / 2], b"", b"not json"] {
        fs::write(&path, damaged).unwrap();
        let opened = EncryptedFileSecureStore::with_key(&path, &key(1)).await;
        assert_eq!(opened.unwrap_err().kind(), ErrorKind::Corrupt);
        for result in [
            store.get("a").await.map(drop),
            store.put("b", &Secret::new("y")).await,
            store.remove("a").await,
            store.names().await.map(drop),
        ] {
            assert_eq!(result.unwrap_err().kind(), ErrorKind::Corrupt);
        }
        assert_eq!(fs::read(&path).unwrap(), damaged);
    }
}

#[core_async::test]
async fn exchanged_and_changed_values_are_corrupt() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("secrets");
    let store = open(&path).await;
    for name in ["a", "b", "c"] {
        store.put(name, &Secret::new(format!("of {name}"))).await.unwrap();
    }
    let mut file: serde_json::Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    let sealed = file["secrets"].clone();
    file["secrets"]["a"] = sealed["b"].clone();
    file["secrets"]["b"] = sealed["a"].clone();
    let mut changed = sealed["c"].as_str().unwrap().to_owned().into_bytes();
    changed[40] = if changed[40] == b'A' { b'B' } else { b'A' };
    file["secrets"]["c"] = String::from_utf8(changed).unwrap().into();
    fs::write(&path, file.to_string()).unwrap();
    for store in [store, open(&path).await] {
        for name in ["a", "b", "c"] {
            assert_eq!(store.get(name).await.unwrap_err().kind(), ErrorKind::Corrupt, "{name}");
        }
    }
}

#[core_async::test]
async fn the_same_secret_is_sealed_anew_each_time() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("secrets");
    let store = open(&path).await;
    let mut seen = Vec::new();
    for _ in 0..3 {
        store.put("a", &Secret::new("x")).await.unwrap();
        let file: serde_json::Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        seen.push(file["secrets"]["a"].as_str().unwrap().to_owned());
    }
    assert!(seen[0] != seen[1] && seen[1] != seen[2] && seen[0] != seen[2]);
}

#[core_async::test]
async fn concurrent_changes_lose_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("secrets");
    let stores = [open(&path).await, open(&path).await];
    let puts = (0..40).map(|number: usize| {
        let store = stores[number % 2].clone();
        core_async::task::spawn(async move {
            store.put(&format!("{number:02}"), &Secret::new("x")).await
        })
    });
    for put in puts.collect::<Vec<_>>() {
        put.await.unwrap().unwrap();
    }
    assert_eq!(stores[0].names().await.unwrap().len(), 40);
}

#[core_async::test]
async fn services_do_not_see_each_other() {
    let keyring = keyring_core::mock::Store::new().unwrap();
    let store = KeyringSecureStore::new(keyring.clone(), "music platform core");
    assert_eq!(store.security_level(), SecurityLevel::OsKeyring);
    store.put("index", &Secret::new("not the list of names")).await.unwrap();
    store.put("a", &Secret::new("x")).await.unwrap();
    assert_eq!(store.names().await.unwrap(), ["a", "index"]);
    let other = KeyringSecureStore::new(keyring, "another program");
    assert!(other.names().await.unwrap().is_empty());
}

#[core_async::test]
async fn values_longer_than_windows_keeps_are_split() {
    let keyring = keyring_core::mock::Store::new().unwrap();
    let store = KeyringSecureStore::new(keyring.clone(), "service");
    let entry = |user: &str| keyring.build("service", user, None).unwrap().get_secret().ok();
    let value = |length: usize| (0..=250).cycle().take(length).collect::<Vec<u8>>();
    for length in [0, 1, 2_559, 2_560, 2_561, 5_120, 5_121, 65_536, 3_000, 10] {
        store.put("token", &Secret::new(value(length))).await.unwrap();
        assert_eq!(store.get("token").await.unwrap().unwrap().expose(), value(length));
        let sets = [0, 1].map(|set| {
            (0..40)
                .filter_map(|n| entry(&format!("part:{}:{n}:secret:token", ["a", "b"][set])))
                .collect::<Vec<_>>()
        });
        assert!(sets.iter().any(Vec::is_empty), "the parts before are gone");
        let parts = sets.concat();
        assert_eq!(
            parts.iter().map(Vec::len).sum::<usize>(),
            if length < 2_560 { 0 } else { length }
        );
        assert!(parts.iter().all(|part| (1..=2_560).contains(&part.len())));
        assert!(entry("secret:token").unwrap().len() <= 2_560);
    }
    for number in 0..60 {
        store.put(&format!("{number:0>200}"), &Secret::new("x")).await.unwrap();
    }
    assert!(entry("index").unwrap().len() <= 2_560, "the list of names is split as well");
    assert_eq!(store.names().await.unwrap().len(), 61);
    store.put("token", &Secret::new(value(65_536))).await.unwrap();
    store.clear().await.unwrap();
    assert!(entry("secret:token").is_none() && entry("part:a:0:secret:token").is_none());
    assert!(entry("part:b:0:secret:token").is_none());
}

#[core_async::test]
async fn a_keyring_that_refuses_keeps_nothing_anywhere() {
    use keyring_core::{Error, mock};

    let keyring = mock::Store::new().unwrap();
    let store = KeyringSecureStore::new(keyring.clone(), "service");
    store.put("token", &Secret::new("old")).await.unwrap();
    let refuse = |user: &str, error: Error| {
        let entry = keyring.build("service", user, None).unwrap();
        entry.as_any().downcast_ref::<mock::Cred>().unwrap().set_error(error);
    };
    refuse("secret:token", Error::NoStorageAccess("locked".into()));
    let locked = store.get("token").await.unwrap_err();
    assert_eq!(locked.kind(), ErrorKind::PermissionDenied);
    refuse("secret:token", Error::NoStorageAccess("locked".into()));
    let locked = store.put("token", &Secret::new("canary-new")).await.unwrap_err();
    assert_eq!(locked.kind(), ErrorKind::PermissionDenied);
    assert!(!format!("{locked:?}").contains("canary"));
    refuse("secret:token", Error::PlatformFailure("gone".into()));
    let failed = store.put("token", &Secret::new("canary-new")).await.unwrap_err();
    assert_eq!(failed.kind(), ErrorKind::Unavailable);
    refuse("index", Error::NoStorageAccess("locked".into()));
    assert_eq!(store.names().await.unwrap_err().kind(), ErrorKind::PermissionDenied);
    assert_eq!(store.get("token").await.unwrap().unwrap().expose(), b"old");
}

/// A test process has no desktop session of its own; where there is one this only opens it.
#[core_async::test]
async fn without_a_secret_service_the_error_says_so() {
    match KeyringSecureStore::secret_service("music platform core tests").await {
        Ok(store) => assert_eq!(store.security_level(), SecurityLevel::OsKeyring),
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::Unavailable);
            assert!(error.to_string().contains("Secret Service"), "{error}");
        }
    }
}
