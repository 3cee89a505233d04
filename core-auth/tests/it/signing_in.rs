//! Signing in by a page that is shown.

use core_auth::{AccountState, AuthError};
use core_runtime::{AuthEvent, Event};
use test_cloud::TokenFault;

use crate::support::{World, provider};

#[core_async::test]
async fn an_account_is_there_after_signing_in_and_after_a_restart() {
    let world = World::new();
    let mut events = world.events.subscribe();
    let auth = world.tab();
    let account = world.sign_in(&auth).await.unwrap();
    assert_eq!(account.provider, "drive");
    assert_eq!(account.label.as_deref(), Some("ann@example.org"));
    assert_eq!(account.state, AccountState::SignedIn);
    assert_eq!(account.scopes, ["read", "profile"]);
    assert_eq!(world.tab().accounts().await.unwrap(), std::slice::from_ref(&account));
    let drive = || "drive".to_owned();
    let expected = [
        Event::from(AuthEvent::SigningIn { provider: drive() }),
        AuthEvent::SignedIn { provider: drive(), profile: account.id }.into(),
    ];
    assert_eq!([events.recv().await.unwrap(), events.recv().await.unwrap()], expected);
}

#[core_async::test]
async fn signing_in_again_keeps_the_account() {
    let world = World::new();
    let auth = world.tab();
    let first = world.sign_in(&auth).await.unwrap();
    world.hours_later(1);
    let second = world.sign_in(&auth).await.unwrap();
    assert_eq!(first, second);
    assert_eq!(auth.accounts().await.unwrap().len(), 1);
}

#[core_async::test]
async fn a_refusal_is_told_as_text_and_stores_nothing() {
    let world = World::new();
    let auth = world.tab();
    let refuse = |code: &str, text: &str| {
        let refusal = Some((code.to_owned(), text.to_owned()));
        world.set(|faults| faults.refusal = refusal);
    };
    refuse("access_denied", "no");
    assert!(matches!(world.sign_in(&auth).await, Err(AuthError::Denied)));
    refuse("server_error", "<script>alert(1)</script>\r\n\u{7}");
    let error = world.sign_in(&auth).await.unwrap_err();
    assert_eq!(error.to_string(), "the provider refused: server_error (<script>alert(1)</script>)");
    assert!(world.server.token_requests().is_empty());
    assert_eq!(world.kept().await, "");
}

#[core_async::test]
async fn the_answer_of_another_issuer_is_refused_before_any_token_request() {
    let world = World::new();
    let mut strict = provider("drive");
    strict.issuer = Some("https://as.test".to_owned());
    let lenient = world.tab_with(vec![strict.clone()]);
    strict.requires_issuer = true;
    let strict = world.tab_with(vec![strict]);
    let say = |issuer: Option<&str>| {
        let issuer = issuer.map(str::to_owned);
        world.set(|faults| faults.issuer = issuer);
    };
    say(Some("https://evil.test"));
    let refused = world.sign_in(&lenient).await;
    assert!(matches!(refused, Err(AuthError::InvalidRedirect(_))), "{refused:?}");
    say(None);
    let refused = world.sign_in(&strict).await;
    assert!(matches!(refused, Err(AuthError::InvalidRedirect(_))), "{refused:?}");
    assert!(world.server.token_requests().is_empty());
    world.sign_in(&lenient).await.unwrap();
    say(Some("https://as.test"));
    world.sign_in(&strict).await.unwrap();
}

#[core_async::test]
async fn the_code_of_somebody_else_is_of_no_use() {
    let world = World::new();
    let (auth, attacker) = (world.tab(), world.tab_with(vec![provider("other")]));
    let url = attacker.begin_redirect("other", "https://app.test/back").await.unwrap();
    let (_, stolen) = world.server.sign_in(&url);
    let code = stolen.split('&').find(|pair| pair.starts_with("code=")).unwrap().to_owned();
    let user = async {
        let page = world.transport.next_page().await;
        let (uri, query) = world.server.sign_in(&page);
        let state = query.split('&').find(|pair| pair.starts_with("state=")).unwrap();
        world.transport.redirect(&uri, &format!("{code}&{state}"));
    };
    let (signed_in, ()) = core_async::join!(auth.sign_in("drive"), user);
    assert!(matches!(signed_in, Err(AuthError::InvalidRedirect(_))), "{signed_in:?}");
    assert!(auth.accounts().await.unwrap().is_empty());
}

#[core_async::test]
async fn a_missing_permission_is_named_and_the_tokens_are_given_back() {
    let world = World::new();
    world.set(|faults| faults.withheld = vec!["read".to_owned()]);
    let auth = world.tab();
    let error = world.sign_in(&auth).await.unwrap_err();
    assert_eq!(error.to_string(), "permissions are missing: read");
    assert_eq!(world.server.grants(|grants| grants.refresh_tokens()), 0);
    assert!(auth.accounts().await.unwrap().is_empty());
    world.set(|faults| faults.withheld = vec!["profile".to_owned()]);
    assert_eq!(world.sign_in(&auth).await.unwrap().scopes, ["read"]);
}

#[core_async::test]
async fn a_redirected_token_request_goes_nowhere() {
    let world = World::new();
    world.http.serve("https://evil.test/catch", r#"{"access_token":"evil"}"#);
    let auth = world.tab();
    for status in [301, 302, 303, 307, 308] {
        let away = TokenFault::Redirect(status, "https://evil.test/catch".to_owned());
        world.set(|faults| faults.token.push_back(away));
        let error = world.sign_in(&auth).await.unwrap_err();
        assert!(matches!(error, AuthError::Protocol(_)), "{status}: {error:?}");
    }
    let asked = world.http.requests();
    assert!(asked.iter().all(|request| !request.url.starts_with("https://evil.test")));
}

#[core_async::test]
async fn one_sign_in_per_provider_until_it_ends_or_is_cancelled() {
    let world = World::new();
    let auth = world.tab_with(vec![provider("drive"), provider("other")]);
    let unknown = auth.sign_in("nobody").await.unwrap_err();
    assert!(matches!(unknown, AuthError::UnknownProvider(_)));
    let busy = async {
        world.transport.next_page().await;
        let second = auth.sign_in("drive").await.unwrap_err();
        assert!(matches!(second, AuthError::AlreadySigningIn(_)), "{second:?}");
        assert!(auth.cancel_sign_in("drive"));
    };
    let (first, ()) = core_async::join!(auth.sign_in("drive"), busy);
    assert!(matches!(first, Err(AuthError::Cancelled)), "{first:?}");
    assert!(!auth.cancel_sign_in("drive"));
    world.sign_in(&auth).await.unwrap();
}

#[core_async::test(start_paused = true)]
async fn nobody_who_walks_away_blocks_the_provider() {
    let world = World::new();
    let auth = world.tab();
    let error = auth.sign_in("drive").await.unwrap_err();
    assert_eq!(error.to_string(), "nobody finished signing in within 10 minutes");
    world.transport.next_page().await;
    world.sign_in(&auth).await.unwrap();
}
