//! What other tabs do with the same hosts, over a `BroadcastChannel`.

use std::fmt;
use std::time::Duration;

use bridge_traits::policy::{HostNews, HostNewsChannel};
use bridge_traits::{BoxStream, BridgeError, ErrorKind, Result};
use core_async::sync::mpsc;
use futures::stream;
use js_sys::{Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{BroadcastChannel, MessageEvent};

use crate::host::{JsError, Listener, property};

/// The name of the channel. What it carries is of no use to anybody else, and anybody else of the
/// same origin could ask the same hosts without it.
const CHANNEL: &str = "mpc-hosts";

/// A [`HostNewsChannel`] between all tabs and workers of this origin.
pub struct ChannelHostNews {
    channel: BroadcastChannel,
}

impl ChannelHostNews {
    /// Joins the channel.
    ///
    /// # Errors
    ///
    /// Fails with `Unsupported` where there is no `BroadcastChannel`.
    pub fn new() -> Result<Self> {
        let channel = BroadcastChannel::new(CHANNEL).map_err(|error| {
            BridgeError::new(ErrorKind::Unsupported, "http.host_news")
                .with_source(JsError::from(error))
        })?;
        Ok(Self { channel })
    }
}

impl HostNewsChannel for ChannelHostNews {
    fn tell(&self, news: &HostNews) {
        if let Some(message) = message(news) {
            // It only throws once the channel is closed.
            self.channel.post_message(&message).ok();
        }
    }

    fn listen(&self) -> BoxStream<'static, HostNews> {
        let (told, news) = mpsc::unbounded_channel();
        let listener = Listener::new(&self.channel, "message", move |event| {
            if let Some(news) = read(&event.unchecked_into::<MessageEvent>().data()) {
                told.send(news).ok();
            }
        });
        Box::pin(stream::unfold((news, listener), async |(mut news, listener)| {
            let told = news.recv().await?;
            Some((told, (news, listener)))
        }))
    }
}

/// News as an object: `{type: "host", origin, wait_millis?}`.
fn message(news: &HostNews) -> Option<JsValue> {
    let (origin, wait) = match news {
        HostNews::Started { origin } => (origin, None),
        HostNews::Paused { origin, wait } => (origin, Some(wait.as_secs_f64() * 1_000.0)),
        _ => return None,
    };
    let message = Object::new();
    let fields = [("type", "host".into()), ("origin", origin.as_str().into())];
    for (name, value) in fields.into_iter().chain(wait.map(|wait| ("wait_millis", wait.into()))) {
        Reflect::set(&message, &name.into(), &value).ok()?;
    }
    Some(message.into())
}

/// What is no such object is not for us.
fn read(message: &JsValue) -> Option<HostNews> {
    let text = |name| property(message, name)?.as_string();
    if text("type")? != "host" {
        return None;
    }
    let origin = text("origin")?;
    Some(match property(message, "wait_millis") {
        None => HostNews::Started { origin },
        Some(wait) => {
            let wait = Duration::try_from_secs_f64(wait.as_f64()? / 1_000.0).ok()?;
            HostNews::Paused { origin, wait }
        }
    })
}

impl Drop for ChannelHostNews {
    fn drop(&mut self) {
        self.channel.close();
    }
}

impl fmt::Debug for ChannelHostNews {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChannelHostNews").finish_non_exhaustive()
    }
}
