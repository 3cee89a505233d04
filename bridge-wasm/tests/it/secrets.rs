//! The secure store: what is kept, and what the disk shows of it.

use bridge_traits::{ErrorKind, Secret, SecureStore, SecurityLevel};
use bridge_wasm::WebCryptoSecureStore;

use core_async::time::{Duration, sleep, timeout};

use crate::support::{OPEN_DATABASE, fails, javascript, profile};

async fn look(profile: &str, body: &str) -> wasm_bindgen::JsValue {
    let body = format!("{OPEN_DATABASE} try {{ {body} }} finally {{ db.close(); }}");
    javascript(&body, &format!("mpc-secrets:{profile}")).await
}

#[core_async::test]
async fn secrets_survive_and_can_be_replaced_and_removed() {
    let profile = profile("secrets");
    let store = WebCryptoSecureStore::new(&profile);
    assert_eq!(store.security_level(), SecurityLevel::NonExtractableKey);
    assert!(store.names().await.unwrap().is_empty());
    store.put("token/𝄞", &Secret::new("one")).await.unwrap();
    store.put("token/ｚ", &Secret::new("")).await.unwrap();
    store.put("token/𝄞", &Secret::new("two")).await.unwrap();
    let again = WebCryptoSecureStore::new(&profile);
    assert_eq!(again.get("token/𝄞").await.unwrap().unwrap().expose(), b"two");
    assert_eq!(again.get("token/ｚ").await.unwrap().unwrap().expose(), b"");
    // By bytes, which is not the order of UTF-16.
    assert_eq!(again.names().await.unwrap(), ["token/ｚ", "token/𝄞"]);
    again.remove("token/𝄞").await.unwrap();
    again.remove("token/𝄞").await.unwrap();
    assert_eq!(store.get("token/𝄞").await.unwrap(), None);
    let other = WebCryptoSecureStore::new(&format!("{profile}x"));
    assert_eq!(other.get("token/ｚ").await.unwrap(), None);
}

#[core_async::test]
async fn the_limits_are_kept() {
    let store = WebCryptoSecureStore::new(&profile("limits"));
    let (longest, largest) = ("n".repeat(255), Secret::new(vec![7; 64 * 1024]));
    store.put(&longest, &largest).await.unwrap();
    assert!(store.get(&longest).await.unwrap().unwrap() == largest);
    fails(store.put("", &largest).await, ErrorKind::InvalidRequest);
    fails(store.get(&"n".repeat(256)).await, ErrorKind::InvalidRequest);
    let too_large = Secret::new(vec![7; 64 * 1024 + 1]);
    fails(store.put("a", &too_large).await, ErrorKind::InvalidRequest);
}

#[core_async::test]
async fn the_disk_shows_neither_secret_nor_key_and_no_nonce_twice() {
    let profile = profile("plain");
    let store = WebCryptoSecureStore::new(&profile);
    let secret = Secret::new("canary-canary-canary");
    store.put("a", &secret).await.unwrap();
    let first = look(&profile, "return Array.from(await done(store('secrets').get('a'))).join();");
    let first = first.await.as_string().unwrap();
    store.put("a", &secret).await.unwrap();
    let second = look(&profile, "return Array.from(await done(store('secrets').get('a'))).join();");
    let second = second.await.as_string().unwrap();
    let nonce = |stored: &str| stored.split(',').skip(1).take(12).collect::<Vec<_>>().join(",");
    assert_ne!(nonce(&first), nonce(&second));
    let canary = b"canary".map(|byte| byte.to_string()).join(",");
    assert!(!first.contains(&canary));
    let exported = look(
        &profile,
        "const [key] = await done(store('keys').getAll());
         if (!(key instanceof CryptoKey) || key.extractable) return 'readable';
         return crypto.subtle.exportKey('raw', key).then(() => 'readable', () => 'sealed');",
    );
    assert_eq!(exported.await, "sealed");
}

#[core_async::test]
async fn exchanged_changed_and_orphaned_values_are_corrupt() {
    let profile = profile("tamper");
    let store = WebCryptoSecureStore::new(&profile);
    store.put("a", &Secret::new("of a")).await.unwrap();
    store.put("b", &Secret::new("of b")).await.unwrap();
    store.put("c", &Secret::new("of c")).await.unwrap();
    look(
        &profile,
        "const a = await done(store('secrets').get('a'));
         await done(store('secrets').put(a, 'b'));
         a[a.length - 1] ^= 1;
         await done(store('secrets').put(a, 'a'));",
    )
    .await;
    fails(store.get("a").await, ErrorKind::Corrupt);
    fails(store.get("b").await, ErrorKind::Corrupt);
    assert_eq!(store.get("c").await.unwrap().unwrap().expose(), b"of c");
    look(&profile, "await done(store('keys').clear());").await;
    fails(store.get("c").await, ErrorKind::Corrupt);
    // A new secret gets a new key, and works.
    store.put("d", &Secret::new("of d")).await.unwrap();
    assert_eq!(store.get("d").await.unwrap().unwrap().expose(), b"of d");
    fails(store.get("c").await, ErrorKind::Corrupt);
}

#[core_async::test]
async fn two_first_writers_agree_on_one_key() {
    let profile = profile("race");
    let (one, two) = (WebCryptoSecureStore::new(&profile), WebCryptoSecureStore::new(&profile));
    let (a, b) = (Secret::new("1"), Secret::new("2"));
    let (first, second) = core_async::join!(one.put("a", &a), two.put("b", &b));
    first.unwrap();
    second.unwrap();
    assert_eq!(one.get("b").await.unwrap().unwrap().expose(), b"2");
    assert_eq!(two.get("a").await.unwrap().unwrap().expose(), b"1");
}

#[core_async::test]
async fn what_nobody_waits_for_any_more_does_no_harm() {
    // What nobody catches ends the worker of a page.
    let count = "globalThis.uncaught = 0; addEventListener('error', () => globalThis.uncaught++);";
    javascript(count, "").await;
    let store = WebCryptoSecureStore::new(&profile("given up"));
    store.put("a", &Secret::new("one")).await.unwrap();
    for micros in [0, 50, 100, 200, 400, 800, 1_600, 3_200, 6_400] {
        let patience = Duration::from_micros(micros);
        timeout(patience, store.get("a")).await.ok();
        timeout(patience, store.names()).await.ok();
        timeout(patience, store.put("b", &Secret::new("two"))).await.ok();
        timeout(patience, store.remove("b")).await.ok();
    }
    sleep(Duration::from_millis(200)).await;
    assert_eq!(javascript("return globalThis.uncaught;", "").await.as_f64(), Some(0.0));
    assert_eq!(store.get("a").await.unwrap().unwrap().expose(), b"one");
}
