//! The pull interface: samples of one track, in order, none lost, from any frame on.

mod seek;

use std::fmt;
use std::sync::Arc;

use bridge_traits::ReadAt;
use core_async::task::yield_now;
use symphonia::core::codecs::audio::{AudioCodecParameters, AudioDecoder};
use symphonia::core::errors::Error;
use symphonia::core::packet::Packet;

use super::block::Block;
use super::codec::{audio_parameters, correct, make_codec, no_track};
use super::demuxer::{Demuxer, Next};
use super::samples::Sample;
use super::timeline::Timeline;
use super::{AudioFormat, DecodeError, FormatHint};

/// How many packets in a row may be undecodable. They are played as silence.
const MAX_BAD_PACKETS: u32 = 10;

/// How many packets may pass without a frame to deliver before others get a turn.
const PACKETS_PER_TURN: u32 = 32;

/// How many packets in a row may hold no audio at all.
const MAX_EMPTY_PACKETS: u32 = 100_000;

/// Decodes one audio file.
///
/// Samples are pulled: [`read`](Self::read) gives exactly as many frames as there is room for, until
/// the end of the track. Encoder delay and padding are left out, so the first frame is the first
/// of the music, and a seek goes to exactly the frame asked for.
///
/// A file that ends before its container says so delivers all there is and then fails with
/// [`DecodeError::Truncated`]. A damaged packet is heard as silence of the same length; more than
/// ten in a row fail with [`DecodeError::Corrupt`].
///
/// # Limits
///
/// HE-AAC, AAC and Vorbis with more than two channels and Opus are refused. The length of an MP3
/// file without a LAME tag, of ADTS, of Matroska and of fragmented MP4 is unknown until its end was
/// reached; in Matroska a seek decodes from the start. That an MP3 file was cut shows by its Xing,
/// Info or VBRI header only.
///
/// AAC may store noise as its loudness alone. The decoder makes it up, differently after a seek:
/// there the samples are the right ones but for that noise. The same seek to a frame always gives
/// the same samples.
///
/// # Examples
///
/// ```
/// # use std::sync::Arc;
/// # use bridge_traits::ReadAt;
/// # use core_playback::{DecodeError, Decoder, FormatHint};
/// async fn loudest(file: Arc<dyn ReadAt>) -> Result<f32, DecodeError> {
///     let mut decoder = Decoder::open(file, FormatHint::default()).await?;
///     let mut buffer = vec![0.0; 4096 * usize::from(decoder.format().channels)];
///     let mut loudest = 0.0_f32;
///     loop {
///         let frames = decoder.read(&mut buffer).await?;
///         if frames == 0 {
///             return Ok(loudest);
///         }
///         let samples = &buffer[..frames * usize::from(decoder.format().channels)];
///         loudest = samples.iter().fold(loudest, |loudest, sample| loudest.max(sample.abs()));
///     }
/// }
/// ```
pub struct Decoder {
    demuxer: Demuxer,
    codec: Box<dyn AudioDecoder>,
    format: AudioFormat,
    timeline: Timeline,
    /// The next frame to deliver.
    position: u64,
    /// The frame after the last one that the packets so far hold.
    reached: u64,
    block: Block,
    /// Read ahead by a seek, to see where it landed.
    peeked: Option<Packet>,
    /// Whether the file turned out to end before its packets do.
    is_missing: bool,
    bad_packets: u32,
    empty_packets: u32,
    /// A seek that was not finished.
    unfinished_seek: Option<u64>,
    /// The description of the first stream, to start again.
    first: First,
}

struct First {
    parameters: AudioCodecParameters,
    exact: bool,
}

impl Decoder {
    /// Finds out what `source` is and prepares to decode its first audio track.
    ///
    /// # Errors
    ///
    /// Fails with [`DecodeError::UnknownFormat`] or [`DecodeError::Unsupported`] if it cannot be
    /// decoded, with [`DecodeError::Malformed`] if its headers make no sense, or as the host does.
    pub async fn open(source: Arc<dyn ReadAt>, hint: FormatHint) -> Result<Self, DecodeError> {
        let mut demuxer = Demuxer::open(source, &hint).await?;
        let edit = demuxer.edit().await?;
        let tail = demuxer.tail().await?;
        let container = demuxer.container();
        let track = demuxer.track().ok_or_else(no_track)?;
        let mut parameters = audio_parameters(track)?.clone();
        correct(&mut parameters, edit.unwrap_or_default());
        let (mut timeline, mut format) =
            Timeline::new(track, &parameters, container, edit, tail, demuxer.promise())?;
        let exact = timeline.is_exact();
        let codec = make_codec(&parameters, !exact)?;
        if let Some(last) = timeline.last_seek(&parameters) {
            if let Some(shift) = demuxer.find_shift().await? {
                timeline.shift(shift, &mut format);
            }
            demuxer.limit_seeks(last);
        }
        Ok(Self {
            demuxer,
            codec,
            format,
            timeline,
            position: 0,
            reached: 0,
            block: Block::default(),
            peeked: None,
            is_missing: false,
            bad_packets: 0,
            empty_packets: 0,
            unfinished_seek: None,
            first: First { parameters, exact },
        })
    }

    /// What is being decoded.
    pub fn format(&self) -> &AudioFormat {
        &self.format
    }

    /// The number of the frame that the next read starts with.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// Decodes the next frames into `out`, interleaved, nominally −1.0 to 1.0. Returns how many
    /// frames that were: as many as fit, fewer before the end or an error, 0 at the end.
    ///
    /// # Errors
    ///
    /// Fails with [`DecodeError::Truncated`] or [`DecodeError::Corrupt`] once all good frames were
    /// read, or as the host does; after a host error reading may go on.
    ///
    /// # Cancellation
    ///
    /// Dropping the future loses frames: `position` tells where the next read starts.
    pub async fn read(&mut self, out: &mut [f32]) -> Result<usize, DecodeError> {
        self.fill(out).await
    }

    /// Waits for the next frames and takes those that are ready, at least one unless the track has
    /// ended or `out` has no room for one.
    ///
    /// # Errors
    ///
    /// As for [`read`](Self::read).
    ///
    /// # Cancellation
    ///
    /// Dropping the future loses nothing.
    pub async fn read_some(&mut self, out: &mut [f32]) -> Result<usize, DecodeError> {
        if let Some(frame) = self.unfinished_seek {
            self.seek(frame).await?;
        }
        let channels = usize::from(self.format.channels);
        if out.len() < channels || !self.advance().await? {
            return Ok(0);
        }
        let whole = out.len() / channels * channels;
        Ok(self.take(&mut out[..whole], channels))
    }

    /// As [`read`](Self::read), but delivers integers that fill 32 bits from the top, so that every
    /// bit of a lossless source of any depth survives.
    ///
    /// # Errors
    ///
    /// As for [`read`](Self::read).
    pub async fn read_integers(&mut self, out: &mut [i32]) -> Result<usize, DecodeError> {
        self.fill(out).await
    }

    async fn fill<S: Sample>(&mut self, out: &mut [S]) -> Result<usize, DecodeError> {
        if let Some(frame) = self.unfinished_seek {
            self.seek(frame).await?;
        }
        let channels = usize::from(self.format.channels);
        let wanted = out.len() / channels;
        let mut filled = 0;
        while filled < wanted {
            match self.advance().await {
                Ok(true) => {}
                Ok(false) => break,
                // The good frames first; the same error comes again.
                Err(_) if filled > 0 => break,
                Err(error) => return Err(error),
            }
            let out = &mut out[filled * channels..wanted * channels];
            filled += self.take(out, channels);
        }
        Ok(filled)
    }

    /// Copies frames of the current block and returns how many.
    fn take<S: Sample>(&mut self, out: &mut [S], channels: usize) -> usize {
        let room = out.len() / channels;
        let frames = if self.block.silence > 0 {
            let frames = self.block.silence.min(room);
            out[..frames * channels].fill(S::default());
            self.block.silence -= frames;
            frames
        } else {
            let frames = self.block.frames.min(room);
            let range = self.block.offset..self.block.offset + frames;
            S::copy(&self.codec.last_decoded(), range, &mut out[..frames * channels]);
            self.block.offset += frames;
            self.block.frames -= frames;
            frames
        };
        self.position += frames as u64;
        frames
    }

    /// Decodes until there is a frame to deliver; false at the end.
    async fn advance(&mut self) -> Result<bool, DecodeError> {
        let mut packets = 0;
        loop {
            if !self.block.is_empty() {
                return Ok(true);
            }
            if self.format.frames.is_some_and(|frames| self.position >= frames) {
                return Ok(false);
            }
            let packet = match self.peeked.take() {
                Some(packet) => packet,
                None => match self.demuxer.next().await? {
                    Next::Packet(packet) => packet,
                    Next::NewStream => {
                        self.enter_stream()?;
                        continue;
                    }
                    Next::End => return self.end(),
                    Next::Missing => {
                        self.is_missing = true;
                        return self.end();
                    }
                },
            };
            self.decode(&packet)?;
            packets += 1;
            if packets % PACKETS_PER_TURN == 0 {
                yield_now().await;
            }
        }
    }

    fn decode(&mut self, packet: &Packet) -> Result<(), DecodeError> {
        let start = self.timeline.place(packet, self.reached);
        let nominal = self.timeline.nominal_frames(packet);
        let needed_from = i128::from(self.position) - i128::from(self.timeline.preroll);
        if self.timeline.is_exact() && i128::from(start) + i128::from(nominal) < needed_from {
            // Far before the target of a seek: not even the codec needs to see it.
            self.reach(start, nominal);
            return Ok(());
        }
        let (frames, lasting) = match self.codec.decode(packet) {
            Ok(buffer) => {
                let spec = buffer.spec();
                if spec.rate() != self.format.sample_rate
                    || spec.channels().count() != usize::from(self.format.channels)
                {
                    return Err(DecodeError::unsupported("a change of format within a track"));
                }
                self.bad_packets = 0;
                (buffer.frames(), buffer.frames() as u64)
            }
            Err(Error::DecodeError(_) | Error::IoError(_)) => {
                self.bad_packets += 1;
                if self.bad_packets > MAX_BAD_PACKETS {
                    return Err(DecodeError::Corrupt { frame: self.position });
                }
                // The time line goes on under a damaged packet.
                (0, nominal)
            }
            Err(error) => return Err(DecodeError::malformed(error)),
        };
        self.empty_packets = if frames > 0 { 0 } else { self.empty_packets + 1 };
        if self.empty_packets > MAX_EMPTY_PACKETS {
            return Err(DecodeError::Corrupt { frame: self.position });
        }
        self.place_block(start, frames, lasting);
        Ok(())
    }

    /// Takes note of how far the packets go. What is behind the end of their stream is padding.
    fn reach(&mut self, start: i64, lasting: u64) {
        let end = u64::try_from(i128::from(start) + i128::from(lasting)).unwrap_or(0);
        self.reached = self.reached.max(end.min(self.timeline.end()));
    }

    /// Keeps of a decoded packet what lies between the position and the end of the track.
    fn place_block(&mut self, start: i64, frames: usize, lasting: u64) {
        self.reach(start, lasting);
        let wanted = self.position..self.timeline.end();
        let (block, gap) = Block::cut(start, frames, lasting, wanted);
        let Some(block) = block else { return };
        // A gap between packets is silence; damaged time stamps must not make hours of it.
        if gap > self.timeline.largest_gap {
            self.timeline.close_gap(gap);
            self.block = block;
        } else {
            self.block = block.after(gap);
        }
    }

    /// The container has no more packets. Was that the end of the track?
    fn end(&mut self) -> Result<bool, DecodeError> {
        let expected = self.format.frames;
        if expected.is_none() {
            // A seek may have gone past an end that nobody knew.
            self.position = self.position.min(self.reached);
        }
        let promised = expected.or(self.timeline.at_least);
        let lacks = |tolerance| promised.is_some_and(|frames| self.reached + tolerance < frames);
        let cut = match expected {
            _ if lacks(self.timeline.tolerance) => true,
            Some(_) => self.is_missing && self.timeline.marks_end && lacks(0),
            None => self.is_missing && self.timeline.marks_end,
        };
        if cut {
            let frame = self.position.min(self.reached);
            return Err(DecodeError::Truncated { frame, expected: promised });
        }
        let frames = *self.format.frames.get_or_insert(self.reached);
        // A few frames less than promised are made up for, so that the promise holds.
        let rest = i128::from(frames) - i128::from(self.position);
        self.block.silence = usize::try_from(rest).unwrap_or(0);
        Ok(rest > 0)
    }

    /// Goes on with the next of several chained streams.
    fn enter_stream(&mut self) -> Result<(), DecodeError> {
        let track = self.demuxer.track().ok_or_else(no_track)?;
        let parameters = audio_parameters(track)?;
        if parameters.sample_rate != Some(self.format.sample_rate) {
            return Err(DecodeError::unsupported("a change of format within a track"));
        }
        self.codec = make_codec(parameters, true)?;
        self.timeline.chain();
        self.format.frames = None;
        Ok(())
    }
}

impl fmt::Debug for Decoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Decoder")
            .field("format", &self.format)
            .field("position", &self.position)
            .finish_non_exhaustive()
    }
}
