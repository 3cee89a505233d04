//! A browser, a user and a provider, played by the test.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bridge_traits::{
    AuthPage, AuthRedirect, AuthSession, AuthTransport, BridgeError, ErrorKind, Result,
};
use core_async::sync::{Mutex as AsyncMutex, mpsc};
use core_async::time::timeout;

/// An [`AuthTransport`] whose pages are shown to the test, which sends the redirects.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// use bridge_memory::MemoryAuthTransport;
/// use bridge_traits::{AuthPage, AuthTransport, Result};
///
/// # #[core_async::main]
/// # async fn main() -> Result<()> {
/// let transport = MemoryAuthTransport::new();
/// let session = transport.begin().await?;
/// let uri = session.redirect_uri().to_owned();
/// let page = AuthPage {
///     url: "https://provider.example/authorize".to_owned(),
///     state: "s1".to_owned(),
///     timeout: Duration::from_secs(600),
/// };
/// let user = async {
///     assert_eq!(transport.next_page().await, "https://provider.example/authorize");
///     transport.redirect(&uri, "code=c1&state=s1");
/// };
/// let (redirect, ()) = core_async::join!(session.authorize(page), user);
/// assert_eq!(redirect?.parameter("code"), Some("c1"));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct MemoryAuthTransport {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    listening: Mutex<Listening>,
    show: mpsc::UnboundedSender<String>,
    shown: AsyncMutex<mpsc::UnboundedReceiver<String>>,
}

#[derive(Debug, Default)]
struct Listening {
    begun: u64,
    sessions: BTreeMap<String, mpsc::UnboundedSender<AuthRedirect>>,
}

impl MemoryAuthTransport {
    /// A transport without sessions.
    pub fn new() -> Self {
        let (show, shown) = mpsc::unbounded_channel();
        let (listening, shown) = (Mutex::default(), AsyncMutex::new(shown));
        Self { shared: Arc::new(Shared { listening, show, shown }) }
    }

    /// Waits for the next page that is shown, and gives its address.
    pub async fn next_page(&self) -> String {
        // There is always a page: the sender is in the same place.
        self.shared.shown.lock().await.recv().await.unwrap_or_default()
    }

    /// Sends the user back to `redirect_uri` with this query. Says whether anybody listens there.
    pub fn redirect(&self, redirect_uri: &str, query: &str) -> bool {
        let listening = self.shared.listening();
        let session = listening.sessions.get(redirect_uri);
        session.is_some_and(|session| session.send(AuthRedirect::parse(query)).is_ok())
    }
}

impl Default for MemoryAuthTransport {
    fn default() -> Self {
        Self::new()
    }
}

impl Shared {
    fn listening(&self) -> MutexGuard<'_, Listening> {
        // The map is whole after every statement, so a panic elsewhere does not spoil it.
        self.listening.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[core_async::async_trait]
impl AuthTransport for MemoryAuthTransport {
    async fn begin(&self) -> Result<Box<dyn AuthSession>> {
        let (sender, redirects) = mpsc::unbounded_channel();
        let mut listening = self.shared.listening();
        listening.begun += 1;
        let redirect_uri = format!("memory://redirect/{}", listening.begun);
        listening.sessions.insert(redirect_uri.clone(), sender);
        Ok(Box::new(Session { shared: Arc::clone(&self.shared), redirect_uri, redirects }))
    }
}

#[derive(Debug)]
struct Session {
    shared: Arc<Shared>,
    redirect_uri: String,
    redirects: mpsc::UnboundedReceiver<AuthRedirect>,
}

impl Drop for Session {
    fn drop(&mut self) {
        self.shared.listening().sessions.remove(&self.redirect_uri);
    }
}

#[core_async::async_trait]
impl AuthSession for Session {
    fn redirect_uri(&self) -> &str {
        &self.redirect_uri
    }

    async fn authorize(mut self: Box<Self>, page: AuthPage) -> Result<AuthRedirect> {
        page.check()?;
        self.shared.show.send(page.url.clone()).ok();
        let answer = async {
            loop {
                match self.redirects.recv().await {
                    Some(redirect) if redirect.answers(&page.state) => return redirect,
                    Some(_) => {}
                    None => std::future::pending().await,
                }
            }
        };
        let answer = timeout(page.timeout, answer).await;
        answer.map_err(|_| BridgeError::new(ErrorKind::TimedOut, "auth.authorize"))
    }
}
