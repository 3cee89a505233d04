//! A download that goes on where it broke.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use core_async::time::sleep;
use futures::{StreamExt, stream};

use super::{Checkpoint, Part, RangeAnswer, TransferFault, Validator, send_range};
use crate::{BridgeError, ByteRange, ByteStream, HttpClient, Request, Response, Result};

/// How many connections in a row may break without getting anywhere.
const FRUITLESS: u32 = 5;

/// How many bytes are "anywhere", so that a server that gives one byte per connection is given up.
const PROGRESS: u64 = 4 * 1024;

/// What is asked for at a time after a connection brought nothing at all; a quarter of it after the
/// next one, but never less than progress takes.
const PIECE: u64 = 256 * 1024;

/// The wait after the first fruitless connection; every further one takes twice as long.
const FIRST_WAIT: Duration = Duration::from_millis(100);

/// A file on its way, in order and without gaps.
///
/// When a connection breaks, the next one asks for the rest, provided that the server names the
/// version of the file with a strong tag and the version is still the same. Bytes of two versions
/// are never mixed: if the file changes half-way, [`next`](Self::next) fails with `Conflict`.
///
/// After any other error, and after a restart of the program, [`resume`](Self::resume) goes on from
/// the [`checkpoint`](Self::checkpoint).
///
/// # Examples
///
/// ```
/// # use std::sync::Arc;
/// # use bridge_traits::{HttpClient, Request, Result};
/// use bridge_traits::download::Download;
///
/// # async fn example(client: Arc<dyn HttpClient>, file: &mut Vec<u8>) -> Result<()> {
/// let request = Request::get("https://music.example/a.flac");
/// let mut download = Download::start(client, request).await?;
/// while let Some(piece) = download.next().await? {
///     file.extend_from_slice(&piece);
/// }
/// # Ok(())
/// # }
/// ```
pub struct Download {
    client: Arc<dyn HttpClient>,
    request: Request,
    done: Checkpoint,
    body: Body,
    /// Where the latest connection began.
    connected_at: u64,
    fruitless: u32,
    /// How much to ask for at a time; everything if `None`. A browser throws away what has arrived
    /// but was not read yet when a connection breaks, so a server that hangs up after so many bytes
    /// gets anywhere only if it is asked for less.
    piece: Option<u64>,
}

enum Body {
    Open(ByteStream),
    /// To be asked for from the current position on.
    Broken,
    Over,
}

impl Download {
    /// Asks for the file from its first byte on. `request` is a plain `GET`; ranges are added here.
    ///
    /// # Errors
    ///
    /// Fails as the client does, as [`Response::or_status_error`] says for a status that brings no
    /// file, or with a [`TransferFault`] as its source.
    pub async fn start(client: Arc<dyn HttpClient>, request: Request) -> Result<Self> {
        Self::resume(client, request, &Checkpoint::default()).await
    }

    /// Goes on from `checkpoint`, or starts over if the file has changed since or cannot be
    /// identified: [`position`](Self::position) says where the next byte belongs, and what the
    /// caller holds beyond it is void.
    ///
    /// # Errors
    ///
    /// As for [`start`](Self::start).
    pub async fn resume(
        client: Arc<dyn HttpClient>,
        request: Request,
        checkpoint: &Checkpoint,
    ) -> Result<Self> {
        let is_usable = checkpoint.position > 0 && checkpoint.validator.is_some();
        let done = if is_usable { checkpoint.clone() } else { Checkpoint::default() };
        let mut download = Self {
            client,
            request,
            connected_at: done.position,
            done,
            body: Body::Broken,
            fruitless: 0,
            piece: None,
        };
        match download.connect().await {
            Err(error) if is_usable && fault(&error) == Some(TransferFault::Changed) => {
                download.done = Checkpoint::default();
                download.connect().await?;
            }
            other => other?,
        }
        Ok(download)
    }

    /// The next bytes, or `None` when the file is complete.
    ///
    /// # Errors
    ///
    /// Fails with `Conflict` if the file changes half-way, with the connection's own error if it
    /// breaks and cannot be resumed or does not get anywhere, or with a [`TransferFault`] as its
    /// source.
    ///
    /// # Cancellation
    ///
    /// Dropping the future loses no bytes: the next call goes on.
    pub async fn next(&mut self) -> Result<Option<Bytes>> {
        loop {
            let step = match &mut self.body {
                Body::Over => return Ok(None),
                Body::Broken => match self.connect().await {
                    Ok(()) => continue,
                    Err(error) => Err(error),
                },
                Body::Open(body) => body.next().await.transpose(),
            };
            match step {
                Ok(Some(piece)) if piece.is_empty() => {}
                Ok(Some(piece)) => {
                    self.done.position += piece.len() as u64;
                    return Ok(Some(piece));
                }
                Ok(None) if self.is_complete() => self.body = Body::Over,
                // The server sent less than we asked for, which it may.
                Ok(None) => self.breaks(TransferFault::TooShort.into()).await?,
                Err(error) => self.breaks(error).await?,
            }
        }
    }

    /// Where the next byte belongs.
    pub fn position(&self) -> u64 {
        self.done.position
    }

    /// How long the file is, where the server said so.
    pub fn total(&self) -> Option<u64> {
        self.done.total
    }

    /// What to keep for going on later.
    pub fn checkpoint(&self) -> Checkpoint {
        self.done.clone()
    }

    /// The rest as a stream that ends after its first error.
    pub fn into_stream(self) -> ByteStream {
        Box::pin(stream::unfold(Some(self), |download| async {
            let mut download = download?;
            match download.next().await {
                Ok(Some(piece)) => Some((Ok(piece), Some(download))),
                Ok(None) => None,
                Err(error) => Some((Err(error), None)),
            }
        }))
    }

    fn is_complete(&self) -> bool {
        self.done.total.is_some_and(|total| self.done.position >= total)
    }

    /// Takes note of a connection that broke; fails if it is not worth another.
    async fn breaks(&mut self, error: BridgeError) -> Result<()> {
        let is_resumable = self.done.position == 0 || self.done.validator.is_some();
        let made = self.done.position - self.connected_at;
        self.fruitless = if made < PROGRESS { self.fruitless + 1 } else { 0 };
        if made == 0 {
            self.piece = Some(self.piece.map_or(PIECE, |piece| (piece / 4).max(PROGRESS)));
        }
        if !error.is_retryable() || !is_resumable || self.fruitless > FRUITLESS {
            // Another call would only find the same; a new download may not.
            self.body = Body::Over;
            return Err(error);
        }
        // Before the wait, so that a dropped future has not kept the broken connection.
        self.body = Body::Broken;
        self.connected_at = self.done.position;
        if self.fruitless > 0 {
            sleep(FIRST_WAIT * 2_u32.pow(self.fruitless - 1)).await;
        }
        Ok(())
    }

    /// Asks for the rest.
    async fn connect(&mut self) -> Result<()> {
        self.connected_at = self.done.position;
        let start = self.done.position;
        let piece = self.piece.and_then(|length| ByteRange::of_length(start, length));
        let range = piece.unwrap_or(ByteRange::from_start(start));
        let known = self.done.validator.as_ref().filter(|_| self.done.position > 0);
        let answer = send_range(&*self.client, self.request.clone(), range, known).await?;
        match answer {
            RangeAnswer::Part(part) | RangeAnswer::Whole(part) if self.done.position == 0 => {
                self.done.total = part.total;
                self.done.validator = part.validator;
                self.body = Body::Open(part.body);
            }
            RangeAnswer::Part(part) => {
                self.check_version(&part)?;
                self.body = Body::Open(part.body);
            }
            // The server ignores ranges, but the file is the same: what we have is skipped.
            RangeAnswer::Whole(part) => {
                self.check_version(&part)?;
                self.body = Body::Open(skip(part.body, self.done.position));
            }
            RangeAnswer::PastEnd { total: Some(0) } if self.done.position == 0 => {
                self.done.total = Some(0);
                self.body = Body::Over;
            }
            RangeAnswer::PastEnd { total }
                if self.done.position > 0 && total == Some(self.done.position) =>
            {
                self.done.total = total;
                self.body = Body::Over;
            }
            RangeAnswer::PastEnd { .. } => return Err(TransferFault::Changed.into()),
            RangeAnswer::Other(response) => return Err(status_error(&response)),
        }
        Ok(())
    }

    fn check_version(&self, part: &Part) -> Result<(), TransferFault> {
        let is_same = same(self.done.validator.as_ref(), part.validator.as_ref())
            && (part.total.is_none() || self.done.total.is_none() || part.total == self.done.total);
        if is_same { Ok(()) } else { Err(TransferFault::Changed) }
    }
}

fn same(one: Option<&Validator>, other: Option<&Validator>) -> bool {
    one.is_some() && one == other
}

/// The fault behind an error.
fn fault(error: &BridgeError) -> Option<TransferFault> {
    std::error::Error::source(error)?.downcast_ref().copied()
}

fn status_error(response: &Response) -> BridgeError {
    response.status_error(None).unwrap_or_else(|| TransferFault::WrongRange.into())
}

/// `body` without its first `length` bytes.
fn skip(body: ByteStream, mut length: u64) -> ByteStream {
    Box::pin(body.map(move |piece| {
        piece.map(|mut piece: Bytes| {
            let skipped = usize::try_from(length).unwrap_or(usize::MAX).min(piece.len());
            length -= skipped as u64;
            piece.split_off(skipped)
        })
    }))
}

impl fmt::Debug for Download {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Download")
            .field("request", &self.request)
            .field("done", &self.done)
            .finish_non_exhaustive()
    }
}
