//! Signing in by leaving the page and coming back.

use core_auth::AuthError;

use crate::support::{World, provider};

const BACK: &str = "https://app.test/back";

#[core_async::test]
async fn a_sign_in_survives_the_reload_of_the_page() {
    let world = World::new();
    let url = world.tab().begin_redirect("drive", BACK).await.unwrap();
    let (uri, query) = world.server.sign_in(&url);
    assert_eq!(uri, BACK);
    let account = world.tab().finish_redirect(&query).await.unwrap();
    assert_eq!(world.tab().accounts().await.unwrap(), [account]);
}

#[core_async::test]
async fn every_answer_counts_once_and_a_wrong_one_spoils_nothing() {
    let world = World::new();
    let auth = world.tab();
    let url = auth.begin_redirect("drive", BACK).await.unwrap();
    let (_, query) = world.server.sign_in(&url);
    for wrong in ["", "code=x", "code=x&state=", "code=x&state=forged", "state=a&state=b&code=x"] {
        let error = auth.finish_redirect(wrong).await.unwrap_err();
        assert!(matches!(error, AuthError::InvalidRedirect(_)), "{wrong:?}: {error:?}");
    }
    assert!(world.server.token_requests().is_empty());
    auth.finish_redirect(&query).await.unwrap();
    let again = auth.finish_redirect(&query).await.unwrap_err();
    assert!(matches!(again, AuthError::InvalidRedirect(_)), "{again:?}");
    assert_eq!(world.server.token_requests().len(), 1);
}

#[core_async::test]
async fn a_state_is_used_up_by_a_failure_too() {
    let world = World::new();
    let auth = world.tab();
    let url = auth.begin_redirect("drive", BACK).await.unwrap();
    world.set(|faults| faults.refusal = Some(("access_denied".to_owned(), String::new())));
    let (_, refused) = world.server.sign_in(&url);
    assert!(matches!(auth.finish_redirect(&refused).await, Err(AuthError::Denied)));
    world.set(|faults| faults.refusal = None);
    let (_, query) = world.server.sign_in(&url);
    let error = auth.finish_redirect(&query).await.unwrap_err();
    assert!(matches!(error, AuthError::InvalidRedirect(_)), "{error:?}");
}

#[core_async::test]
async fn an_answer_after_ten_minutes_is_too_late() {
    let world = World::new();
    let auth = world.tab();
    let url = auth.begin_redirect("drive", BACK).await.unwrap();
    let (_, query) = world.server.sign_in(&url);
    world.hours_later(1);
    let error = auth.finish_redirect(&query).await.unwrap_err();
    assert!(matches!(error, AuthError::TimedOut(_)), "{error:?}");
    assert!(world.server.token_requests().is_empty());
    assert_eq!(world.kept().await, "");
}

#[core_async::test]
async fn two_providers_at_a_time_keep_their_answers_apart() {
    let world = World::new();
    let auth = world.tab_with(vec![provider("drive"), provider("other")]);
    let drive = auth.begin_redirect("drive", BACK).await.unwrap();
    let other = auth.begin_redirect("other", BACK).await.unwrap();
    let (_, other) = world.server.sign_in(&other);
    let (_, drive) = world.server.sign_in(&drive);
    assert_eq!(auth.finish_redirect(&drive).await.unwrap().provider, "drive");
    assert_eq!(auth.finish_redirect(&other).await.unwrap().provider, "other");
}

#[core_async::test]
async fn beginning_again_replaces_what_was_not_finished() {
    let world = World::new();
    let auth = world.tab();
    let first = auth.begin_redirect("drive", BACK).await.unwrap();
    let second = auth.begin_redirect("drive", BACK).await.unwrap();
    let (_, first) = world.server.sign_in(&first);
    let (_, second) = world.server.sign_in(&second);
    assert!(auth.finish_redirect(&first).await.is_err());
    auth.finish_redirect(&second).await.unwrap();
}
