//! Signing out.

use core_auth::{AuthError, Revocation};
use core_runtime::{AuthEvent, Event};

use crate::support::World;

#[core_async::test]
async fn signing_out_leaves_nothing_here_nor_there() {
    let world = World::new();
    let auth = world.tab();
    let account = world.sign_in(&auth).await.unwrap().id;
    let token = auth.access_token(&account).await.unwrap();
    let mut events = world.events.subscribe();
    assert_eq!(auth.sign_out(&account).await.unwrap(), Revocation::Revoked);
    assert_eq!(world.kept().await, "");
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
