//! Fetching what a demuxer will need while it works on what is here.

use std::ops::Range;

use bridge_traits::{Result, SparseReader};
use core_async::task::{self, AbortOnDropHandle};

/// How much is fetched at a time.
const PIECE: u64 = 448 * 1024;

/// With less than this left the next piece is fetched, so that a server has a while to answer, to ask
/// for another token, or to be asked again.
const LOW: u64 = 384 * 1024;

/// With less than this left the demuxer waits: it reads up to 32 KiB ahead itself, in addition to a
/// packet.
const NEEDED: u64 = 128 * 1024;

/// Stays ahead of a demuxer.
pub(super) struct Ahead {
    source: SparseReader,
    /// Where there is nothing more to fetch.
    end: u64,
    fetched: Range<u64>,
    /// What is being fetched behind that, and up to where.
    under_way: Option<(u64, AbortOnDropHandle<Result<()>>)>,
}

impl Ahead {
    /// Fetches what `source` has before `end`.
    pub(super) fn new(source: SparseReader, end: u64) -> Self {
        Self { source, end, fetched: 0..0, under_way: None }
    }

    /// Waits until what follows `head` is here, and has more fetched in the background. What cannot be
    /// fetched there is missing when the demuxer wants it, which then says why.
    ///
    /// # Errors
    ///
    /// Fails as the source does.
    ///
    /// # Cancellation
    ///
    /// Dropping the future loses nothing: the next call goes on.
    pub(super) async fn follow(&mut self, head: u64) -> Result<()> {
        let is_near = |end: u64, fetched: &Range<u64>| (fetched.start..=end).contains(&head);
        if !self.reaches(head) {
            match &mut self.under_way {
                Some((end, fetching)) if is_near(*end, &self.fetched) => {
                    // What has failed is not here: it is asked for again, as a whole.
                    if matches!(fetching.await, Ok(Ok(()))) {
                        self.fetched.end = *end;
                    }
                }
                _ => {}
            }
            self.under_way = None;
        }
        if !self.reaches(head) {
            let piece = self.piece(head);
            self.source.fetch(piece.clone()).await?;
            self.fetched = piece;
        }
        let is_low = self.fetched.end < head.saturating_add(LOW) && self.fetched.end < self.end;
        if is_low && self.under_way.is_none() {
            let piece = self.piece(self.fetched.end);
            let (source, end) = (self.source.clone(), piece.end);
            let fetch = async move { source.fetch(piece).await };
            self.under_way = Some((end, AbortOnDropHandle::new(task::spawn(fetch))));
        }
        Ok(())
    }

    /// Whether everything is here that the demuxer may want at `head`.
    fn reaches(&self, head: u64) -> bool {
        let wanted = head.saturating_add(NEEDED).min(self.end);
        self.fetched.start <= head && wanted <= self.fetched.end
    }

    fn piece(&self, start: u64) -> Range<u64> {
        start..start.saturating_add(PIECE).min(self.end).max(start)
    }
}
