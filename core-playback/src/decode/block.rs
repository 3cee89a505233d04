//! What is left of a decoded packet.

use std::ops::Range;

/// What is left of the last packet.
#[derive(Clone, Copy, Default)]
pub(crate) struct Block {
    /// Silent frames to deliver first.
    pub(crate) silence: usize,
    /// Where the rest starts in the codec's buffer.
    pub(crate) offset: usize,
    /// How many frames of it are left.
    pub(crate) frames: usize,
}

impl Block {
    /// The part of a packet that lies within the frames `wanted`, and the gap before it.
    ///
    /// The packet starts at frame `start` and lasts `lasting` frames; without any decoded `frames`
    /// it is silent.
    pub(crate) fn cut(
        start: i64,
        frames: usize,
        lasting: u64,
        wanted: Range<u64>,
    ) -> (Option<Self>, i64) {
        let start = i128::from(start);
        let (from, to) = (i128::from(wanted.start), i128::from(wanted.end));
        let end = (start + i128::from(lasting)).min(to);
        let first = start.max(from);
        if end <= first {
            return (None, 0);
        }
        let length = to_usize(end - first);
        let block = if frames == 0 {
            Self { silence: length, offset: 0, frames: 0 }
        } else {
            let offset = to_usize(first - start);
            Self { silence: 0, offset, frames: length.min(frames - offset) }
        };
        (Some(block), i64::try_from(first - from).unwrap_or(i64::MAX))
    }

    /// The same block behind a gap.
    pub(crate) fn after(self, gap: i64) -> Self {
        Self { silence: self.silence + to_usize(gap.into()), ..self }
    }

    /// Whether nothing is left.
    pub(crate) fn is_empty(&self) -> bool {
        self.silence == 0 && self.frames == 0
    }
}

/// Frame counts within a packet are small.
fn to_usize(frames: i128) -> usize {
    usize::try_from(frames.max(0)).unwrap_or(usize::MAX)
}
