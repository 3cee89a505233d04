//! Requests in the name of an account.

use bridge_traits::{ErrorKind, HttpClient, Request, Secret};
use core_auth::{AuthError, ServerAccess, ServerAccount};
use test_cloud::{Answer, Ask, serve};

use crate::support::World;

#[core_async::test]
async fn a_refused_token_is_renewed_and_the_request_sent_again() {
    let world = World::new();
    let auth = world.tab();
    let account = world.sign_in(&auth).await.unwrap().id;
    let client = auth.client(&account).await.unwrap();
    world.clock.advance(std::time::Duration::from_secs(120));
    world.server.grants(|grants| grants.expire_access_tokens());
    let response = client.send(Request::get("https://api.test/song")).await.unwrap();
    assert_eq!(response.bytes(100).await.unwrap(), "music");
    assert_eq!(world.renewals(), 1);
    // A new token that is refused too is not renewed again and again.
    world.server.grants(|grants| grants.expire_access_tokens());
    for _ in 0..5 {
        let error = client.send(Request::get("https://api.test/song")).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::PermissionDenied);
    }
    assert_eq!(world.renewals(), 1);
}

#[core_async::test]
async fn no_credential_goes_to_anybody_else() {
    let world = World::new();
    world.http.serve("https://evil.test/catch", "caught");
    let auth = world.tab();
    let account = world.sign_in(&auth).await.unwrap().id;
    let client = auth.client(&account).await.unwrap();
    for url in [
        "https://evil.test/catch",
        "http://api.test/song",
        "https://api.test:8443/song",
        "https://api.test.evil.test/song",
        "https://evil.test\\@api.test/song",
        "https://api.test@evil.test/song",
        "//api.test/song",
    ] {
        assert!(client.send(Request::get(url)).await.is_err(), "{url}");
    }
    let evil = |request: &Request| request.url.contains("evil");
    assert!(!world.http.requests().iter().any(evil));
    // Redirected by the account's own server: the request may go there, the token may not.
    client.send(Request::get("https://api.test/away")).await.unwrap();
    let requests = world.http.requests();
    let caught = requests.iter().find(|request| evil(request)).unwrap();
    assert!(!caught.headers.has_secrets());
}

#[core_async::test]
async fn a_name_and_a_password_go_to_their_origin() {
    let world = World::new();
    serve(
        &world.http,
        "https://dav.test",
        &std::sync::Arc::new(|ask: Ask| {
            match ask.headers.get("authorization") {
                // "ann:pässword" in UTF-8, as RFC 7617 § 2.1 has it.
                Some("Basic YW5uOnDDpHNzd29yZA==" | "Bearer t0ken") => Answer::status(200),
                _ => Answer::status(401),
            }
        }),
    );
    let auth = world.tab();
    let new = |url: &str, user: &str| ServerAccount {
        provider: "webdav".to_owned(),
        url: url.to_owned(),
        access: ServerAccess::Password {
            user: user.to_owned(), password: Secret::new("pässword")
        },
    };
    let ann = new("https://dav.test/music", "ann");
    let tried = auth.try_server_account(&ann).unwrap();
    assert_eq!(tried.send(Request::get("https://dav.test/x")).await.unwrap().status, 200);
    assert_eq!(auth.accounts().await.unwrap(), [], "what is tried is kept nowhere");
    let account = auth.add_server_account(&ann).await.unwrap();
    assert_eq!(account.label.as_deref(), Some("ann"));
    let client = auth.client(&account.id).await.unwrap();
    let response = client.send(Request::get("https://dav.test/x")).await.unwrap();
    assert_eq!(response.status, 200);
    let error = client.send(Request::get("https://other.test/x")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PermissionDenied);
    assert_eq!(client.url(), Some("https://dav.test/music"));
    let again = auth.add_server_account(&ann).await.unwrap();
    assert_eq!(again.id, account.id);
    let access = ServerAccess::Token(Secret::new("t0ken"));
    let by_token = ServerAccount { access, ..new("https://dav.test/music", "") };
    let account = auth.add_server_account(&by_token).await.unwrap();
    assert_eq!(account.label.as_deref(), Some("https://dav.test"));
    let client = auth.client(&account.id).await.unwrap();
    assert_eq!(client.send(Request::get("https://dav.test/x")).await.unwrap().status, 200);
    for (url, user) in [("http://dav.test", "ann"), ("https://dav.test", "a:b"), ("nonsense", "a")]
    {
        let error = auth.add_server_account(&new(url, user)).await.unwrap_err();
        let is_right = matches!(error, AuthError::Configuration { .. } | AuthError::Bridge(_));
        assert!(is_right, "{url} {user}: {error:?}");
    }
}
