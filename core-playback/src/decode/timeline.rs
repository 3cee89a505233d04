//! How the time stamps of packets map to the frames a listener counts.

use symphonia::core::codecs::audio::AudioCodecParameters;
use symphonia::core::codecs::audio::well_known::{
    CODEC_ID_AAC, CODEC_ID_ALAC, CODEC_ID_MP3, CODEC_ID_PCM_ALAW, CODEC_ID_PCM_MULAW,
    CODEC_ID_VORBIS,
};
use symphonia::core::formats::Track;
use symphonia::core::packet::Packet;

use super::edits::Edit;
use super::mpeg_info::MpegInfo;
use super::ogg::{Shift, Tail};
use super::sniff::{Container, Promise};
use super::support::{codec_name, is_float, is_lossless, is_pcm};
use super::{AudioFormat, DecodeError};

/// The rates that make sense. Beyond them, buffers for a second of sound get absurd.
const RATES: std::ops::RangeInclusive<u32> = 1_000..=768_000;

/// The most channels of a track.
const MAX_CHANNELS: usize = 32;

/// An Ogg page has at most this many packets.
const PACKETS_PER_PAGE: i64 = 255;

/// The longest a single packet may last in frames. FLAC allows the most.
const LONGEST_PACKET: u64 = 65_536;

/// Places packets on the time line of a track, whose first audible frame is 0.
#[derive(Clone, Debug)]
pub(crate) struct Timeline {
    /// The time stamp of frame 0.
    origin: i64,
    /// The time stamp of the first packet, which may be before that of frame 0.
    earliest: i64,
    /// Whether a tick is a frame, so that time stamps tell the frame. Otherwise frames are counted.
    exact: bool,
    /// Frames per tick.
    frames_per_tick: f64,
    /// How many frames a codec must decode before it is exact again.
    pub(crate) preroll: u64,
    /// The longest gap between two packets that is played as silence.
    pub(crate) largest_gap: i64,
    /// By how many frames the promised length may be missed.
    pub(crate) tolerance: u64,
    /// Whether the container says where the track ends, so that the end of the file is no end.
    pub(crate) marks_end: bool,
    chained: bool,
    first_origin: i64,
    container: Container,
    frames: Option<u64>,
    /// Where the current one of several chained streams ends.
    link_end: Option<u64>,
    first_link_end: Option<u64>,
    /// How many frames there must be, where that is no limit.
    pub(crate) at_least: Option<u64>,
    shift: Option<Shift>,
    /// How many packets were placed since the start; unknown after a seek.
    placed: Option<usize>,
}

impl Timeline {
    /// Reads the description of a track, refusing what makes no sense.
    pub(crate) fn new(
        track: &Track,
        parameters: &AudioCodecParameters,
        container: Container,
        edit: Option<Edit>,
        tail: Tail,
        promise: Promise,
    ) -> Result<(Self, AudioFormat), DecodeError> {
        let codec = parameters.codec;
        let sample_rate = parameters.sample_rate.unwrap_or(0);
        if !RATES.contains(&sample_rate) {
            return Err(DecodeError::malformed(format!("a sample rate of {sample_rate} Hz")));
        }
        let channels = parameters.channels.as_ref().map_or(0, |channels| channels.count());
        if channels == 0 || channels > MAX_CHANNELS {
            return Err(DecodeError::malformed(format!("{channels} channels")));
        }
        let base = track.time_base.ok_or_else(|| DecodeError::malformed("no time base"))?;
        let (numerator, denominator) = (base.numer.get(), base.denom.get());
        let exact = container != Container::Mkv
            && u64::from(numerator) * u64::from(sample_rate) == u64::from(denominator);
        let edit = edit.filter(|_| exact).unwrap_or_default();
        let origin = match container {
            Container::Mp4 => i64::try_from(edit.delay).unwrap_or(0),
            // A recording that was cut from a longer one keeps the time of the whole.
            Container::Ogg => track.start_ts.get().max(0),
            _ => 0,
        };
        let promised = track.num_frames;
        let frames = match container {
            // Elsewhere the length is an estimate, or says no more than how many frames there are.
            Container::Mp3 => promised.filter(|_| track.delay.is_some_and(|delay| delay > 0)),
            Container::Adts | Container::Mkv => None,
            // Here the padding of the last packet counts.
            Container::Caf if !is_pcm(codec) => None,
            Container::Wav | Container::Aiff | Container::Caf => match promise {
                Promise::Blocks(blocks) => {
                    let adpcm = parameters.frames_per_block.filter(|_| !is_pcm(codec));
                    let per_block = adpcm.unwrap_or(1);
                    Some(blocks.saturating_mul(per_block))
                }
                _ => promised,
            },
            Container::Mp4 => {
                let rest = promised.and_then(|all| all.checked_sub(edit.delay));
                edit.length.or(rest).filter(|frames| exact && *frames > 0)
            }
            Container::Ogg if tail == Tail::OtherStream => None,
            Container::Ogg => promised.and_then(|first| {
                let end = match tail {
                    Tail::End(end) => signed(first).max(end),
                    _ => signed(first),
                };
                u64::try_from(end - origin).ok()
            }),
            _ => promised,
        };
        // Behind the end of a stream with a successor there is padding, too.
        let link_end = promised
            .filter(|_| container == Container::Ogg && tail == Tail::OtherStream)
            .and_then(|first| u64::try_from(signed(first) - origin).ok());
        let timeline = Self {
            origin,
            earliest: match container {
                Container::Mp3 => -i64::from(track.delay.unwrap_or(0)),
                Container::Ogg => track.start_ts.get(),
                _ => 0,
            },
            exact,
            frames_per_tick: f64::from(numerator) * f64::from(sample_rate) / f64::from(denominator),
            preroll: match codec {
                // The bit reservoir reaches back nine frames at the lowest rates; the filter
                // bank of the decoder one more.
                CODEC_ID_MP3 => 12 * 1152,
                CODEC_ID_AAC => 3 * 1024,
                CODEC_ID_VORBIS => 2 * 8192,
                _ => 0,
            },
            largest_gap: 10 * i64::from(sample_rate),
            tolerance: match promise {
                // Some encoders count the frame that says how many there are.
                Promise::Mpeg(MpegInfo { is_cut: false, .. }) => 1152,
                Promise::Mpeg(_) | Promise::Blocks(_) => 0,
                Promise::Nothing if is_lossless(codec) => 0,
                Promise::Nothing => 4096,
            },
            marks_end: match container {
                Container::Ogg | Container::Mp4 | Container::Mkv => true,
                // A table tells which packets there are.
                Container::Caf => !is_pcm(codec),
                _ => false,
            },
            chained: false,
            first_origin: origin,
            container,
            frames,
            link_end,
            first_link_end: link_end,
            at_least: match promise {
                Promise::Mpeg(info) if frames.is_none() => Some(info.frames),
                _ => None,
            },
            shift: None,
            placed: Some(0),
        };
        let bits = match codec {
            CODEC_ID_PCM_ALAW | CODEC_ID_PCM_MULAW => Some(16),
            _ if is_float(codec) || !is_lossless(codec) => None,
            // The depth is in the codec's own header only.
            CODEC_ID_ALAC => parameters.extra_data.as_deref().and_then(alac_depth),
            _ => parameters.bits_per_sample.and_then(|bits| u16::try_from(bits).ok()),
        };
        let format = AudioFormat {
            codec: codec_name(codec),
            container: container.name(),
            sample_rate,
            channels: u16::try_from(channels).unwrap_or(u16::MAX),
            bits_per_sample: bits.filter(|bits| (1..=32).contains(bits)),
            frames,
        };
        Ok((timeline, format))
    }

    /// Takes note of time stamps that are too small from some packet on. All the audio is kept.
    pub(crate) fn shift(&mut self, shift: Shift, format: &mut AudioFormat) {
        let by = u64::try_from(shift.by).unwrap_or(0);
        self.shift = Some(shift);
        self.frames = self.frames.map(|frames| frames.saturating_add(by));
        self.link_end = self.link_end.map(|frames| frames.saturating_add(by));
        self.first_link_end = self.link_end;
        format.frames = self.frames;
        self.origin -= shift.by;
        self.first_origin = self.origin;
    }

    /// The frame behind the last one of the current stream.
    pub(crate) fn end(&self) -> u64 {
        self.frames.or(self.link_end).unwrap_or(u64::MAX)
    }

    /// Whether time stamps tell the frame.
    pub(crate) fn is_exact(&self) -> bool {
        self.exact
    }

    /// The frame that the next packet starts with, given how many frames came before it.
    pub(crate) fn place(&mut self, packet: &Packet, reached: u64) -> i64 {
        let early = match (self.shift, &mut self.placed) {
            (Some(shift), Some(placed)) => {
                *placed += 1;
                if *placed <= shift.packets { shift.by } else { 0 }
            }
            _ => 0,
        };
        if self.exact {
            packet.pts.get().saturating_sub(self.origin.saturating_add(early))
        } else {
            signed(reached)
        }
    }

    /// Whether a packet that a seek led to is early enough for decoding to be exact at `frame`.
    /// Packets are placed from there on.
    pub(crate) fn lands(&mut self, packet: &Packet, frame: u64) -> bool {
        self.placed = None;
        packet.pts.get() <= self.timestamp(frame, 0)
    }

    /// Whether seeking near `frame` leads to time stamps that mean what they say.
    pub(crate) fn is_seekable(&self, frame: u64, attempt: u32) -> bool {
        let first = self.timestamp(frame, attempt);
        self.exact && !self.chained && self.shift.is_none_or(|shift| first > shift.from)
    }

    /// How many frames a packet ought to hold.
    pub(crate) fn nominal_frames(&self, packet: &Packet) -> u64 {
        let ticks = packet.block_dur().get();
        let frames = if self.exact {
            ticks
        } else {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                clippy::cast_precision_loss,
                reason = "an estimate, and the cast saturates"
            )]
            let frames = (ticks as f64 * self.frames_per_tick).round() as u64;
            frames
        };
        frames.min(LONGEST_PACKET)
    }

    /// The time stamp to seek to, so that decoding is exact at `frame`; earlier with each attempt.
    pub(crate) fn timestamp(&self, frame: u64, attempt: u32) -> i64 {
        let preroll = self.preroll.saturating_mul(4_u64.saturating_pow(attempt));
        signed(frame).saturating_add(self.origin).saturating_sub(signed(preroll)).max(self.earliest)
    }

    /// The last time stamp that may be sought to. Coming to the last page of a Vorbis stream
    /// without the one before it, the demuxer takes its padding for music.
    pub(crate) fn last_seek(&self, parameters: &AudioCodecParameters) -> Option<i64> {
        if self.container != Container::Ogg || parameters.codec != CODEC_ID_VORBIS {
            return None;
        }
        // The larger of the two block sizes is in the identification header.
        let sizes = parameters.extra_data.as_ref().and_then(|header| header.get(28)).copied();
        let block = 1_i64 << (sizes.unwrap_or(0xd0) >> 4);
        Some(
            signed(self.frames.or(self.link_end)?)
                .saturating_add(self.origin)
                .saturating_sub(PACKETS_PER_PAGE * block / 2),
        )
    }

    /// Moves the time line, so that a gap of this many frames disappears.
    pub(crate) fn close_gap(&mut self, gap: i64) {
        self.origin = self.origin.saturating_add(gap);
    }

    /// Goes on with another stream, whose time stamps start anew: from here on frames are counted.
    pub(crate) fn chain(&mut self) {
        self.chained = true;
        self.exact = false;
        self.link_end = None;
        // What the first stream said of its length does not hold for all of them.
        self.frames = None;
    }

    /// Goes back to the first of several streams.
    pub(crate) fn restart(&mut self, exact: bool) {
        self.exact = exact;
        self.origin = self.first_origin;
        self.link_end = self.first_link_end;
        self.placed = Some(0);
    }
}

/// The bit depth in a description of ALAC, which may have the boxes of `QuickTime` around it.
fn alac_depth(header: &[u8]) -> Option<u16> {
    let inner = header.windows(4).rposition(|window| window == b"alac");
    let start = inner.map_or(0, |at| at + 8);
    header.get(start + 5).map(|bits| u16::from(*bits))
}

/// Frame counts of real files are far below the limit.
fn signed(frames: u64) -> i64 {
    i64::try_from(frames).unwrap_or(i64::MAX)
}
