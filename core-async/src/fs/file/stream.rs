//! The stream of bytes that an open file is.

use std::future::poll_fn;
use std::io::{self, SeekFrom};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes};

use super::File;
use crate::fs::OpenFile;
use crate::io::{AsyncRead, AsyncSeek, AsyncWrite, ReadBuf};
use crate::marker::BoxFuture;
use crate::sys;

/// How many bytes one read or write handles at most, unless the program says otherwise.
const MAX_BUF_SIZE: usize = 2 * 1024 * 1024;

/// The state of an open file between two polls.
pub(super) struct Stream {
    file: Arc<dyn OpenFile>,
    append: bool,
    pub(super) max_buf_size: usize,
    // Where the next byte is read or written.
    position: u64,
    // What was read at `position` and not taken yet.
    ahead: Bytes,
    // A mutex only because boxed futures are not `Sync`; it is never locked.
    operation: Mutex<Option<Operation>>,
    seek: Option<SeekFrom>,
    // How a write failed that nobody was waiting for.
    failure: Option<io::Error>,
}

/// What is under way.
enum Operation {
    /// Reads at the position.
    Read(BoxFuture<'static, io::Result<Bytes>>),
    /// Writes, and says where that ended.
    Write(BoxFuture<'static, io::Result<u64>>),
    /// Makes what was written visible.
    Flush(BoxFuture<'static, io::Result<()>>),
    /// Asks for the length.
    Length(BoxFuture<'static, io::Result<u64>>),
}

impl Stream {
    pub(super) fn new(file: Arc<dyn OpenFile>, append: bool) -> Self {
        Self {
            file,
            append,
            max_buf_size: MAX_BUF_SIZE,
            position: 0,
            ahead: Bytes::new(),
            operation: Mutex::new(None),
            seek: None,
            failure: None,
        }
    }

    /// Waits for what was written.
    pub(super) async fn finish(&mut self) -> io::Result<()> {
        poll_fn(|cx| {
            ready!(self.poll_written(cx));
            Poll::Ready(self.failure.take().map_or(Ok(()), Err))
        })
        .await
    }

    fn operation(&mut self) -> &mut Option<Operation> {
        self.operation.get_mut().unwrap_or_else(PoisonError::into_inner)
    }

    /// Is ready when no write is under way. What else is under way is given up: it has changed
    /// nothing.
    fn poll_written(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if let Some(Operation::Write(writing)) = self.operation() {
            let outcome = ready!(writing.as_mut().poll(cx));
            *self.operation() = None;
            match outcome {
                Ok(end) => self.position = end,
                Err(error) => self.failure = Some(error),
            }
        }
        Poll::Ready(())
    }

    fn poll_read(&mut self, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_written(cx));
        if buf.remaining() == 0 {
            return Poll::Ready(Ok(()));
        }
        if self.ahead.is_empty() {
            let length = buf.remaining().min(self.max_buf_size);
            if !matches!(self.operation(), Some(Operation::Read(_))) {
                let (file, position) = (Arc::clone(&self.file), self.position);
                let reading = Box::pin(async move { file.read_at(position, length).await });
                *self.operation() = Some(Operation::Read(reading));
            }
            if let Some(Operation::Read(reading)) = self.operation() {
                let outcome = ready!(reading.as_mut().poll(cx));
                *self.operation() = None;
                self.ahead = outcome?;
            }
        }
        let taken = self.ahead.len().min(buf.remaining());
        buf.put_slice(&self.ahead[..taken]);
        self.ahead.advance(taken);
        self.position += taken as u64;
        Poll::Ready(Ok(()))
    }

    fn poll_write(&mut self, cx: &mut Context<'_>, data: &[u8]) -> Poll<io::Result<usize>> {
        ready!(self.poll_written(cx));
        if let Some(error) = self.failure.take() {
            return Poll::Ready(Err(error));
        }
        if data.is_empty() {
            return Poll::Ready(Ok(0));
        }
        self.ahead = Bytes::new();
        let data = Bytes::copy_from_slice(&data[..data.len().min(self.max_buf_size)]);
        let length = data.len();
        let (file, position, append) = (Arc::clone(&self.file), self.position, self.append);
        let writing = Box::pin(async move {
            let position = if append { file.metadata().await?.len() } else { position };
            file.write_at(position, data).await?;
            Ok(position + length as u64)
        });
        *self.operation() = Some(Operation::Write(writing));
        // Begins at once; whoever comes next waits for the end.
        let _ = self.poll_written(cx);
        match self.failure.take() {
            Some(error) => Poll::Ready(Err(error)),
            None => Poll::Ready(Ok(length)),
        }
    }

    fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_written(cx));
        if let Some(error) = self.failure.take() {
            return Poll::Ready(Err(error));
        }
        if !matches!(self.operation(), Some(Operation::Flush(_))) {
            let file = Arc::clone(&self.file);
            *self.operation() = Some(Operation::Flush(Box::pin(async move { file.flush().await })));
        }
        match self.operation() {
            Some(Operation::Flush(flushing)) => {
                let outcome = ready!(flushing.as_mut().poll(cx));
                *self.operation() = None;
                Poll::Ready(outcome)
            }
            _ => Poll::Ready(Ok(())),
        }
    }

    fn poll_seek(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<u64>> {
        ready!(self.poll_written(cx));
        let position = match self.seek {
            None => return Poll::Ready(Ok(self.position)),
            Some(SeekFrom::Start(position)) => Some(position),
            Some(SeekFrom::Current(offset)) => self.position.checked_add_signed(offset),
            Some(SeekFrom::End(offset)) => {
                let length = ready!(self.poll_length(cx));
                length.inspect_err(|_| self.seek = None)?.checked_add_signed(offset)
            }
        };
        self.seek = None;
        let Some(position) = position else {
            let refused = "a file does not go on before its start or after its last offset";
            return Poll::Ready(Err(io::Error::new(io::ErrorKind::InvalidInput, refused)));
        };
        if position != self.position {
            *self.operation() = None;
            self.ahead = Bytes::new();
            self.position = position;
        }
        Poll::Ready(Ok(position))
    }

    fn poll_length(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<u64>> {
        if !matches!(self.operation(), Some(Operation::Length(_))) {
            let file = Arc::clone(&self.file);
            let asking = Box::pin(async move { Ok(file.metadata().await?.len()) });
            *self.operation() = Some(Operation::Length(asking));
        }
        match self.operation() {
            Some(Operation::Length(asking)) => {
                let outcome = ready!(asking.as_mut().poll(cx));
                *self.operation() = None;
                Poll::Ready(outcome)
            }
            _ => Poll::Pending,
        }
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        if let Some(Operation::Write(writing)) = self.operation().take() {
            sys::task::finish(async move {
                // Whoever wants to know flushes.
                writing.await.ok();
            });
        }
    }
}

impl AsyncRead for File {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.stream.poll_read(cx, buf)
    }
}

impl AsyncWrite for File {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        data: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.stream.poll_write(cx, data)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream.poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_flush(cx)
    }
}

impl AsyncSeek for File {
    fn start_seek(mut self: Pin<&mut Self>, position: SeekFrom) -> io::Result<()> {
        self.stream.seek = Some(position);
        Ok(())
    }

    fn poll_complete(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<u64>> {
        self.stream.poll_seek(cx)
    }
}
