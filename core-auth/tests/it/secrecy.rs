//! Secrets that every code and token begins with are looked for wherever they do not belong.

use std::fmt::Write;

use bridge_traits::{HttpClient, Request};
use test_cloud::TokenFault;

use crate::support::{CANARY, World};

#[core_async::test]
async fn no_secret_is_in_an_event_an_error_an_address_or_a_debug_output() {
    let world = World::new();
    let mut events = world.events.subscribe();
    let auth = world.tab();
    let mut told = String::new();
    let account = world.sign_in(&auth).await.unwrap();
    let client = auth.client(&account.id).await.unwrap();
    let token = auth.access_token(&account.id).await.unwrap();
    write!(told, "{auth:?} {account:?} {client:?} {token:?}").unwrap();
    world.hours_later(2);
    let body = format!(r#"{{"error":"invalid_request","error_description":"{CANARY}"}}"#);
    // A fault, which is tried three times, and a refusal.
    for answers in [&[500, 500, 500][..], &[400]] {
        let answers = answers.iter().map(|&status| TokenFault::Answer(status, body.clone()));
        world.set(|faults| faults.token.extend(answers));
        let error = client.send(Request::get("https://api.test/song")).await.unwrap_err();
        write!(told, "{error:?} {error}").unwrap();
        world.clock.advance(std::time::Duration::from_secs(40));
    }
    client.send(Request::get("https://api.test/song")).await.unwrap();
    auth.sign_out(&account.id).await.unwrap();
    while let Ok(event) = events.try_recv() {
        write!(told, "{event:?} {event}").unwrap();
    }
    for request in world.http.requests() {
        write!(told, "{request:?} {}", request.url).unwrap();
    }
    assert!(!told.contains(CANARY), "{told}");
    // It is looked for where something was told.
    for heard in ["TokenRefreshed", "SignedOut", "RenewalFailed", "https://as.test/token"] {
        assert!(told.contains(heard), "{heard}: {told}");
    }
}

#[core_async::test]
async fn what_is_shown_of_a_sign_in_tells_nothing_that_redeems_it() {
    let world = World::new();
    let url = world.tab().begin_redirect("drive", "https://app.test/back").await.unwrap();
    let kept = world.kept().await;
    let verifier = kept.split("\"verifier\":\"").nth(1).unwrap().split('"').next().unwrap();
    assert_eq!(verifier.len(), 43);
    assert!(!url.contains(verifier));
    assert!(url.contains("code_challenge_method=S256"));
    let state = url.split("state=").nth(1).unwrap().split('&').next().unwrap();
    let name = kept.split(':').next().unwrap();
    assert!(!name.contains(state), "the name of a secret may be readable");
}
