//! A file that can be changed anywhere, on bridges that can only replace files as a whole.

use std::io;
use std::sync::Arc;

use bytes::Bytes;
use core_async::fs::{Metadata, OpenFile, OpenOptions};
use core_async::sync::{Mutex, mpsc};
use core_async::task::{self, AbortOnDropHandle};
use futures::stream;

use super::async_files::to_io;
use super::{FileSystemAccess, ReadAt};
use crate::{BridgeError, ErrorKind, Result};

/// How much of the old content is carried over at once.
const CHUNK: u64 = 256 * 1024;

/// An open file. Writing streams a new version of it, made of what is written and of the old content
/// around it, which replaces the file with `flush`.
#[derive(Debug)]
pub(super) struct RewrittenFile {
    files: Arc<dyn FileSystemAccess>,
    path: String,
    may_write: bool,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    /// The content as it is, `None` if it counts as empty.
    content: Option<Arc<dyn ReadAt>>,
    next: Option<NextVersion>,
}

/// The version that is being written.
#[derive(Debug)]
struct NextVersion {
    /// How much of the old content is in it.
    kept: u64,
    /// How much has been handed to the bridge.
    position: u64,
    is_whole: bool,
    parts: mpsc::Sender<Part>,
    writing: AbortOnDropHandle<Result<()>>,
}

/// What the bridge is handed. If it ends without an end, the version was given up.
#[derive(Debug)]
enum Part {
    Chunk(Bytes),
    End,
}

impl RewrittenFile {
    pub(super) async fn open(
        files: Arc<dyn FileSystemAccess>,
        path: &str,
        options: &OpenOptions,
    ) -> Result<Self> {
        let content = Some(files.open(path).await?);
        let mut file = Self {
            files,
            path: path.to_owned(),
            may_write: options.is_write(),
            state: Mutex::new(State { content, next: None }),
        };
        if options.is_truncate() {
            let next = file.begin(0);
            let state = file.state.get_mut();
            state.content = None;
            state.next = Some(next);
        }
        Ok(file)
    }

    /// Begins a version that keeps `kept` bytes of the old content, where nothing else is written.
    fn begin(&self, kept: u64) -> NextVersion {
        let (parts, received) = mpsc::channel(1);
        let body = Box::pin(stream::unfold(received, |mut received| async move {
            match received.recv().await {
                Some(Part::Chunk(chunk)) => Some((Ok(chunk), received)),
                Some(Part::End) => None,
                None => Some((Err(given_up()), received)),
            }
        }));
        let (files, path) = (Arc::clone(&self.files), self.path.clone());
        let writing = task::spawn(async move { files.write(&path, body).await });
        let writing = AbortOnDropHandle::new(writing);
        NextVersion { kept, position: 0, is_whole: false, parts, writing }
    }

    /// Puts the version that is being written in the place of the file. Given up on the way, it goes
    /// on with the next call.
    async fn commit(&self, state: &mut State) -> Result<()> {
        let Some(next) = &mut state.next else { return Ok(()) };
        let outcome = next.finish(state.content.as_ref()).await;
        state.next = None;
        // Whether it worked or not: what is there now.
        state.content = Some(self.files.open(&self.path).await?);
        outcome
    }

    /// Adds `data` to the version that is being written, or begins one.
    async fn extend(&self, state: &mut State, offset: u64, data: Bytes) -> Result<()> {
        if state.next.as_ref().is_some_and(|next| offset < next.position || next.is_whole) {
            self.commit(state).await?;
        }
        let kept = state.length();
        let State { content, next } = state;
        let next = next.get_or_insert_with(|| self.begin(kept));
        let outcome = async {
            next.carry_over(content.as_ref(), offset).await?;
            next.send(data).await
        };
        let outcome = outcome.await;
        if outcome.is_err() {
            state.next = None;
        }
        outcome
    }

    fn check_may_write(&self) -> io::Result<()> {
        if self.may_write { Ok(()) } else { Err(io::ErrorKind::PermissionDenied.into()) }
    }
}

impl State {
    /// The length that the file will have.
    fn length(&self) -> u64 {
        let length = self.content.as_ref().map_or(0, |content| content.length());
        self.next.as_ref().map_or(length, |next| next.kept.max(next.position))
    }
}

impl NextVersion {
    /// Hands the old content up to `end` to the bridge, and zeros where there is none.
    async fn carry_over(&mut self, content: Option<&Arc<dyn ReadAt>>, end: u64) -> Result<()> {
        while self.position < end {
            let length = (end - self.position).min(CHUNK);
            let kept = self.kept.saturating_sub(self.position).min(length);
            let chunk = match content {
                Some(content) if kept > 0 => content.read_at(self.position, to_usize(kept)).await?,
                _ => Bytes::from(vec![0; to_usize(length)]),
            };
            if chunk.is_empty() {
                return Err(BridgeError::new(ErrorKind::Conflict, "files.rewrite")
                    .with_detail("the file became shorter while it was rewritten"));
            }
            self.send(chunk).await?;
        }
        Ok(())
    }

    async fn send(&mut self, chunk: Bytes) -> Result<()> {
        let length = chunk.len() as u64;
        if self.parts.send(Part::Chunk(chunk)).await.is_err() {
            return Err(self.outcome().await.err().unwrap_or_else(given_up));
        }
        self.position += length;
        Ok(())
    }

    /// Hands the rest to the bridge and waits until it has replaced the file.
    async fn finish(&mut self, content: Option<&Arc<dyn ReadAt>>) -> Result<()> {
        if !self.is_whole {
            self.carry_over(content, self.kept).await?;
            // A bridge that has stopped says why.
            self.parts.send(Part::End).await.ok();
            self.is_whole = true;
        }
        self.outcome().await
    }

    /// Waits for the bridge. Nothing may be asked afterwards.
    async fn outcome(&mut self) -> Result<()> {
        (&mut self.writing).await.unwrap_or_else(|_| Err(given_up()))
    }
}

#[core_async::async_trait]
impl OpenFile for RewrittenFile {
    async fn metadata(&self) -> io::Result<Metadata> {
        Ok(Metadata::file(self.state.lock().await.length()))
    }

    async fn read_at(&self, offset: u64, length: usize) -> io::Result<Bytes> {
        let mut state = self.state.lock().await;
        self.commit(&mut state).await.map_err(to_io)?;
        let content = state.content.clone();
        drop(state);
        match content {
            Some(content) => content.read_at(offset, length).await.map_err(to_io),
            None => Ok(Bytes::new()),
        }
    }

    async fn write_at(&self, offset: u64, data: Bytes) -> io::Result<()> {
        self.check_may_write()?;
        let mut state = self.state.lock().await;
        self.extend(&mut state, offset, data).await.map_err(to_io)
    }

    async fn set_len(&self, length: u64) -> io::Result<()> {
        self.check_may_write()?;
        let mut state = self.state.lock().await;
        self.commit(&mut state).await.map_err(to_io)?;
        let mut next = self.begin(state.length().min(length));
        next.carry_over(state.content.as_ref(), length).await.map_err(to_io)?;
        state.next = Some(next);
        self.commit(&mut state).await.map_err(to_io)
    }

    async fn flush(&self) -> io::Result<()> {
        self.commit(&mut *self.state.lock().await).await.map_err(to_io)
    }

    async fn sync(&self) -> io::Result<()> {
        self.flush().await
    }
}

/// The error of a version that does not take effect.
fn given_up() -> BridgeError {
    BridgeError::new(ErrorKind::Cancelled, "files.rewrite")
        .with_detail("the file was closed before what was written took effect")
}

/// A chunk always fits.
fn to_usize(value: u64) -> usize {
    usize::try_from(value).unwrap_or(usize::MAX)
}
