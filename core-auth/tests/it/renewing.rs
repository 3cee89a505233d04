//! Tokens that work, whatever the provider does.

use std::time::Duration;

use bridge_traits::Clock;
use core_auth::{AccountState, AuthError};
use futures::future::join_all;
use serde_json::{Value, json};
use test_cloud::TokenFault;

use crate::support::World;

#[core_async::test]
async fn fifty_calls_in_three_tabs_renew_once() {
    let world = World::new();
    let account = world.sign_in(&world.tab()).await.unwrap().id;
    world.hours_later(2);
    let tabs = [world.tab(), world.tab(), world.tab()];
    let calls = (0..50).map(|call| tabs[call % 3].access_token(&account));
    let tokens: Vec<_> = join_all(calls).await.into_iter().map(Result::unwrap).collect();
    assert_eq!(world.renewals(), 1);
    assert!(tokens.iter().all(|token| *token == tokens[0]));
    assert!(world.server.accepts(tokens[0].expose()));
}

#[core_async::test]
async fn a_token_is_renewed_before_it_ends() {
    let world = World::new();
    let auth = world.tab();
    let account = world.sign_in(&auth).await.unwrap().id;
    let first = auth.access_token(&account).await.unwrap();
    world.clock.advance(Duration::from_secs(3600 - 301));
    assert_eq!(auth.access_token(&account).await.unwrap(), first);
    world.clock.advance(Duration::from_secs(2));
    assert_ne!(auth.access_token(&account).await.unwrap(), first);
}

#[core_async::test]
async fn without_rotation_the_refresh_token_lives_on() {
    let world = World::new();
    world.set(|faults| faults.rotates = false);
    let auth = world.tab();
    let account = world.sign_in(&auth).await.unwrap().id;
    for renewals in 1..4 {
        world.hours_later(1);
        auth.access_token(&account).await.unwrap();
        assert_eq!(world.renewals(), renewals);
    }
}

#[core_async::test(start_paused = true)]
async fn only_the_end_of_the_grant_ends_the_sign_in() {
    let world = World::new();
    let account = world.sign_in(&world.tab()).await.unwrap().id;
    let faults = [
        TokenFault::Answer(401, json!({ "error": "invalid_client" }).to_string()),
        TokenFault::Answer(400, json!({ "error": "invalid_scope" }).to_string()),
        TokenFault::Answer(400, "<html>a proxy</html>".to_owned()),
        TokenFault::Answer(500, String::new()),
        TokenFault::Answer(503, json!({ "error": "invalid_grant" }).to_string()),
        TokenFault::Answer(429, String::new()),
        TokenFault::Answer(200, "{}".to_owned()),
        TokenFault::Redirect(302, "https://evil.test".to_owned()),
        TokenFault::BrokenBefore,
        TokenFault::Silent,
    ];
    world.hours_later(2);
    for fault in faults {
        // As often as it is tried.
        world.set(|faults| faults.token = vec![fault.clone(); 3].into());
        let auth = world.tab();
        let error = auth.access_token(&account).await.unwrap_err();
        assert!(!matches!(error, AuthError::SignInRequired), "{fault:?}: {error:?}");
        let state = auth.account(&account).await.unwrap().state;
        assert_eq!(state, AccountState::SignedIn, "{fault:?}");
    }
    world.set(|faults| faults.token.clear());
    let auth = world.tab();
    auth.access_token(&account).await.unwrap();
    world.hours_later(2);
    world.server.grants(|grants| grants.revoke_all());
    let error = auth.access_token(&account).await.unwrap_err();
    assert!(matches!(error, AuthError::SignInRequired), "{error:?}");
    let ended = auth.account(&account).await.unwrap();
    assert_eq!(ended.state, AccountState::SignInRequired);
    let asked = world.renewals();
    assert!(matches!(auth.access_token(&account).await, Err(AuthError::SignInRequired)));
    assert_eq!(world.renewals(), asked);
    let again = world.sign_in(&auth).await.unwrap();
    assert_eq!((again.id.as_str(), again.state), (account.as_str(), AccountState::SignedIn));
    auth.access_token(&account).await.unwrap();
}

#[core_async::test]
async fn a_failing_provider_is_asked_less_and_less() {
    let world = World::new();
    let auth = world.tab();
    let account = world.sign_in(&auth).await.unwrap().id;
    world.hours_later(2);
    world.set(|faults| faults.token.extend(vec![TokenFault::Answer(500, String::new()); 15]));
    for round in 1..6 {
        let before = world.renewals();
        let AuthError::RenewalFailed { retry_after, .. } =
            auth.access_token(&account).await.unwrap_err()
        else {
            panic!("another error")
        };
        assert_eq!(retry_after, Duration::from_secs(1 << round));
        let asked = world.renewals();
        // Three tries in a row at most, and none while the host is left alone after five failures.
        assert!(asked - before <= 3 && (round > 1 || asked - before == 3), "{round}");
        assert!(auth.access_token(&account).await.is_err());
        assert_eq!(world.renewals(), asked);
        world.clock.advance(retry_after);
    }
    world.set(|faults| faults.token.clear());
    auth.access_token(&account).await.unwrap();
}

#[core_async::test]
async fn a_fault_of_the_provider_that_passes_is_not_noticed() {
    let world = World::new();
    let auth = world.tab();
    let account = world.sign_in(&auth).await.unwrap().id;
    for faults in [1, 2] {
        world.hours_later(2);
        let fault = TokenFault::Answer(503, String::new());
        world.set(|all| all.token.extend(vec![fault; faults]));
        let token = auth.access_token(&account).await.unwrap();
        assert!(world.server.accepts(token.expose()));
    }
}

#[core_async::test]
async fn a_token_that_still_works_is_used_while_the_provider_is_away() {
    let world = World::new();
    let auth = world.tab();
    let account = world.sign_in(&auth).await.unwrap().id;
    world.clock.advance(Duration::from_secs(3600 - 60));
    world.set(|faults| faults.token.push_back(TokenFault::BrokenBefore));
    let token = auth.access_token(&account).await.unwrap();
    assert!(world.server.accepts(token.expose()));
}

#[core_async::test]
async fn a_rotated_token_that_was_lost_asks_to_sign_in_again() {
    let world = World::new();
    let account = world.sign_in(&world.tab()).await.unwrap().id;
    world.hours_later(2);
    world.set(|faults| faults.token.push_back(TokenFault::BrokenAfter));
    assert!(world.tab().access_token(&account).await.is_err());
    let restarted = world.tab();
    let error = restarted.access_token(&account).await.unwrap_err();
    assert!(matches!(error, AuthError::SignInRequired), "{error:?}");
    assert_eq!(world.renewals(), 2);
    assert_eq!(restarted.accounts().await.unwrap().len(), 1);
}

#[core_async::test]
async fn odd_lifetimes_and_clocks_make_no_storm() {
    let odd = [json!(0), json!(-5), json!(1e18), json!("60"), json!("soon"), Value::Null];
    for expires_in in odd {
        let world = World::new();
        world.set(|faults| faults.expires_in = expires_in.clone());
        let auth = world.tab();
        let account = world.sign_in(&auth).await.unwrap().id;
        for _ in 0..180 {
            world.clock.advance(Duration::from_secs(1));
            auth.access_token(&account).await.unwrap();
        }
        assert!(world.renewals() <= 3, "{expires_in}: {}", world.renewals());
    }
    for jump in [-86_400_000_i64, 86_400_000] {
        let world = World::new();
        let auth = world.tab();
        let account = world.sign_in(&auth).await.unwrap().id;
        world.clock.set(world.clock.unix_millis().saturating_add_signed(jump));
        for _ in 0..60 {
            world.clock.advance(Duration::from_secs(1));
            auth.access_token(&account).await.unwrap();
        }
        assert!(world.renewals() <= 1, "{jump}: {}", world.renewals());
    }
}

#[core_async::test]
async fn without_a_refresh_token_the_sign_in_ends_with_the_token() {
    let world = World::new();
    world.set(|faults| faults.gives_refresh_tokens = false);
    let auth = world.tab();
    let account = world.sign_in(&auth).await.unwrap().id;
    world.clock.advance(Duration::from_secs(3600 - 1));
    auth.access_token(&account).await.unwrap();
    world.clock.advance(Duration::from_secs(2));
    let error = auth.access_token(&account).await.unwrap_err();
    assert!(matches!(error, AuthError::SignInRequired), "{error:?}");
}

#[core_async::test]
async fn a_renewal_that_nobody_waits_for_any_more_is_kept() {
    let world = World::new();
    let auth = world.tab();
    let account = world.sign_in(&auth).await.unwrap().id;
    world.hours_later(2);
    let mut abandoned = Box::pin(auth.access_token(&account));
    assert!(futures::poll!(&mut abandoned).is_pending());
    drop(abandoned);
    auth.access_token(&account).await.unwrap();
    assert_eq!(world.renewals(), 1);
    world.hours_later(2);
    world.tab().access_token(&account).await.unwrap();
}
