//! Signing out.

use std::sync::Arc;
use std::time::Duration;

use bridge_traits::{
    BridgeError, DatabaseSettings, ErrorKind, Result, SettingChange, SettingValue, SettingsStore,
    SettingsWatcher,
};
use core_auth::{AccountState, AuthError, Revocation};
use core_runtime::{AuthEvent, Event};

use crate::support::{World, provider};

#[core_async::test]
async fn signing_out_leaves_nothing_here_nor_there() {
    let world = World::new();
    let auth = world.tab();
    let account = world.sign_in(&auth).await.unwrap().id;
    let token = auth.access_token(&account).await.unwrap();
    let mut events = world.events.subscribe();
    assert_eq!(auth.sign_out(&account).await.unwrap(), Revocation::Revoked);
    assert_eq!(world.kept().await, "");
    assert_eq!(world.noted().await, "[]");
    assert!(!world.server.accepts(token.expose()));
    let expected = AuthEvent::SignedOut { provider: "drive".to_owned(), profile: account.clone() };
    assert_eq!(events.recv().await.unwrap(), Event::from(expected));
    let error = auth.access_token(&account).await.unwrap_err();
    assert!(matches!(error, AuthError::UnknownAccount(_)), "{error:?}");
    assert!(matches!(auth.sign_out(&account).await, Err(AuthError::UnknownAccount(_))));
}

#[core_async::test]
async fn what_is_here_goes_even_if_the_provider_cannot_be_asked() {
    let world = World::new();
    world.set(|faults| faults.refuses_revocation = true);
    let auth = world.tab();
    let account = world.sign_in(&auth).await.unwrap().id;
    assert_eq!(auth.sign_out(&account).await.unwrap(), Revocation::Failed);
    assert_eq!(world.kept().await, "");
}

#[core_async::test]
async fn what_opens_an_account_goes_before_the_rest_of_it() {
    let world = World::new();
    let auth = world.tab();
    // Two tabs of one moment would draw the same ids.
    world.clock.advance(Duration::from_secs(1));
    let other = world.tab();
    let account = world.sign_in(&auth).await.unwrap();
    let token = other.access_token(&account.id).await.unwrap();
    let departure = auth.leave(&account.id).await.unwrap();
    assert_eq!(world.kept().await, "");
    assert!(world.server.accepts(token.expose()), "the provider is told later");
    assert_eq!(departure.revoke().await, Revocation::Revoked);
    for tab in [&auth, &other, &world.tab()] {
        let listed = tab.accounts().await.unwrap();
        assert_eq!((&listed[0].id, listed[0].state), (&account.id, AccountState::Leaving));
        let error = tab.client(&account.id).await.unwrap_err();
        assert!(matches!(error, AuthError::UnknownAccount(_)), "{error:?}");
    }
    // It does not come back: who signs in now has an account of their own.
    let new = world.sign_in(&other).await.unwrap();
    assert_ne!(new.id, account.id);
    // Calling again goes on.
    assert_eq!(other.leave(&account.id).await.unwrap().revoke().await, Revocation::NotOffered);
    other.forget(&account.id).await.unwrap();
    assert_eq!(auth.accounts().await.unwrap(), [new]);
    assert!(!world.noted().await.contains(&account.id));
}

#[core_async::test]
async fn every_tab_is_told_when_an_account_is_left() {
    let world = World::new();
    let (auth, other) = (world.tab(), world.tab());
    let account = world.sign_in(&auth).await.unwrap().id;
    let (told, left) = core_async::join!(other.left(&account), auth.leave(&account));
    told.unwrap();
    left.unwrap().revoke().await;
    // Who asks later is told at once.
    other.left(&account).await.unwrap();
}

/// Settings that can be read only.
#[derive(Debug)]
struct Full(Arc<dyn SettingsStore>);

#[core_async::async_trait]
impl SettingsStore for Full {
    async fn get(&self, key: &str) -> Result<Option<SettingValue>> {
        self.0.get(key).await
    }

    async fn apply(&self, _changes: Vec<SettingChange>) -> Result<()> {
        Err(BridgeError::new(ErrorKind::QuotaExceeded, "settings"))
    }

    async fn list(&self, prefix: &str) -> Result<Vec<(String, SettingValue)>> {
        self.0.list(prefix).await
    }

    async fn watch(&self, prefix: &str) -> Result<SettingsWatcher> {
        self.0.watch(prefix).await
    }
}

#[core_async::test]
async fn what_opens_an_account_goes_even_if_nothing_can_be_noted() {
    let world = World::new();
    let auth = world.tab();
    let account = world.sign_in(&auth).await.unwrap().id;
    let token = auth.access_token(&account).await.unwrap();
    let settings: Arc<dyn SettingsStore> = Arc::<DatabaseSettings>::clone(&world.settings);
    let full = world.tab_of(vec![provider("drive")], Arc::new(Full(settings)));
    let error = full.leave(&account).await.unwrap_err();
    assert_eq!(error.code(), "quota_exceeded");
    assert_eq!(world.kept().await, "");
    assert!(!world.server.accepts(token.expose()), "nobody has it any more who could revoke it");
    // Nothing says that it is gone: it is listed, and can be removed once there is room.
    let listed = world.tab().accounts().await.unwrap();
    assert_eq!(listed[0].state, AccountState::SignInRequired);
    world.tab().sign_out(&account).await.unwrap();
    assert_eq!(world.tab().accounts().await.unwrap(), []);
}

#[core_async::test]
async fn a_departure_that_was_cut_off_is_gone_on_with() {
    let world = World::new();
    let auth = world.tab();
    let account = world.sign_in(&auth).await.unwrap().id;
    let token = auth.access_token(&account).await.unwrap();
    // It is noted, and nothing was forgotten yet.
    let key = format!("auth.account.{account}");
    let Some(SettingValue::Text(noted)) = world.settings.get(&key).await.unwrap() else { panic!() };
    let leaving = noted.replace(r#""is_leaving":false"#, r#""is_leaving":true"#);
    assert_ne!(leaving, noted);
    world.settings.set(&key, leaving.as_str().into()).await.unwrap();
    let departure = world.tab().leave(&account).await.unwrap();
    assert_eq!(departure.revoke().await, Revocation::Revoked);
    assert_eq!(world.kept().await, "");
    assert!(!world.server.accepts(token.expose()));
}
