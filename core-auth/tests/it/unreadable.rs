//! Accounts of which the secret store has nothing to say any more.

use std::time::Duration;

use bridge_traits::{Secret, SecureStore, SettingChange, SettingsStore};
use core_auth::{Account, AccountState, AuthError, Revocation, ServerAccess, ServerAccount};

use crate::support::{CANARY, World};

/// What may become of a secret.
#[derive(Clone, Copy, Debug)]
enum Damage {
    Garbage,
    FromTheFuture,
    Gone,
}

impl World {
    async fn damage(&self, account: &str, damage: Damage) {
        let name = format!("account/{account}");
        let secret = self.secrets.get(&name).await.unwrap().unwrap();
        let kept = String::from_utf8_lossy(secret.expose()).into_owned();
        let damaged = match damage {
            Damage::Garbage => "not JSON".to_owned(),
            Damage::FromTheFuture => kept.replacen("\"format\":1", "\"format\":99", 1),
            Damage::Gone => return self.secrets.remove(&name).await.unwrap(),
        };
        assert_ne!(damaged, kept);
        self.secrets.put(&name, &Secret::new(damaged)).await.unwrap();
    }

    /// As an earlier release has left it.
    async fn forget_notes(&self, account: &str) {
        let note = SettingChange::Remove(format!("auth.account.{account}"));
        self.settings.apply(vec![note]).await.unwrap();
        assert_eq!(self.noted().await, "[]");
    }
}

fn server(url: &str) -> ServerAccount {
    let (url, access) = (url.to_owned(), ServerAccess::Open);
    ServerAccount { provider: "webdav".to_owned(), url, access }
}

#[core_async::test]
async fn an_account_whose_secret_cannot_be_read_is_repaired_by_signing_in() {
    for damage in [Damage::Garbage, Damage::FromTheFuture, Damage::Gone] {
        let world = World::new();
        let account = world.sign_in(&world.tab()).await.unwrap();
        world.clock.advance(Duration::from_secs(1));
        let new = server("https://dav.test/music/");
        let other = world.tab().add_server_account(&new).await.unwrap();
        world.damage(&account.id, damage).await;
        let auth = world.tab();
        let state = AccountState::SignInRequired;
        let ended = Account { state, scopes: Vec::new(), ..account.clone() };
        assert_eq!(auth.accounts().await.unwrap(), [ended.clone(), other], "{damage:?}");
        assert_eq!(auth.account(&account.id).await.unwrap(), ended);
        let error = auth.client(&account.id).await.unwrap_err();
        assert!(matches!(error, AuthError::SignInRequired), "{damage:?}: {error:?}");
        let error = auth.access_token(&account.id).await.unwrap_err();
        assert!(matches!(error, AuthError::SignInRequired), "{damage:?}: {error:?}");
        assert_eq!(world.sign_in(&auth).await.unwrap(), account, "{damage:?}");
        auth.access_token(&account.id).await.unwrap();
        assert_eq!(world.tab().account(&account.id).await.unwrap(), account);
    }
}

#[core_async::test]
async fn an_account_whose_secret_cannot_be_read_can_be_removed() {
    for damage in [Damage::Garbage, Damage::FromTheFuture, Damage::Gone] {
        let world = World::new();
        let account = world.sign_in(&world.tab()).await.unwrap().id;
        world.damage(&account, damage).await;
        let revocation = world.tab().sign_out(&account).await.unwrap();
        assert_eq!(revocation, Revocation::NotOffered);
        assert_eq!((world.kept().await, &*world.noted().await), (String::new(), "[]"));
    }
}

#[core_async::test]
async fn an_account_of_an_earlier_release_is_noted_when_it_is_listed() {
    let world = World::new();
    let account = world.sign_in(&world.tab()).await.unwrap();
    world.forget_notes(&account.id).await;
    assert_eq!(world.tab().accounts().await.unwrap(), std::slice::from_ref(&account));
    world.damage(&account.id, Damage::Garbage).await;
    assert_eq!(world.tab().accounts().await.unwrap()[0].label, account.label);
    assert_eq!(world.sign_in(&world.tab()).await.unwrap().id, account.id);
}

#[core_async::test]
async fn an_account_of_which_nothing_is_noted_has_an_id_and_an_age() {
    let world = World::new();
    let account = world.sign_in(&world.tab()).await.unwrap();
    world.forget_notes(&account.id).await;
    world.damage(&account.id, Damage::Garbage).await;
    let unknown = Account {
        provider: "unknown".to_owned(),
        label: None,
        scopes: Vec::new(),
        state: AccountState::SignInRequired,
        ..account.clone()
    };
    assert_eq!(world.tab().accounts().await.unwrap(), [unknown]);
    world.tab().sign_out(&account.id).await.unwrap();
    assert_eq!((world.kept().await, &*world.noted().await), (String::new(), "[]"));
}

#[core_async::test]
async fn what_is_noted_of_an_account_opens_nothing() {
    let world = World::new();
    world.sign_in(&world.tab()).await.unwrap();
    // The address of such a folder is all that opens it.
    let shared = server(&format!("https://dav.test/public/{CANARY}/"));
    world.tab().add_server_account(&shared).await.unwrap();
    let noted = world.noted().await;
    assert!(noted.contains("ann@example.org") && noted.contains("webdav"), "{noted}");
    assert!(!noted.contains(CANARY), "{noted}");
    assert!(world.kept().await.contains(CANARY));
}
