//! Packets out of a file whose bytes may not be here yet.
//!
//! Demuxers are synchronous and lose their place when a read fails. So a read that has to wait ends
//! the attempt: the bytes are fetched, the demuxer is made anew and taken back to the packet it
//! owed. Reading ahead makes that rare.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bridge_traits::{ReadAt, SparseReader};
use symphonia::core::common::Limit;
use symphonia::core::errors::{Error, Result as SymphoniaResult};
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, FormatReader, Track, TrackType};
use symphonia::core::io::{MediaSourceStream, MediaSourceStreamOptions};
use symphonia::core::meta::MetadataOptions;
use symphonia::core::packet::Packet;
use symphonia::core::units::Timestamp;

use super::ahead::Ahead;
use super::codec::no_track;
use super::edits::{Edit, read_edits};
use super::fetch::complete;
use super::ogg::{Shift, Tail, last_page};
use super::reader::{seek_reader, skip_stream};
use super::sniff::{Container, Layout, Promise, Sniffed, sniff};
use super::source::Source;
use super::{DecodeError, FormatHint};

/// What is kept of a source that answers at once.
const LOCAL_CACHE: usize = 1024 * 1024;

/// What is kept of a source that does not, and the most that one operation may ask of it.
const REMOTE_CACHE: usize = 32 * 1024 * 1024;

/// The most packets of other tracks, or already delivered, that are passed over at once.
const MAX_SKIPPED: usize = 1 << 20;

/// A shift shows on the second page with audio; the first one has one packet then.
const PACKETS_WITH_SHIFT: usize = 300;

/// The largest shift, one block of Vorbis.
const LARGEST_SHIFT: i64 = 8192;

/// Delivers the packets of one audio track in order.
pub(crate) struct Demuxer {
    source: SparseReader,
    // Whether the source answers at once, so that no read ever waits.
    local: bool,
    layout: Layout,
    reader: Option<Box<dyn FormatReader>>,
    track: u32,
    first_track: u32,
    // Where a new reader has to be taken before it delivers.
    resume: Resume,
    // How many chained streams ended before the current one.
    links: u32,
    // The last page of an Ogg stream cannot be sought to: its time stamps count the padding.
    last_seek: Option<i64>,
    // Whether a reader gets lost when it seeks, so that each seek needs a new one.
    forgets_place: bool,
    head: Arc<AtomicU64>,
    // What sees to it that bytes are here in time, where reading waits.
    ahead: Option<Ahead>,
}

#[derive(Clone, Copy, Debug)]
enum Resume {
    Start,
    At(Timestamp),
    After(Timestamp),
}

/// What the next step of a stream is.
pub(crate) enum Next {
    /// A packet.
    Packet(Packet),
    /// The stream goes on with a new description; look at the track again.
    NewStream,
    /// The container says that this was all.
    End,
    /// The file ended before the container said that this was all.
    Missing,
}

impl Demuxer {
    /// Finds out what `source` is and opens its first audio track.
    pub(crate) async fn open(
        source: Arc<dyn ReadAt>,
        hint: &FormatHint,
    ) -> Result<Self, DecodeError> {
        let local = source.read_at_now(0, &mut [0; 1]).is_some();
        let source = SparseReader::new(source, if local { LOCAL_CACHE } else { REMOTE_CACHE });
        let length = source.length();
        let sniffed = complete(&source, || sniff(&mut source.clone(), length, hint)).await?;
        let layout = match sniffed.map_err(DecodeError::malformed)? {
            Sniffed::Known(layout) => layout,
            Sniffed::Foreign(what) => return Err(DecodeError::unsupported(what)),
            Sniffed::Cut => return Err(DecodeError::Truncated { frame: 0, expected: None }),
            Sniffed::Unknown => return Err(DecodeError::UnknownFormat),
        };
        let ahead = (!local).then(|| Ahead::new(source.clone(), layout.range.end));
        let mut demuxer = Self {
            source,
            local,
            // FLAC: it judges the next frame by the last one it saw, even if that came later, and
            // then takes several frames for one. MP4: it is lost behind the end of a cut file.
            forgets_place: layout.container == Container::Flac || layout.missing > 0,
            layout,
            reader: None,
            track: 0,
            first_track: 0,
            resume: Resume::Start,
            links: 0,
            last_seek: None,
            head: Arc::new(AtomicU64::new(0)),
            ahead,
        };
        demuxer.attempt(Self::open_reader).await?.map_err(refuse)?;
        demuxer.track = demuxer.default_track().ok_or_else(no_track)?.id;
        demuxer.first_track = demuxer.track;
        Ok(demuxer)
    }

    /// The container.
    pub(crate) fn container(&self) -> Container {
        self.layout.container
    }

    /// What the file says of its length that the track does not.
    pub(crate) fn promise(&self) -> Promise {
        self.layout.promise
    }

    /// Whether seeking would mean to read everything up to the target over a slow source.
    pub(crate) fn seeks_slowly(&self) -> bool {
        !self.local && self.layout.container.is_scanned()
    }

    /// Forbids to seek beyond this time stamp.
    pub(crate) fn limit_seeks(&mut self, last: i64) {
        self.last_seek = Some(last);
    }

    /// The track whose packets are delivered.
    pub(crate) fn track(&self) -> Option<&Track> {
        let tracks = self.reader.as_ref()?.tracks();
        tracks.iter().find(|track| track.id == self.track)
    }

    /// The trimming that the container asks for beside its packets.
    pub(crate) async fn edit(&mut self) -> Result<Option<Edit>, DecodeError> {
        if self.layout.container != Container::Mp4 {
            return Ok(None);
        }
        let range = self.layout.range.clone();
        let read = || read_edits(&mut self.source.clone(), range.clone());
        let edits = complete(&self.source, read).await?.map_err(DecodeError::malformed)?;
        if edits.iter().any(Edit::is_too_far) {
            return Err(DecodeError::unsupported("audio more than 2 GiB into a file"));
        }
        self.forgets_place |= edits.iter().any(|edit| edit.is_fragmented);
        Ok(edits.into_iter().find(|edit| edit.track == self.track))
    }

    /// What the end of an Ogg file says about the length of the track.
    pub(crate) async fn tail(&self) -> Result<Tail, DecodeError> {
        if self.layout.container != Container::Ogg {
            return Ok(Tail::Silent);
        }
        let range = self.layout.range.clone();
        let last =
            complete(&self.source, || last_page(&mut self.source.clone(), range.clone())).await?;
        Ok(match last.map_err(DecodeError::malformed)? {
            Some((serial, end)) if serial == self.track => Tail::End(end),
            Some(_) => Tail::OtherStream,
            None => Tail::Silent,
        })
    }

    /// Looks for a shift of the time stamps in the first pages of an Ogg file, and rewinds.
    ///
    /// Some muxers put the first packet of audio on the page of the headers, where it must not be,
    /// and count on from a later page as if it were not there.
    pub(crate) async fn find_shift(&mut self) -> Result<Option<Shift>, DecodeError> {
        let mut expected: Option<i64> = None;
        let mut found = None;
        for packets in 0..PACKETS_WITH_SHIFT {
            let Next::Packet(packet) = self.next().await? else { break };
            let by = expected.map_or(0, |expected| expected.saturating_sub(packet.pts.get()));
            if (1..=LARGEST_SHIFT).contains(&by) {
                found = Some(Shift { packets, by, from: packet.pts.get() });
                break;
            }
            let duration = i64::try_from(packet.block_dur().get()).unwrap_or(0);
            expected = Some(packet.pts.get().saturating_add(duration));
        }
        self.rewind();
        Ok(found)
    }

    /// The next packet.
    ///
    /// # Cancellation
    ///
    /// Dropping the future loses no packet.
    pub(crate) async fn next(&mut self) -> Result<Next, DecodeError> {
        if let Some(ahead) = &mut self.ahead {
            let followed = ahead.follow(self.head.load(Ordering::Relaxed)).await;
            followed.map_err(DecodeError::Source)?;
        }
        match self.attempt(Self::next_now).await? {
            Ok(Some(packet)) => {
                self.resume = Resume::After(packet.pts);
                Ok(Next::Packet(packet))
            }
            Ok(None) => Ok(Next::End),
            Err(Error::IoError(error)) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
                Ok(Next::Missing)
            }
            Err(Error::ResetRequired) => {
                self.links += 1;
                self.resume = Resume::Start;
                self.track = self.default_track().map_or(self.track, |track| track.id);
                Ok(Next::NewStream)
            }
            Err(error) => Err(refuse(error)),
        }
    }

    /// Goes to the packet that holds this time stamp, or to one before it. Says no when the
    /// container cannot, and is then somewhere else.
    ///
    /// # Cancellation
    ///
    /// Dropping the future leaves the demuxer at an unknown place: seek again.
    pub(crate) async fn seek(&mut self, to: Timestamp) -> Result<bool, DecodeError> {
        let to = self.last_seek.map_or(to, |last| to.min(Timestamp::from(last.max(0))));
        self.resume = Resume::At(to);
        self.reader.take_if(|_| self.forgets_place);
        let outcome = self
            .attempt(|demuxer| match demuxer.reader.take() {
                Some(mut reader) => {
                    seek_reader(&mut reader, demuxer.track, to)?;
                    demuxer.reader = Some(reader);
                    Ok(())
                }
                None => demuxer.open_reader(),
            })
            .await?;
        Ok(outcome.is_ok())
    }

    /// Goes back to the first packet.
    pub(crate) fn rewind(&mut self) {
        self.reader = None;
        self.links = 0;
        self.track = self.first_track;
        self.resume = Resume::Start;
    }

    fn default_track(&self) -> Option<&Track> {
        self.reader.as_ref()?.default_track(TrackType::Audio)
    }

    /// Tries `operation` until all the bytes it wants are here.
    async fn attempt<T>(
        &mut self,
        mut operation: impl FnMut(&mut Self) -> SymphoniaResult<T>,
    ) -> Result<SymphoniaResult<T>, DecodeError> {
        self.source.begin();
        loop {
            let outcome = operation(self);
            // Demuxers swallow some read errors, so success is no proof that nothing is missing.
            if self.source.is_waiting() {
                drop(outcome);
                // Before the wait, so that a dropped future leaves no reader without its place.
                self.reader = None;
                self.source.fetch_missing().await.map_err(DecodeError::Source)?;
            } else if let Some(error) = self.source.host_error() {
                self.reader = None;
                return Err(DecodeError::Source(error));
            } else {
                return Ok(outcome);
            }
        }
    }

    /// Makes the reader and takes it to where it has to go on.
    fn open_reader(&mut self) -> SymphoniaResult<()> {
        let mut reader = self.make_reader()?;
        match self.resume {
            Resume::At(to) => seek_reader(&mut reader, self.track, to)?,
            // The packets before it are passed over in `next_now`. Where there is no seeking, within
            // chained streams and behind an estimated end, that means all of them.
            Resume::After(last) if self.links == 0 => {
                let last = self.last_seek.map_or(last, |limit| last.min(Timestamp::from(limit)));
                match seek_reader(&mut reader, self.track, last) {
                    Err(Error::SeekError(_)) => reader = self.make_reader()?,
                    sought => sought?,
                }
            }
            Resume::Start | Resume::After(_) => {}
        }
        self.reader = Some(reader);
        Ok(())
    }

    fn make_reader(&self) -> SymphoniaResult<Box<dyn FormatReader>> {
        let source = Source::new(self.source.clone(), self.layout.clone(), self.head.clone());
        let stream = MediaSourceStream::new(Box::new(source), MediaSourceStreamOptions::default());
        // Tags and pictures are somebody else's job.
        let metadata = MetadataOptions::default()
            .limit_tag_bytes(Limit::Maximum(64 * 1024))
            .limit_visual_bytes(Limit::Maximum(0));
        let probe = self.layout.demuxer.probe();
        let mut reader = probe.probe(&Hint::new(), stream, FormatOptions::default(), metadata)?;
        for _ in 0..self.links {
            skip_stream(&mut reader)?;
        }
        Ok(reader)
    }

    fn next_now(&mut self) -> SymphoniaResult<Option<Packet>> {
        let mut delivered = None;
        if self.reader.is_none() {
            self.open_reader()?;
            if let Resume::After(last) = self.resume {
                delivered = Some(last);
            }
        }
        let Some(reader) = &mut self.reader else { return Ok(None) };
        for _ in 0..MAX_SKIPPED {
            match reader.next_packet()? {
                Some(packet) if packet.track_id != self.track => {}
                Some(packet) if delivered.is_some_and(|last| packet.pts <= last) => {}
                packet => return Ok(packet),
            }
        }
        Ok(None)
    }
}

/// What a demuxer's error means to the caller.
fn refuse(error: Error) -> DecodeError {
    match error {
        Error::Unsupported(what) => DecodeError::unsupported(what),
        Error::IoError(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
            DecodeError::malformed("the file ends within its header")
        }
        error => DecodeError::malformed(error),
    }
}
