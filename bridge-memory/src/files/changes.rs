//! News of what changed, for those who watch a directory.

use bridge_traits::{BoxStream, path};
use core_async::sync::broadcast::error::RecvError;
use core_async::sync::broadcast::{self, Receiver, Sender};
use futures::stream;

/// How many changes wait for whoever watches. Missing some, a watcher hears that there was one.
const WAITING: usize = 16;

/// Tells of changes by the path they happened at.
#[derive(Debug)]
pub(super) struct Changes {
    paths: Sender<String>,
}

impl Default for Changes {
    fn default() -> Self {
        Self { paths: broadcast::channel(WAITING).0 }
    }
}

impl Changes {
    /// Tells everybody who watches a directory that holds `path`, or is it.
    pub(super) fn tell(&self, path: &str) {
        // Nobody may be watching.
        drop(self.paths.send(relative(path).to_owned()));
    }

    /// An item for each change at or below `directory`.
    pub(super) fn below(&self, directory: &str) -> BoxStream<'static, ()> {
        let listener =
            Listener { directory: relative(directory).to_owned(), paths: self.paths.subscribe() };
        Box::pin(stream::unfold(listener, Listener::next))
    }
}

/// Somebody who watches.
struct Listener {
    directory: String,
    paths: Receiver<String>,
}

impl Listener {
    async fn next(mut self) -> Option<((), Self)> {
        loop {
            match self.paths.recv().await {
                Ok(path) if !path::is_within(&path, &self.directory) => {}
                Ok(_) | Err(RecvError::Lagged(_)) => return Some(((), self)),
                Err(RecvError::Closed) => return None,
            }
        }
    }
}

fn relative(path: &str) -> &str {
    path.strip_prefix('/').unwrap_or(path)
}
