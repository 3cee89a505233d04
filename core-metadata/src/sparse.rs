//! Reading tags from far away, where every byte and every request counts.

use std::sync::Arc;

use bridge_traits::ReadAt;
use core_async::task;

use crate::MetadataError;
use crate::audio_file::AudioFile;
use crate::container;
use crate::tags::Want;
use crate::window::{Stop, Window};

/// What may be read of one file.
const BUDGET: u64 = 2 * 1024 * 1024;

/// The start of every file: enough for the headers and tags of most.
const HEAD: u64 = 8 * 1024;

/// The end of every file: enough for the tags of old, and the last page of Ogg.
const TAIL: u64 = 4 * 1024;

/// Reads tags and properties of a file that is far away: the start and the end of it at the same
/// time, then only the ranges that its headers point to, a few kilobytes each. A description at the
/// end of an MP4 file is found that way, too; pictures are stepped over.
///
/// What needs a look at more of the file stays out: the [signature](AudioFile::signature), and the
/// check that long frames at the end are whole. Everything else is as
/// [`read_audio_file`](crate::read_audio_file) gives it, except that estimates are made from less.
///
/// # Errors
///
/// Fails if the file is not whole audio that is known here, or as the host does.
///
/// # Cancellation
///
/// Dropping the future leaves nothing behind.
pub async fn read_sparse(file: Arc<dyn ReadAt>) -> Result<AudioFile, MetadataError> {
    let length = file.length();
    if length == 0 {
        return Err(MetadataError::Empty);
    }
    let mut window = Window::sparse(Arc::clone(&file), BUDGET);
    if length <= HEAD + TAIL {
        window.insert(0, read(&*file, 0, length).await?);
    } else {
        let (head, tail) =
            core_async::try_join!(read(&*file, 0, HEAD), read(&*file, length - TAIL, TAIL))?;
        window.insert(0, head);
        window.insert(length - TAIL, tail);
    }
    loop {
        let parse = task::spawn_blocking(move || {
            let outcome = container::read(&mut window, Want::Fields);
            (window, outcome)
        });
        let (same_window, outcome) = parse.await.map_err(|_| MetadataError::Interrupted)?;
        window = same_window;
        match outcome {
            Ok(parsed) => return Ok(AudioFile::new(&window, None, parsed)),
            Err(Stop::Failed(error)) => return Err(error),
            Err(Stop::Missing { offset, length }) => window.fetch_missing(offset, length).await?,
        }
    }
}

async fn read(file: &dyn ReadAt, offset: u64, length: u64) -> Result<bytes::Bytes, MetadataError> {
    let size = usize::try_from(length).map_err(|_| MetadataError::TooLarge)?;
    let bytes = file.read_at(offset, size).await.map_err(MetadataError::Read)?;
    if bytes.len() == size { Ok(bytes) } else { Err(MetadataError::Truncated) }
}
