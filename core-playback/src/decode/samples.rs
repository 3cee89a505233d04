//! The two kinds of samples a decoder hands out.

use std::ops::Range;

use symphonia::core::audio::GenericAudioBufferRef;

/// A sample type that decoded audio can be copied to.
pub(crate) trait Sample: Copy + Default {
    /// Copies the frames `range` of `buffer` to `out`, interleaved.
    fn copy(buffer: &GenericAudioBufferRef<'_>, range: Range<usize>, out: &mut [Self]);
}

impl Sample for f32 {
    fn copy(buffer: &GenericAudioBufferRef<'_>, range: Range<usize>, out: &mut [Self]) {
        buffer.slice(range).copy_to_slice_interleaved::<Self, _>(&mut *out);
        if matches!(buffer, GenericAudioBufferRef::F32(_) | GenericAudioBufferRef::F64(_)) {
            // A NaN would poison every filter behind this.
            for sample in out.iter_mut().filter(|sample| !sample.is_finite()) {
                *sample = 0.0;
            }
        }
    }
}

/// Left-justified: a 16-bit sample is in the upper 16 bits.
impl Sample for i32 {
    fn copy(buffer: &GenericAudioBufferRef<'_>, range: Range<usize>, out: &mut [Self]) {
        buffer.slice(range).copy_to_slice_interleaved::<Self, _>(&mut *out);
    }
}
