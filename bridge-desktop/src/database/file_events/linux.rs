//! Linux tells that a file was touched through inotify; a thread sleeps until then.

use std::ffi::{OsStr, OsString};
use std::mem::MaybeUninit;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::sync::Arc;
use std::thread;

use rustix::event::{EventfdFlags, PollFd, PollFlags, eventfd, poll};
use rustix::fs::inotify::{self, CreateFlags, ReadFlags, WatchFlags};
use rustix::io::Errno;

/// Listens for as long as it lives.
#[derive(Debug)]
pub(super) struct FileEvents {
    /// Written to, it ends the thread.
    stop: Arc<OwnedFd>,
}

impl FileEvents {
    /// Calls `touched` after the file of that name in `folder` was touched. `None` if the system
    /// has no watch to spare.
    pub(super) fn start(
        folder: &Path,
        name: &OsStr,
        touched: impl Fn() + Send + 'static,
    ) -> Option<Self> {
        let events = inotify::init(CreateFlags::CLOEXEC | CreateFlags::NONBLOCK).ok()?;
        inotify::add_watch(&events, folder, WatchFlags::ATTRIB).ok()?;
        let stop = Arc::new(eventfd(0, EventfdFlags::CLOEXEC).ok()?);
        let (stopped, name) = (Arc::clone(&stop), name.to_owned());
        thread::Builder::new()
            .name("mpc-database".to_owned())
            .spawn(move || {
                while let Ok(Some(ours)) = wait(&events, &stopped, &name) {
                    if ours {
                        touched();
                    }
                }
            })
            .ok()?;
        Some(Self { stop })
    }
}

impl Drop for FileEvents {
    fn drop(&mut self) {
        rustix::io::write(&self.stop, &1_u64.to_ne_bytes()).ok();
    }
}

/// Waits for events and says whether one is about the file; `None` says to stop.
fn wait(events: &OwnedFd, stop: &OwnedFd, name: &OsString) -> Result<Option<bool>, Errno> {
    let mut ready = [PollFd::new(events, PollFlags::IN), PollFd::new(stop, PollFlags::IN)];
    loop {
        match poll(&mut ready, None) {
            Err(Errno::INTR) => {}
            result => {
                result?;
                break;
            }
        }
    }
    if !ready[1].revents().is_empty() {
        return Ok(None);
    }
    let mut buffer = [MaybeUninit::uninit(); 4096];
    let mut reader = inotify::Reader::new(events, &mut buffer);
    let mut ours = false;
    loop {
        match reader.next() {
            // More has happened than the kernel remembers: it may be about the file.
            Ok(event) if event.events().contains(ReadFlags::QUEUE_OVERFLOW) => ours = true,
            Ok(event) => {
                ours |= event.file_name().is_some_and(|file| file.to_bytes() == name.as_bytes());
            }
            Err(Errno::INTR) => {}
            Err(Errno::AGAIN) => return Ok(Some(ours)),
            Err(error) => return Err(error),
        }
    }
}
