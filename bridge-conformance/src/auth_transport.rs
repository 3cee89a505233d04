//! The contract of [`AuthTransport`].

use std::fmt;
use std::sync::Arc;

use bridge_traits::{
    AuthPage, AuthRedirect, AuthSession, AuthTransport, BoxFuture, ErrorKind, PlatformSend, Result,
};
use core_async::sync::{Mutex, mpsc};
use core_async::task::{AbortOnDropHandle, spawn};
use core_async::time::{Duration, sleep, timeout};

use crate::expect::{fails, soon};

/// Proves that an [`AuthTransport`] keeps its contract.
///
/// Takes a future that yields an [`AuthTransportUnderTest`].
#[macro_export]
macro_rules! auth_transport_conformance {
    ($make:expr $(,)?) => {
        $crate::conformance_tests! {
            auth_transport: $crate::auth_transport::AuthTransportUnderTest = $make, auth_transport:
            a_redirect_comes_back
            a_refusal_is_a_redirect
            other_states_are_ignored
            a_thousand_wrong_answers_end_nothing
            the_first_right_answer_counts
            sessions_keep_their_redirects_apart
            time_runs_out
            nothing_listens_after_the_answer
            nothing_listens_after_giving_up
            unfit_pages_are_not_shown
            a_code_is_never_shown
        }
    };
}

/// A transport, the screen on which its pages appear, and the way back.
pub struct AuthTransportUnderTest {
    transport: Arc<dyn AuthTransport>,
    next_page: Box<dyn Fn() -> BoxFuture<'static, String>>,
    redirect: Box<dyn Fn(String, String) -> BoxFuture<'static, ()>>,
}

/// A screen in memory, for transports that are given a function to show pages with.
#[derive(Clone, Debug)]
pub struct Screen {
    show: mpsc::UnboundedSender<String>,
    shown: Arc<Mutex<mpsc::UnboundedReceiver<String>>>,
}

impl Screen {
    /// A screen that shows nothing yet.
    pub fn new() -> Self {
        let (show, shown) = mpsc::unbounded_channel();
        Self { show, shown: Arc::new(Mutex::new(shown)) }
    }

    /// Shows a page.
    ///
    /// # Errors
    ///
    /// Never fails.
    pub fn show(&self, url: &str) -> Result<()> {
        // The receiver is as old as this.
        self.show.send(url.to_owned()).ok();
        Ok(())
    }

    async fn next(self) -> String {
        self.shown.lock().await.recv().await.unwrap()
    }
}

impl Default for Screen {
    fn default() -> Self {
        Self::new()
    }
}

impl AuthTransportUnderTest {
    /// A transport that shows its pages on `screen`; `redirect` as for [`new`](Self::new).
    pub fn on_screen<R, A>(transport: Arc<dyn AuthTransport>, screen: Screen, redirect: R) -> Self
    where
        R: Fn(String, String) -> A + 'static,
        A: Future<Output = ()> + PlatformSend + 'static,
    {
        Self::new(transport, move || screen.clone().next(), redirect)
    }

    /// A transport; `next_page` waits for the next page it shows and gives its address, `redirect`
    /// sends the user to a redirect address with a query, whether anybody listens there or not.
    pub fn new<P, PA, R, RA>(transport: Arc<dyn AuthTransport>, next_page: P, redirect: R) -> Self
    where
        P: Fn() -> PA + 'static,
        PA: Future<Output = String> + PlatformSend + 'static,
        R: Fn(String, String) -> RA + 'static,
        RA: Future<Output = ()> + PlatformSend + 'static,
    {
        Self {
            transport,
            next_page: Box::new(move || Box::pin(next_page())),
            redirect: Box::new(move |uri, query| Box::pin(redirect(uri, query))),
        }
    }

    async fn begin(&self) -> (String, Box<dyn AuthSession>) {
        let session = soon("a session", self.transport.begin()).await.unwrap();
        (session.redirect_uri().to_owned(), session)
    }

    /// A session that shows its page and waits.
    async fn waiting(&self, state: &str) -> (String, AbortOnDropHandle<Result<AuthRedirect>>) {
        let (uri, session) = self.begin().await;
        let page = page(state);
        let url = page.url.clone();
        let waiting = spawn(async move { session.authorize(page).await });
        assert_eq!(soon("the page", (self.next_page)()).await, url, "the page as it is");
        (uri, AbortOnDropHandle::new(waiting))
    }

    async fn redirect(&self, uri: &str, query: &str) {
        soon("a redirect", (self.redirect)(uri.to_owned(), query.to_owned())).await;
    }
}

impl fmt::Debug for AuthTransportUnderTest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthTransportUnderTest")
            .field("transport", &self.transport)
            .finish_non_exhaustive()
    }
}

fn page(state: &str) -> AuthPage {
    AuthPage {
        url: format!("https://provider.example/authorize?a=1&b=%20&state={state}"),
        state: state.to_owned(),
        timeout: Duration::from_secs(60),
    }
}

async fn answer(waiting: AbortOnDropHandle<Result<AuthRedirect>>) -> AuthRedirect {
    soon("the answer", waiting).await.unwrap().unwrap()
}

/// The page is shown, and its parameters come back decoded.
pub async fn a_redirect_comes_back(subject: &AuthTransportUnderTest) {
    let (uri, waiting) = subject.waiting("s1").await;
    assert!(!uri.is_empty() && !uri.contains(['?', '#']), "{uri}");
    subject.redirect(&uri, "code=4%2F0A%20b&state=s1&iss=https%3A%2F%2Fprovider.example").await;
    let redirect = answer(waiting).await;
    assert_eq!(redirect.parameter("code"), Some("4/0A b"));
    assert_eq!(redirect.parameter("iss"), Some("https://provider.example"));
    assert_eq!(redirect.parameter("error"), None);
}

/// What a provider says instead of a code arrives as text.
pub async fn a_refusal_is_a_redirect(subject: &AuthTransportUnderTest) {
    let (uri, waiting) = subject.waiting("s1").await;
    let query =
        "error=access_denied&error_description=%3Cscript%3Ealert(1)%3C%2Fscript%3E&state=s1";
    subject.redirect(&uri, query).await;
    let redirect = answer(waiting).await;
    assert_eq!(redirect.parameter("error"), Some("access_denied"));
    assert_eq!(redirect.parameter("error_description"), Some("<script>alert(1)</script>"));
}

/// Answers to something else, or to nothing, are not ours.
pub async fn other_states_are_ignored(subject: &AuthTransportUnderTest) {
    let (uri, waiting) = subject.waiting("s1").await;
    for query in [
        "code=evil&state=s2",
        "code=evil&state=",
        "code=evil",
        "code=evil&state=s11",
        "code=evil&state=s",
        "code=evil&state=S1",
        "code=evil&state=s1&state=s1",
        "",
    ] {
        subject.redirect(&uri, query).await;
    }
    sleep(Duration::from_millis(50)).await;
    assert!(!waiting.is_finished());
    subject.redirect(&uri, "code=good&state=s1").await;
    assert_eq!(answer(waiting).await.parameter("code"), Some("good"));
}

/// Nobody can end a sign-in by guessing.
pub async fn a_thousand_wrong_answers_end_nothing(subject: &AuthTransportUnderTest) {
    let (uri, waiting) = subject.waiting("s1").await;
    let flood = async {
        for number in 0..1_000 {
            (subject.redirect)(uri.clone(), format!("code=evil&state={number}")).await;
        }
    };
    timeout(Duration::from_secs(60), flood).await.unwrap();
    assert!(!waiting.is_finished());
    subject.redirect(&uri, "code=good&state=s1").await;
    assert_eq!(answer(waiting).await.parameter("code"), Some("good"));
}

/// What comes later changes nothing.
pub async fn the_first_right_answer_counts(subject: &AuthTransportUnderTest) {
    let (uri, waiting) = subject.waiting("s1").await;
    subject.redirect(&uri, "code=first&state=s1").await;
    subject.redirect(&uri, "code=second&state=s1").await;
    assert_eq!(answer(waiting).await.parameter("code"), Some("first"));
}

/// Two sign-ins at a time end with their own answers, also if they come the other way round.
pub async fn sessions_keep_their_redirects_apart(subject: &AuthTransportUnderTest) {
    let (first_uri, first) = subject.waiting("s1").await;
    let (second_uri, second) = subject.waiting("s2").await;
    subject.redirect(&first_uri, "code=swapped&state=s2x").await;
    subject.redirect(&second_uri, "code=two&state=s2").await;
    assert_eq!(answer(second).await.parameter("code"), Some("two"));
    assert!(!first.is_finished());
    subject.redirect(&first_uri, "code=one&state=s1").await;
    assert_eq!(answer(first).await.parameter("code"), Some("one"));
}

/// A user who went away does not keep the program waiting.
pub async fn time_runs_out(subject: &AuthTransportUnderTest) {
    let (_, session) = subject.begin().await;
    let page = AuthPage { timeout: Duration::from_millis(50), ..page("s1") };
    fails(soon("the end of the time", session.authorize(page)).await, ErrorKind::TimedOut);
}

/// One answer is all a session takes; a new one starts afresh.
pub async fn nothing_listens_after_the_answer(subject: &AuthTransportUnderTest) {
    let (uri, waiting) = subject.waiting("s1").await;
    subject.redirect(&uri, "code=one&state=s1").await;
    answer(waiting).await;
    let (new_uri, waiting) = subject.waiting("s2").await;
    subject.redirect(&uri, "code=late&state=s1").await;
    subject.redirect(&new_uri, "code=two&state=s2").await;
    assert_eq!(answer(waiting).await.parameter("code"), Some("two"));
}

/// Dropping a session or its future leaves nothing behind, at any moment.
pub async fn nothing_listens_after_giving_up(subject: &AuthTransportUnderTest) {
    for _ in 0..50 {
        let (_, session) = subject.begin().await;
        drop(session);
    }
    for number in 0..20 {
        let (uri, waiting) = subject.waiting(&format!("s{number}")).await;
        drop(waiting);
        subject.redirect(&uri, &format!("code=late&state=s{number}")).await;
    }
    let (uri, waiting) = subject.waiting("last").await;
    subject.redirect(&uri, "code=good&state=last").await;
    assert_eq!(answer(waiting).await.parameter("code"), Some("good"));
}

/// Addresses of other kinds, and pages whose answer could not be told, are refused unseen.
pub async fn unfit_pages_are_not_shown(subject: &AuthTransportUnderTest) {
    for url in
        ["javascript:alert(1)", "file:///etc/passwd", "http://provider.example/", "calc.exe", ""]
    {
        let (_, session) = subject.begin().await;
        let page = AuthPage { url: url.to_owned(), ..page("s1") };
        fails(session.authorize(page).await, ErrorKind::InvalidRequest);
    }
    let (_, session) = subject.begin().await;
    fails(session.authorize(page("")).await, ErrorKind::InvalidRequest);
    // The next page that is shown is a fit one.
    let (uri, waiting) = subject.waiting("s1").await;
    subject.redirect(&uri, "code=x&state=s1").await;
    answer(waiting).await;
}

/// Neither state nor code is printed.
pub async fn a_code_is_never_shown(subject: &AuthTransportUnderTest) {
    const CANARY: &str = "canary7f3a9";
    let (uri, session) = subject.begin().await;
    let shown = format!("{:?} {session:?} {:?}", page(CANARY), subject.transport);
    assert!(!shown.contains(CANARY), "{shown}");
    let page = page(CANARY);
    let waiting = AbortOnDropHandle::new(spawn(async move { session.authorize(page).await }));
    soon("the page", (subject.next_page)()).await;
    let shown = format!("{:?}", subject.transport);
    assert!(!shown.contains(CANARY), "{shown}");
    subject.redirect(&uri, &format!("code={CANARY}&state={CANARY}")).await;
    let redirect = answer(waiting).await;
    assert!(!format!("{redirect:?}").contains(CANARY));
    let (_, session) = subject.begin().await;
    let unfit = AuthPage { url: format!("http://x.example/?{CANARY}"), ..self::page(CANARY) };
    let error = session.authorize(unfit).await.unwrap_err();
    assert!(!format!("{error} {error:?}").contains(CANARY));
}
