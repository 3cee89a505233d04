//! Signing in from a worker: the page shows, a page of our own origin brings the redirect back.

use std::fmt;
use std::rc::Rc;

use bridge_traits::{
    AuthPage, AuthRedirect, AuthSession, AuthTransport, BridgeError, ErrorKind, Result,
};
use core_async::sync::mpsc;
use core_async::time::timeout;
use wasm_bindgen::JsCast;
use web_sys::{BroadcastChannel, MessageEvent};

use crate::host::{JsError, Listener, property};

/// Asks the page to show an address.
type Show = Rc<dyn Fn(&str) -> Result<()>>;

/// An [`AuthTransport`] for a worker.
///
/// The page opens a window for the address it is handed (after a click, or browsers refuse), and
/// the provider sends that window back to `redirect_uri`, a page of the same origin which posts its
/// query to the `BroadcastChannel` named [`CHANNEL`](Self::CHANNEL) and closes itself:
///
/// ```json
/// { "type": "auth_redirect", "query": "code=…&state=…&iss=…" }
/// ```
///
/// Neither `window.opener` nor `popup.closed` is looked at: a provider's own headers break both. A
/// channel is heard by its own origin only, and each session takes nothing but its own state.
/// The state, and the verifier that the code is of no use without, never leave the worker by this
/// channel.
pub struct ChannelAuthTransport {
    show: Show,
    redirect_uri: String,
}

impl ChannelAuthTransport {
    /// The name of the channel that the page at the redirect address posts to.
    pub const CHANNEL: &'static str = "mpc-auth";

    /// Sends users back to `redirect_uri`, a page of this origin; `show` has the page show an
    /// address.
    pub fn new(
        redirect_uri: impl Into<String>,
        show: impl Fn(&str) -> Result<()> + 'static,
    ) -> Self {
        Self { show: Rc::new(show), redirect_uri: redirect_uri.into() }
    }
}

impl fmt::Debug for ChannelAuthTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChannelAuthTransport")
            .field("redirect_uri", &self.redirect_uri)
            .finish_non_exhaustive()
    }
}

#[core_async::async_trait]
impl AuthTransport for ChannelAuthTransport {
    async fn begin(&self) -> Result<Box<dyn AuthSession>> {
        let channel = BroadcastChannel::new(Self::CHANNEL).map_err(|error| {
            BridgeError::new(ErrorKind::Unsupported, "auth.begin").with_source(JsError::from(error))
        })?;
        let (told, redirects) = mpsc::unbounded_channel();
        let listener = Listener::new(&channel, "message", move |event| {
            let data = event.unchecked_into::<MessageEvent>().data();
            let text = |name| property(&data, name).and_then(|value| value.as_string());
            if text("type").as_deref() == Some("auth_redirect")
                && let Some(query) = text("query")
                && query.len() <= LONGEST_QUERY
            {
                told.send(AuthRedirect::parse(&query)).ok();
            }
        });
        let (show, redirect_uri) = (Rc::clone(&self.show), self.redirect_uri.clone());
        Ok(Box::new(ChannelSession { show, redirect_uri, channel, redirects, _listener: listener }))
    }
}

/// More than any redirect needs.
const LONGEST_QUERY: usize = 16 * 1024;

struct ChannelSession {
    show: Show,
    redirect_uri: String,
    channel: BroadcastChannel,
    redirects: mpsc::UnboundedReceiver<AuthRedirect>,
    _listener: Listener,
}

impl Drop for ChannelSession {
    fn drop(&mut self) {
        self.channel.close();
    }
}

impl fmt::Debug for ChannelSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChannelSession")
            .field("redirect_uri", &self.redirect_uri)
            .finish_non_exhaustive()
    }
}

#[core_async::async_trait]
impl AuthSession for ChannelSession {
    fn redirect_uri(&self) -> &str {
        &self.redirect_uri
    }

    async fn authorize(mut self: Box<Self>, page: AuthPage) -> Result<AuthRedirect> {
        page.check()?;
        (self.show)(&page.url)?;
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
