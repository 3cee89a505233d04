//! Hearing of other processes' commits without asking again and again.
//!
//! What SQLite writes into its log says nothing yet: a commit counts once it stands in shared
//! memory, which no file system reports. So whoever has committed touches the log afterwards, and
//! the system tells every adapter that watches the folder.

use std::fs::{File, FileTimes};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use bridge_traits::ErrorKind;
use core_async::sync::Notify;
use core_async::task::{self, AbortOnDropHandle};

use super::file_events::FileEvents;
use super::news::News;
use super::readers::{Question, Readers};
use super::rows;

/// Listens for as long as it lives.
#[derive(Debug)]
pub(super) struct FileWatch {
    _events: FileEvents,
    _reading: AbortOnDropHandle<()>,
}

impl FileWatch {
    /// Tells the watchers of `news` what others commit to the database at `path`. `None` where the
    /// system cannot watch a folder; then only one's own commits are told.
    pub(super) fn start(path: &Path, readers: Readers, news: Arc<News>) -> Option<Self> {
        let log = log_of(path);
        let folder = match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        let touched = Arc::new(Notify::new());
        let wake = Arc::clone(&touched);
        let events = FileEvents::start(folder, log.file_name()?, move || wake.notify_one())?;
        let reading = task::spawn(async move {
            // What was committed before the folder was watched.
            touched.notify_one();
            loop {
                touched.notified().await;
                if !tell(&readers, &news).await {
                    break;
                }
            }
        });
        Some(Self { _events: events, _reading: AbortOnDropHandle::new(reading) })
    }
}

/// Tells of the commits that were not told yet; says whether there can be more.
async fn tell(readers: &Readers, news: &News) -> bool {
    let read = |row: &rusqlite::Row<'_>| Ok((rows::cell(row, 0)?, rows::cell(row, 1)?));
    let question = Question { statements: vec![news.unheard()], enough: usize::MAX, read };
    match readers.read((), vec![question]).await {
        Ok(heard) => news.publish(heard.into_iter().flatten().collect()),
        // Closed for good. After another error the next commit wakes us again, and then tells of this
        // one too.
        Err(error) => return error.kind() != ErrorKind::InvalidRequest,
    }
    true
}

/// Tells other processes that something was committed to the database at `path`.
pub(super) fn touch(path: &Path) {
    // Failing, it only keeps others from hearing of this commit before the next one. This is the
    // log and not the database, whose locks would go with the handle that is closed here.
    if let Ok(log) = File::options().append(true).open(log_of(path)) {
        // Both times: Linux takes a new time of writing alone for writing.
        let now = SystemTime::now();
        log.set_times(FileTimes::new().set_accessed(now).set_modified(now)).ok();
    }
}

fn log_of(path: &Path) -> PathBuf {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    log.into()
}
