//! Secrets: the contract, what the disk shows, and a key that others may read.

use std::sync::Arc;

use bridge_conformance::{Place, secure_store_conformance};
use bridge_node::{KeyFileSecureStore, capabilities};
use bridge_traits::{ErrorKind, Secret, SecureStore, SecurityLevel};
use js_sys::Uint8Array;

use crate::support::{Directory, javascript};

secure_store_conformance!(durable: async {
    let directory = Arc::new(Directory::new());
    let stored = Arc::clone(&directory);
    Place::<dyn SecureStore>::durable(move || {
        let directory = Arc::clone(&directory);
        async move {
            let (path, key) = (directory.path("secrets.json"), directory.path("config/key"));
            Arc::new(KeyFileSecureStore::open(path, &key).await.unwrap()) as Arc<dyn SecureStore>
        }
    })
    .with_stored_bytes(move || {
        let path = stored.path("secrets.json");
        async move {
            let content = javascript("return fs.readFileSync(argument);", &path).await;
            Uint8Array::new(&content).to_vec()
        }
    })
});

async fn open(directory: &Directory) -> bridge_traits::Result<KeyFileSecureStore> {
    KeyFileSecureStore::open(directory.path("secrets"), &directory.path("key")).await
}

#[core_async::test]
async fn key_and_secrets_are_for_their_owner_only() {
    let directory = Directory::new();
    open(&directory).await.unwrap().put("a", &Secret::new("x")).await.unwrap();
    for name in ["key", "secrets"] {
        let mode = "return fs.statSync(argument).mode & 0o777;";
        let mode = javascript(mode, &directory.path(name)).await;
        assert_eq!(mode.as_f64(), Some(f64::from(0o600)), "{name}");
    }
}

#[core_async::test]
async fn a_key_that_others_may_read_is_refused() {
    let directory = Directory::new();
    open(&directory).await.unwrap();
    javascript("fs.chmodSync(argument, 0o640);", &directory.path("key")).await;
    assert_eq!(open(&directory).await.unwrap_err().kind(), ErrorKind::PermissionDenied);
}

#[core_async::test]
async fn another_key_or_another_name_opens_nothing() {
    let directory = Directory::new();
    let store = open(&directory).await.unwrap();
    store.put("a", &Secret::new("x")).await.unwrap();
    let exchange = "
        const secrets = JSON.parse(fs.readFileSync(argument));
        fs.writeFileSync(argument, JSON.stringify({ ...secrets, b: secrets.a }));";
    javascript(exchange, &directory.path("secrets")).await;
    assert_eq!(store.get("b").await.unwrap_err().kind(), ErrorKind::Corrupt);
    assert!(store.get("a").await.unwrap().is_some());
    javascript("fs.unlinkSync(argument);", &directory.path("key")).await;
    let other = open(&directory).await.unwrap();
    assert_eq!(other.get("a").await.unwrap_err().kind(), ErrorKind::Corrupt);
    javascript("fs.writeFileSync(argument, 'short');", &directory.path("key")).await;
    assert_eq!(open(&directory).await.unwrap_err().kind(), ErrorKind::Corrupt);
}

#[core_async::test]
async fn the_level_can_be_read() {
    let store = open(&Directory::new()).await.unwrap();
    assert_eq!(capabilities(Some(&store)).security, Some(SecurityLevel::EncryptedFile));
    assert_eq!(capabilities(None).security, None);
}
