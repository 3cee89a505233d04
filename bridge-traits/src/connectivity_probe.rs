//! Whether a program is connected, found out without asking a third party.

use std::sync::Arc;
use std::time::Duration;

use crate::{Connectivity, HttpClient, Method, NetworkMonitor, Request};

/// How long an answer may take. A connection that is slower than this is of no use for music.
const PATIENCE: Duration = Duration::from_secs(5);

/// Says whether there is a way out: by what the host knows of its own links and, if the host names
/// one, by a server of its choice. Nobody is asked whom it did not name.
///
/// Ask it when somebody wants to know, for example when a user presses "try again". To be told of
/// changes, [watch](NetworkMonitor::watch) the monitor.
#[derive(Clone, Debug)]
pub struct ConnectivityProbe {
    monitor: Arc<dyn NetworkMonitor>,
    server: Option<(Arc<dyn HttpClient>, String)>,
}

impl ConnectivityProbe {
    /// A probe that goes by the host's own links and sends nothing.
    pub fn new(monitor: Arc<dyn NetworkMonitor>) -> Self {
        Self { monitor, server: None }
    }

    /// Also asks `url`, which should be a server that the program talks to anyway. Any answer will
    /// do, whatever its status.
    #[must_use]
    pub fn asking(mut self, http: Arc<dyn HttpClient>, url: impl Into<String>) -> Self {
        self.server = Some((http, url.into()));
        self
    }

    /// Whether there is a way out, as far as can be told. Without a link nothing is sent.
    ///
    /// # Cancellation
    ///
    /// Dropping the future aborts the request.
    pub async fn probe(&self) -> Connectivity {
        let own = self.monitor.state().connectivity;
        match &self.server {
            Some((http, url)) if own != Connectivity::Offline => {
                let request = Request::new(Method::Head, url).with_timeout(PATIENCE);
                match http.send(request).await {
                    Ok(_) => Connectivity::Online,
                    // A redirect that the host hides is an answer too.
                    Err(error) if error.kind() == crate::ErrorKind::Unsupported => {
                        Connectivity::Online
                    }
                    Err(_) => Connectivity::Offline,
                }
            }
            _ => own,
        }
    }
}
