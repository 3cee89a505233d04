//! Hearing from the operating system what happens in a folder.

use std::path::Path;
use std::sync::Arc;

use bridge_traits::{BoxStream, BridgeError, ErrorKind, Result};
use core_async::sync::Notify;
use futures::stream;
use notify::event::{AccessKind, AccessMode, EventKind};
use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher};

use super::bridge_error;

/// Listens for as long as it lives.
#[derive(Debug)]
pub(super) struct FolderWatch {
    touched: Arc<Notify>,
    _watcher: RecommendedWatcher,
}

impl FolderWatch {
    /// Listens to what happens in a folder and all those below it.
    pub(super) fn start(folder: &Path) -> Result<Self> {
        if !folder.is_dir() {
            return Err(BridgeError::new(ErrorKind::NotFound, "files.watch"));
        }
        let touched = Arc::new(Notify::new());
        let tell = Arc::clone(&touched);
        let mut watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
            // After an error something may have been missed.
            if event.map_or(true, |event| is_change(event.kind)) {
                tell.notify_one();
            }
        })
        .map_err(failed)?;
        watcher.watch(folder, RecursiveMode::Recursive).map_err(failed)?;
        Ok(Self { touched, _watcher: watcher })
    }

    /// An item after one or more changes.
    pub(super) fn changes(self) -> BoxStream<'static, ()> {
        Box::pin(stream::unfold(self, |watch| async {
            watch.touched.notified().await;
            Some(((), watch))
        }))
    }
}

/// Who only looks changes nothing; above all, we look whenever something has changed.
fn is_change(kind: EventKind) -> bool {
    match kind {
        EventKind::Access(access) => access == AccessKind::Close(AccessMode::Write),
        _ => true,
    }
}

fn failed(error: notify::Error) -> BridgeError {
    let operation = "files.watch";
    let (kind, detail) = match error.kind {
        notify::ErrorKind::Io(error) => return bridge_error(operation, error),
        notify::ErrorKind::PathNotFound => (ErrorKind::NotFound, None),
        notify::ErrorKind::MaxFilesWatch => {
            let detail = "the system has no watch to spare: on Linux, raise \
                fs.inotify.max_user_watches";
            (ErrorKind::QuotaExceeded, Some(detail))
        }
        _ => (ErrorKind::Other, None),
    };
    let failure = BridgeError::new(kind, operation);
    match detail {
        Some(detail) => failure.with_detail(detail),
        None => failure.with_source(error),
    }
}

#[cfg(test)]
mod tests {
    use notify::event::{CreateKind, ModifyKind};

    use super::*;

    #[test]
    fn looking_is_no_change() {
        for kind in [AccessKind::Read, AccessKind::Open(AccessMode::Read), AccessKind::Any] {
            assert!(!is_change(EventKind::Access(kind)), "{kind:?}");
        }
        assert!(!is_change(EventKind::Access(AccessKind::Close(AccessMode::Read))));
        assert!(is_change(EventKind::Access(AccessKind::Close(AccessMode::Write))));
        assert!(is_change(EventKind::Create(CreateKind::File)));
        assert!(is_change(EventKind::Modify(ModifyKind::Any)));
        assert!(is_change(EventKind::Any));
    }

    #[test]
    fn a_lack_of_watches_says_what_to_do() {
        let failure = failed(notify::Error::new(notify::ErrorKind::MaxFilesWatch));
        assert_eq!(failure.kind(), ErrorKind::QuotaExceeded);
        assert!(failure.to_string().contains("max_user_watches"), "{failure}");
    }
}
