//! Broken sign-in transports, and the cases that catch them.

use std::sync::Arc;

use bridge_conformance::auth_transport::{self as cases, AuthTransportUnderTest};
use bridge_memory::MemoryAuthTransport;
use bridge_traits::{
    AuthPage, AuthRedirect, AuthSession, AuthTransport, BridgeError, ErrorKind, Result,
};
use core_async::sync::broadcast;
use core_async::time::{Duration, timeout};

use crate::broken::faults;

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Fault {
    Nothing,
    BelievesAnyState,
    DropsRefusals,
    EndsAtAWrongAnswer,
    KeepsListening,
    KeepsTheLastAnswer,
    ReadsEscapesAsText,
    SharesOneAddress,
    ShowsAnyPage,
    ShowsItsState,
    WaitsForEver,
}

impl Fault {
    /// Whether the redirects themselves are handled as they should be.
    fn is_elsewhere(self) -> bool {
        matches!(
            self,
            Self::Nothing
                | Self::KeepsListening
                | Self::ShowsAnyPage
                | Self::ShowsItsState
                | Self::WaitsForEver
        )
    }
}

#[derive(Clone, Debug)]
struct Broken {
    inner: MemoryAuthTransport,
    fault: Fault,
    /// Every redirect to every address.
    redirects: broadcast::Sender<(String, String)>,
}

fn subject(fault: Fault) -> AuthTransportUnderTest {
    let inner = MemoryAuthTransport::new();
    let broken = Broken { inner, fault, redirects: broadcast::Sender::new(4_096) };
    let (screen, provider) = (broken.clone(), broken.clone());
    AuthTransportUnderTest::new(
        Arc::new(broken),
        move || {
            let screen = screen.inner.clone();
            async move { screen.next_page().await }
        },
        move |uri, query| {
            if provider.fault.is_elsewhere() {
                provider.inner.redirect(&uri, &query);
            }
            provider.redirects.send((uri, query)).ok();
            std::future::ready(())
        },
    )
}

faults! { subject:
    BelievesAnyState => cases::other_states_are_ignored,
    DropsRefusals => cases::a_refusal_is_a_redirect,
    EndsAtAWrongAnswer => cases::a_thousand_wrong_answers_end_nothing,
    KeepsListening => cases::nothing_listens_after_giving_up,
    KeepsTheLastAnswer => cases::the_first_right_answer_counts,
    ReadsEscapesAsText => cases::a_redirect_comes_back,
    SharesOneAddress => cases::sessions_keep_their_redirects_apart,
    ShowsAnyPage => cases::unfit_pages_are_not_shown,
    ShowsItsState => cases::a_code_is_never_shown,
    WaitsForEver => cases::time_runs_out,
}

#[core_async::async_trait]
impl AuthTransport for Broken {
    async fn begin(&self) -> Result<Box<dyn AuthSession>> {
        let inner = self.inner.begin().await?;
        let redirects = self.redirects.subscribe();
        if self.fault == Fault::KeepsListening && redirects.is_empty() {
            let count = self.redirects.receiver_count();
            // Out of places after a while, as who never closes a port is.
            std::mem::forget(self.redirects.subscribe());
            if count > 60 {
                return Err(BridgeError::new(ErrorKind::Unavailable, "broken"));
            }
        }
        Ok(Box::new(Session { inner, redirects, fault: self.fault, shown: String::new() }))
    }
}

#[derive(Debug)]
struct Session {
    inner: Box<dyn AuthSession>,
    redirects: broadcast::Receiver<(String, String)>,
    fault: Fault,
    #[expect(dead_code, reason = "for its Debug")]
    shown: String,
}

impl Session {
    /// What the broken transport takes for an answer.
    async fn answer(&mut self, uri: &str, page: &AuthPage) -> Result<AuthRedirect> {
        loop {
            let Ok((address, query)) = self.redirects.recv().await else {
                std::future::pending().await
            };
            let mut redirect = AuthRedirect::parse(&query);
            match self.fault {
                Fault::SharesOneAddress if redirect.parameter("state").is_some() => {
                    return Ok(redirect);
                }
                _ if address != uri => continue,
                Fault::BelievesAnyState => return Ok(redirect),
                Fault::DropsRefusals if query.contains("error") => continue,
                Fault::EndsAtAWrongAnswer if !redirect.answers(&page.state) => {
                    return Err(BridgeError::new(ErrorKind::InvalidRequest, "broken"));
                }
                Fault::ReadsEscapesAsText => {
                    redirect = AuthRedirect::parse(&query.replace('%', "%25"));
                }
                Fault::KeepsTheLastAnswer => {
                    let later = timeout(Duration::from_millis(50), self.redirects.recv());
                    if let Ok(Ok((_, query))) = later.await {
                        redirect = AuthRedirect::parse(&query);
                    }
                }
                _ => {}
            }
            if redirect.answers(&page.state) {
                return Ok(redirect);
            }
        }
    }
}

#[core_async::async_trait]
impl AuthSession for Session {
    fn redirect_uri(&self) -> &str {
        self.inner.redirect_uri()
    }

    async fn authorize(mut self: Box<Self>, mut page: AuthPage) -> Result<AuthRedirect> {
        match self.fault {
            Fault::Nothing | Fault::KeepsListening => return self.inner.authorize(page).await,
            Fault::ShowsAnyPage => {
                page.url = "https://provider.example/".to_owned();
                return self.inner.authorize(page).await;
            }
            Fault::ShowsItsState => {
                let error = page.check().err().map(|error| error.with_detail(page.url.clone()));
                return match error {
                    Some(error) => Err(error),
                    None => self.inner.authorize(page).await,
                };
            }
            Fault::WaitsForEver => {
                page.timeout = Duration::from_secs(3_600);
                return self.inner.authorize(page).await;
            }
            _ => {}
        }
        page.check()?;
        let uri = self.redirect_uri().to_owned();
        let inner = std::mem::replace(&mut self.inner, Box::new(Ended));
        // Shows the page; its answer is not waited for.
        let mut showing = inner.authorize(page.clone());
        core_async::select! {
            biased;
            answer = &mut showing => answer,
            answer = self.answer(&uri, &page) => answer,
        }
    }
}

/// A session that is over.
#[derive(Debug)]
struct Ended;

#[core_async::async_trait]
impl AuthSession for Ended {
    fn redirect_uri(&self) -> &str {
        ""
    }

    async fn authorize(self: Box<Self>, _: AuthPage) -> Result<AuthRedirect> {
        Err(BridgeError::new(ErrorKind::InvalidRequest, "broken"))
    }
}
