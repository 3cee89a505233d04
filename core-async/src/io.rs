//! Reading and writing bytes: one family of traits on every platform.
//!
//! These are tokio's traits and types; they need no runtime and no files.
//!
//! # Examples
//!
//! ```
//! use core_async::io::{self, AsyncReadExt, AsyncWriteExt};
//!
//! # #[core_async::main]
//! # async fn main() -> io::Result<()> {
//! let (mut near, mut far) = io::duplex(64);
//! near.write_all(b"in tune").await?;
//! drop(near);
//! let mut text = String::new();
//! far.read_to_string(&mut text).await?;
//! assert_eq!(text, "in tune");
//! # Ok(())
//! # }
//! ```

pub use std::io::{Error, ErrorKind, Result, SeekFrom};

pub use tokio::io::{
    AsyncBufRead, AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncSeek, AsyncSeekExt, AsyncWrite,
    AsyncWriteExt, BufReader, BufStream, BufWriter, Chain, DuplexStream, Empty, Join, Lines,
    ReadBuf, ReadHalf, Repeat, SimplexStream, Sink, Split, Take, WriteHalf, copy,
    copy_bidirectional, copy_bidirectional_with_sizes, copy_buf, duplex, empty, join, repeat,
    simplex, sink, split,
};
