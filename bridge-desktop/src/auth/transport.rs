//! The adapter: a session listens, shows its page, and ends with its redirect.

use std::fmt;
use std::sync::Arc;

use bridge_traits::{
    AuthPage, AuthRedirect, AuthSession, AuthTransport, BridgeError, ErrorKind, Result,
};
use core_async::task;
use core_async::time::timeout;

use super::listener::Listener;
use crate::files::bridge_error;

/// Shows a page to the user.
type Show = Arc<dyn Fn(&str) -> Result<()> + Send + Sync>;

/// An [`AuthTransport`] that opens the user's browser and listens on 127.0.0.1.
///
/// Each session has a port of its own, which the operating system chooses, and closes it after
/// its answer. The browser is the user's own, with its passwords and its address bar: a window of
/// the program could show anything (RFC 8252 § 8.12).
#[derive(Clone)]
pub struct LoopbackAuthTransport {
    show: Show,
    path: String,
}

impl LoopbackAuthTransport {
    /// Opens pages in the browser the user has chosen for the system.
    pub fn new() -> Self {
        Self::with_display(|url| {
            open::that_detached(url).map_err(|error| {
                BridgeError::new(ErrorKind::Unavailable, "auth.authorize")
                    .with_detail("no browser could be opened")
                    .with_source(error)
            })
        })
    }

    /// Hands pages to the host, which shows their addresses in a way of its own.
    pub fn with_display(show: impl Fn(&str) -> Result<()> + Send + Sync + 'static) -> Self {
        Self { show: Arc::new(show), path: "/".to_owned() }
    }

    /// Listens on this path instead of `/`, for providers that want it registered.
    ///
    /// # Errors
    ///
    /// Fails with `InvalidRequest` unless it begins with `/` and has plain characters only.
    pub fn with_path(mut self, path: &str) -> Result<Self> {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '_' | '.' | '~');
        if !path.starts_with('/') || !path.chars().all(plain) {
            return Err(BridgeError::new(ErrorKind::InvalidRequest, "auth.path"));
        }
        path.clone_into(&mut self.path);
        Ok(self)
    }
}

impl Default for LoopbackAuthTransport {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for LoopbackAuthTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoopbackAuthTransport").field("path", &self.path).finish_non_exhaustive()
    }
}

#[core_async::async_trait]
impl AuthTransport for LoopbackAuthTransport {
    async fn begin(&self) -> Result<Box<dyn AuthSession>> {
        let listener =
            Listener::start(&self.path).map_err(|error| bridge_error("auth.begin", error))?;
        let redirect_uri = listener.uri();
        Ok(Box::new(LoopbackSession { show: Arc::clone(&self.show), listener, redirect_uri }))
    }
}

struct LoopbackSession {
    show: Show,
    listener: Listener,
    redirect_uri: String,
}

impl fmt::Debug for LoopbackSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoopbackSession")
            .field("redirect_uri", &self.redirect_uri)
            .finish_non_exhaustive()
    }
}

#[core_async::async_trait]
impl AuthSession for LoopbackSession {
    fn redirect_uri(&self) -> &str {
        &self.redirect_uri
    }

    async fn authorize(mut self: Box<Self>, page: AuthPage) -> Result<AuthRedirect> {
        let operation = "auth.authorize";
        page.check()?;
        let ended = |kind| BridgeError::new(kind, operation);
        let sign_in = async {
            let (show, url) = (Arc::clone(&self.show), page.url.clone());
            // Before the page: a browser that is signed in already is back in no time.
            self.listener.expect(&page.state);
            let redirect = self.listener.redirect();
            let shown = task::spawn_blocking(move || show(&url));
            let (redirect, _) = core_async::try_join!(
                async { redirect.await.ok_or_else(|| ended(ErrorKind::Unavailable)) },
                async { shown.await.map_err(|error| ended(ErrorKind::Other).with_source(error))? },
            )?;
            Ok(redirect)
        };
        timeout(page.timeout, sign_in).await.map_err(|_| ended(ErrorKind::TimedOut))?
    }
}
