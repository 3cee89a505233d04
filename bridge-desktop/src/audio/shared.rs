//! What the writer and the renderer of a stream tell each other without locks.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

/// The state both sides see. Positions count frames since the stream was opened, in the order
/// they were written.
#[derive(Debug)]
pub(super) struct Shared {
    /// What has been played or dropped.
    position: AtomicU64,
    /// Everything before this was discarded; it is never heard, whether it was dropped yet or not.
    discarded: AtomicU64,
    paused: AtomicBool,
    /// Whether a pause has been carried out: nothing moves any more.
    resting: AtomicBool,
    /// The volume, as the bits of an `f32`.
    gain: AtomicU32,
    /// How many callers wait for the end of what was written: then running dry is no accident.
    drains: AtomicU32,
    underruns: AtomicU64,
    /// How long the device takes from being handed a frame to playing it.
    latency_nanos: AtomicU64,
    /// What happened to the device, once something has.
    failure: OnceLock<String>,
    /// The first thing the device complained of and that it may have got over.
    complaint: OnceLock<String>,
}

impl Shared {
    pub(super) fn new() -> Self {
        Self {
            position: AtomicU64::new(0),
            discarded: AtomicU64::new(0),
            paused: AtomicBool::new(false),
            resting: AtomicBool::new(false),
            gain: AtomicU32::new(1_f32.to_bits()),
            drains: AtomicU32::new(0),
            underruns: AtomicU64::new(0),
            latency_nanos: AtomicU64::new(0),
            failure: OnceLock::new(),
            complaint: OnceLock::new(),
        }
    }

    pub(super) fn position(&self) -> u64 {
        self.position.load(Ordering::Acquire)
    }

    /// Only the renderer moves.
    pub(super) fn set_position(&self, position: u64) {
        self.position.store(position, Ordering::Release);
    }

    pub(super) fn discarded(&self) -> u64 {
        self.discarded.load(Ordering::Acquire)
    }

    /// Drops everything before `position`, all of which must be in the ring already: the renderer
    /// that sees this also sees those frames.
    pub(super) fn discard(&self, position: u64) {
        self.discarded.store(position, Ordering::Release);
    }

    /// Frames played since the last discard.
    pub(super) fn played(&self) -> u64 {
        self.position().saturating_sub(self.discarded())
    }

    pub(super) fn is_paused(&self) -> bool {
        self.paused.load(Ordering::Acquire)
    }

    pub(super) fn set_paused(&self, paused: bool) {
        self.resting.store(false, Ordering::Release);
        self.paused.store(paused, Ordering::Release);
    }

    pub(super) fn is_resting(&self) -> bool {
        self.is_paused() && self.resting.load(Ordering::Acquire)
    }

    /// Only the renderer comes to rest.
    pub(super) fn rest(&self) {
        self.resting.store(true, Ordering::Release);
    }

    pub(super) fn gain(&self) -> f32 {
        f32::from_bits(self.gain.load(Ordering::Relaxed))
    }

    pub(super) fn set_gain(&self, gain: f32) {
        self.gain.store(gain.to_bits(), Ordering::Relaxed);
    }

    pub(super) fn is_draining(&self) -> bool {
        self.drains.load(Ordering::Acquire) > 0
    }

    /// Running dry is expected until the value is dropped.
    pub(super) fn begin_drain(&self) -> Drain<'_> {
        self.drains.fetch_add(1, Ordering::AcqRel);
        Drain(self)
    }

    pub(super) fn underruns(&self) -> u64 {
        self.underruns.load(Ordering::Relaxed)
    }

    pub(super) fn count_underrun(&self) {
        self.underruns.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn latency(&self) -> Duration {
        Duration::from_nanos(self.latency_nanos.load(Ordering::Relaxed))
    }

    pub(super) fn set_latency(&self, latency: Duration) {
        let nanos = u64::try_from(latency.as_nanos()).unwrap_or(u64::MAX);
        self.latency_nanos.store(nanos, Ordering::Relaxed);
    }

    pub(super) fn failure(&self) -> Option<&str> {
        self.failure.get().map(String::as_str)
    }

    /// Notes what may pass, in case it does not.
    pub(super) fn complain(&self, reason: impl FnOnce() -> String) {
        self.complaint.get_or_init(reason);
    }

    /// The device has not asked for anything for too long.
    pub(super) fn fail_stalled(&self) {
        let complaint = self.complaint.get().map_or("without a reason", String::as_str);
        self.fail(format!("it takes no samples any more: {complaint}"));
    }

    /// The device is gone. Only the first reason counts.
    pub(super) fn fail(&self, reason: String) {
        self.failure.set(reason).ok();
    }
}

/// A caller that waits for the end.
#[derive(Debug)]
pub(super) struct Drain<'a>(&'a Shared);

impl Drop for Drain<'_> {
    fn drop(&mut self) {
        self.0.drains.fetch_sub(1, Ordering::AcqRel);
    }
}
