//! One stream on a sound device: its format, its callback, its errors.

use std::cmp::Reverse;
use std::fmt;
use std::sync::Arc;

use bridge_traits::{AudioStream, BridgeError, ErrorKind, OutputFormat, Result};
use core_async::sync::Notify;
use cpal::traits::{DeviceTrait, StreamTrait};
use cpal::{
    BufferSize, FromSample, OutputCallbackInfo, SampleFormat, SizedSample, StreamConfig,
    SupportedBufferSize, SupportedStreamConfig, SupportedStreamConfigRange,
};

use super::feed::Feed;
use super::renderer::Renderer;
use super::shared::Shared;
use super::stream::{Device, OutputStream};

const OPEN: &str = "audio.open";

/// How many times a second the device asks for frames. Two such pieces, 40 ms, are between the
/// renderer and the loudspeaker: a pause is heard well within 100 ms, and the computer has time.
const PERIODS_PER_SECOND: u32 = 50;

/// How many frames are converted at once for devices that do not take floats.
const CHUNK: usize = 512;

/// Opens a stream in the format of `device` that is nearest to `wish`.
pub(super) fn open(device: &cpal::Device, wish: OutputFormat) -> Result<Box<dyn AudioStream>> {
    let chosen = choose(device, wish)?;
    let format = OutputFormat { sample_rate: chosen.sample_rate(), channels: chosen.channels() };
    let period = period(&chosen);
    let config = |buffer_size| StreamConfig { buffer_size, ..chosen.config() };
    // A fixed size is a wish that not every driver grants.
    let (feed, stream) = build(device, config(period), chosen.sample_format(), format)
        .or_else(|_| build(device, config(BufferSize::Default), chosen.sample_format(), format))?;
    stream.play().map_err(|error| bridge_error(OPEN, error))?;
    Ok(Box::new(OutputStream::new(feed, CpalDevice { _stream: stream })))
}

/// The failure of `operation` as the sound system reported it.
pub(super) fn bridge_error(operation: &'static str, error: cpal::Error) -> BridgeError {
    let kind = match error.kind() {
        cpal::ErrorKind::DeviceNotAvailable => ErrorKind::NotFound,
        cpal::ErrorKind::PermissionDenied => ErrorKind::PermissionDenied,
        cpal::ErrorKind::UnsupportedConfig | cpal::ErrorKind::UnsupportedOperation => {
            ErrorKind::Unsupported
        }
        _ => ErrorKind::Unavailable,
    };
    BridgeError::new(kind, operation).with_source(error)
}

/// Keeps the stream open.
struct CpalDevice {
    _stream: cpal::Stream,
}

impl Device for CpalDevice {}

impl fmt::Debug for CpalDevice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CpalDevice").finish_non_exhaustive()
    }
}

/// The configuration that is nearest to the wish: first the channels, then the rate, then the
/// samples that lose least.
fn choose(device: &cpal::Device, wish: OutputFormat) -> Result<SupportedStreamConfig> {
    let default = device.default_output_config();
    let supported = device.supported_output_configs();
    let ranges: Vec<_> = supported.into_iter().flatten().collect();
    let fallback = default.as_ref().map_or(2, SupportedStreamConfig::channels);
    ranges
        .into_iter()
        .filter(|range| quality(range.sample_format()).is_some())
        .min_by_key(|range| {
            let channels = range.channels();
            (
                // A device that lacks the wish plays what it usually plays.
                channels != wish.channels,
                channels != fallback,
                nearest_rate(range, wish.sample_rate).abs_diff(wish.sample_rate),
                Reverse(quality(range.sample_format())),
            )
        })
        .map(|range| range.with_sample_rate(nearest_rate(&range, wish.sample_rate)))
        .map_or_else(|| default.map_err(|error| bridge_error(OPEN, error)), Ok)
}

fn nearest_rate(range: &SupportedStreamConfigRange, wish: u32) -> u32 {
    wish.clamp(range.min_sample_rate(), range.max_sample_rate().max(range.min_sample_rate()))
}

/// How well a sample format keeps 32-bit floats; `None` for those that are not used.
fn quality(format: SampleFormat) -> Option<u8> {
    Some(match format {
        SampleFormat::F32 => 5,
        SampleFormat::F64 => 4,
        SampleFormat::I32 => 3,
        SampleFormat::I16 => 2,
        SampleFormat::U16 => 1,
        SampleFormat::U8 => 0,
        _ => return None,
    })
}

fn period(config: &SupportedStreamConfig) -> BufferSize {
    let frames = config.sample_rate() / PERIODS_PER_SECOND;
    match config.buffer_size() {
        SupportedBufferSize::Range { min, max } if min <= max => {
            BufferSize::Fixed(frames.clamp(*min, *max))
        }
        _ => BufferSize::Fixed(frames),
    }
}

fn build(
    device: &cpal::Device,
    config: StreamConfig,
    samples: SampleFormat,
    format: OutputFormat,
) -> Result<(Feed, cpal::Stream)> {
    let (feed, renderer) = Feed::new(format);
    let callback = Callback {
        renderer,
        shared: Arc::clone(&feed.shared),
        scratch: vec![0.0; CHUNK * usize::from(format.channels)].into(),
    };
    let errors =
        ErrorCallback { shared: Arc::clone(&feed.shared), changed: Arc::clone(&feed.changed) };
    let stream = match samples {
        SampleFormat::F32 => build_f32(device, config, callback, errors),
        SampleFormat::F64 => build_converting::<f64>(device, config, callback, errors),
        SampleFormat::I32 => build_converting::<i32>(device, config, callback, errors),
        SampleFormat::I16 => build_converting::<i16>(device, config, callback, errors),
        SampleFormat::U16 => build_converting::<u16>(device, config, callback, errors),
        SampleFormat::U8 => build_converting::<u8>(device, config, callback, errors),
        _ => return Err(BridgeError::new(ErrorKind::Unsupported, OPEN)),
    };
    Ok((feed, stream.map_err(|error| bridge_error(OPEN, error))?))
}

fn build_f32(
    device: &cpal::Device,
    config: StreamConfig,
    mut callback: Callback,
    mut errors: ErrorCallback,
) -> Result<cpal::Stream, cpal::Error> {
    device.build_output_stream::<f32, _, _>(
        config,
        move |output, info| {
            callback.note_latency(info);
            callback.renderer.render(output);
        },
        move |error| errors.take(&error),
        None,
    )
}

fn build_converting<T: SizedSample + FromSample<f32>>(
    device: &cpal::Device,
    config: StreamConfig,
    mut callback: Callback,
    mut errors: ErrorCallback,
) -> Result<cpal::Stream, cpal::Error> {
    device.build_output_stream::<T, _, _>(
        config,
        move |output, info| {
            callback.note_latency(info);
            callback.render_converted(output);
        },
        move |error| errors.take(&error),
        None,
    )
}

/// What the device's thread calls.
struct Callback {
    renderer: Renderer,
    shared: Arc<Shared>,
    scratch: Box<[f32]>,
}

impl Callback {
    fn note_latency(&self, info: &OutputCallbackInfo) {
        let times = info.timestamp();
        self.shared.set_latency(times.playback.saturating_duration_since(times.callback));
    }

    fn render_converted<T: FromSample<f32>>(&mut self, output: &mut [T]) {
        for output in output.chunks_mut(self.scratch.len()) {
            let scratch = &mut self.scratch[..output.len()];
            self.renderer.render(scratch);
            for (output, sample) in output.iter_mut().zip(scratch) {
                *output = T::from_sample_(sample.clamp(-1.0, 1.0));
            }
        }
    }
}

/// Hears of the device's troubles, on a thread of its own.
struct ErrorCallback {
    shared: Arc<Shared>,
    changed: Arc<Notify>,
}

impl ErrorCallback {
    fn take(&mut self, error: &cpal::Error) {
        match error.kind() {
            cpal::ErrorKind::DeviceNotAvailable
            | cpal::ErrorKind::HostUnavailable
            | cpal::ErrorKind::StreamInvalidated => {
                self.shared.fail(error.to_string());
                self.changed.notify_waiters();
            }
            // The sound goes on. Some drivers complain, or report an underrun of their own, until
            // they have really started; if it does not go on, the writer notices that the device
            // has stopped asking.
            _ => self.shared.complain(|| error.to_string()),
        }
    }
}
