//! Going to a frame.

use symphonia::core::codecs::audio::well_known::CODEC_ID_AAC;
use symphonia::core::units::Timestamp;

use super::Decoder;
use crate::decode::DecodeError;
use crate::decode::block::Block;
use crate::decode::codec::make_codec;
use crate::decode::demuxer::Next;

impl Decoder {
    /// Goes to a frame: the next read starts with exactly that one. Past the end it goes to the end.
    ///
    /// # Errors
    ///
    /// Fails as [`read`](Self::read) does.
    ///
    /// # Cancellation
    ///
    /// Dropping the future leaves the seek to be finished by the next call of any method.
    pub async fn seek(&mut self, frame: u64) -> Result<(), DecodeError> {
        if self.unfinished_seek.is_none() && frame == self.position {
            return Ok(());
        }
        self.unfinished_seek = Some(frame);
        self.block = Block::default();
        self.peeked = None;
        self.is_missing = false;
        self.bad_packets = 0;
        self.position = frame.min(self.format.frames.unwrap_or(u64::MAX));
        if self.format.frames != Some(self.position) && !self.jump().await? {
            self.restart()?;
        }
        // Decoding up to the target here shows where an unknown end is.
        match self.advance().await {
            Ok(_) | Err(DecodeError::Truncated { .. } | DecodeError::Corrupt { .. }) => {}
            Err(error) => return Err(error),
        }
        self.unfinished_seek = None;
        Ok(())
    }

    /// Lets the demuxer seek to where decoding must start to be exact at the position. False when
    /// that is not possible.
    async fn jump(&mut self) -> Result<bool, DecodeError> {
        for attempt in 0..3 {
            if !self.timeline.is_seekable(self.position, attempt) || self.demuxer.seeks_slowly() {
                return Ok(false);
            }
            let target = self.timeline.timestamp(self.position, attempt);
            if !self.demuxer.seek(Timestamp::from(target)).await? {
                return Ok(false);
            }
            let Next::Packet(packet) = self.demuxer.next().await? else { return Ok(false) };
            // A demuxer that lands behind its target is asked for an earlier one.
            if self.timeline.lands(&packet, self.position) {
                self.peeked = Some(packet);
                if self.first.parameters.codec == CODEC_ID_AAC {
                    // A reset does not reach its source of noise. This way, the same seek always
                    // leads to the same samples, and one to the start to those of the start.
                    self.codec = make_codec(&self.first.parameters, !self.first.exact)?;
                } else {
                    self.codec.reset();
                }
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Starts again at the first packet, to decode up to the position.
    fn restart(&mut self) -> Result<(), DecodeError> {
        self.demuxer.rewind();
        self.timeline.restart(self.first.exact);
        // Not merely reset: the codec may be that of another stream.
        self.codec = make_codec(&self.first.parameters, !self.first.exact)?;
        self.reached = 0;
        Ok(())
    }
}
