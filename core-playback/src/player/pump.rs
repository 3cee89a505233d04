//! The task behind the player: it alone touches the decoder and the stream.
//!
//! It waits for a command and for the current work at once, and everything it waits for can be
//! dropped half-way, so a command takes effect immediately and no sample is lost or repeated.

use std::future::pending;
use std::sync::Arc;

use bridge_traits::{AudioOutput, AudioStream, OutputFormat, with_causes};
use core_async::marker::BoxFuture;
use core_async::sync::{mpsc, watch};
use core_runtime::{EventBus, PlaybackEvent};

use super::PlayError;
use super::command::{Command, PlayRequest, Reply};
use super::session::{Session, Step};
use super::status::{PlayHead, PlayerState, Snapshot};
use crate::Decoder;
use crate::decode::seconds_to_frames;

pub(super) struct Pump {
    output: Arc<dyn AudioOutput>,
    events: EventBus,
    snapshot: watch::Sender<Snapshot>,
    stream: Option<OpenStream>,
    stage: Stage,
    paused: bool,
}

/// A stream and what it was opened for. The device may have chosen another format.
#[derive(Clone)]
struct OpenStream {
    stream: Arc<dyn AudioStream>,
    wish: OutputFormat,
}

enum Stage {
    Idle,
    Loading {
        load: BoxFuture<'static, Result<(Decoder, OpenStream), PlayError>>,
        reply: Reply,
        seek: Option<(f64, Vec<Reply>)>,
    },
    Playing {
        session: Box<Session>,
        /// Whoever asked to play waits until the first sample was taken.
        reply: Option<Reply>,
    },
}

impl Pump {
    pub(super) fn new(
        output: Arc<dyn AudioOutput>,
        events: EventBus,
        snapshot: watch::Sender<Snapshot>,
    ) -> Self {
        Self { output, events, snapshot, stream: None, stage: Stage::Idle, paused: false }
    }

    /// Works until nobody can send a command any more.
    pub(super) async fn run(mut self, mut commands: mpsc::UnboundedReceiver<Command>) {
        loop {
            core_async::select! {
                biased;
                command = commands.recv() => match command {
                    Some(command) => self.handle(command),
                    None => return,
                },
                () = self.work() => {}
            }
        }
    }

    /// Does the next piece of work, if there is any.
    async fn work(&mut self) {
        match &mut self.stage {
            Stage::Idle => pending().await,
            Stage::Loading { load, .. } => {
                let loaded = load.await;
                self.loaded(loaded);
            }
            Stage::Playing { session, .. } => match session.step(self.paused).await {
                Ok(step) => self.stepped(step),
                Err(error) => self.fail(error),
            },
        }
    }

    fn handle(&mut self, command: Command) {
        match command {
            Command::Play(request, reply) => self.play(request, reply),
            Command::Pause(reply) => {
                reply.send(self.set_paused(true)).ok();
            }
            Command::Resume(reply) => {
                reply.send(self.set_paused(false)).ok();
            }
            Command::Stop(reply) => {
                self.drop_track();
                // Frees the device.
                self.stream = None;
                reply.send(Ok(())).ok();
            }
            Command::Seek(seconds, reply) => self.seek(seconds, reply),
            Command::SetVolume(gain, reply) => {
                reply.send(self.set_volume(gain)).ok();
            }
        }
    }

    fn play(&mut self, request: PlayRequest, reply: Reply) {
        self.drop_track();
        self.paused = false;
        let start_ms = seconds_to_frames(request.start_seconds, 1000);
        self.snapshot.send_modify(|snapshot| {
            snapshot.state = PlayerState::Loading;
            snapshot.track_id = Some(request.track_id.clone());
            snapshot.duration_ms = request.duration_ms;
            snapshot.head = PlayHead { base_ms: start_ms, stream: None };
        });
        let load = Box::pin(load(self.output.clone(), self.stream.clone(), request));
        self.stage = Stage::Loading { load, reply, seek: None };
    }

    fn loaded(&mut self, loaded: Result<(Decoder, OpenStream), PlayError>) {
        let opened = loaded.and_then(|(decoder, stream)| {
            let session = Session::new(decoder, stream.stream.clone())?;
            self.stream = Some(stream);
            Ok(session)
        });
        let session = match opened {
            Ok(session) => session,
            Err(error) => return self.fail(error),
        };
        let Stage::Loading { reply, seek, .. } = std::mem::replace(&mut self.stage, Stage::Idle)
        else {
            return;
        };
        self.stage = Stage::Playing { session: Box::new(session), reply: Some(reply) };
        if let Err(error) = self.prepare_stream() {
            return self.fail(error);
        }
        self.take_head();
        if let Some((seconds, replies)) = seek {
            for reply in replies {
                self.seek(seconds, reply);
            }
        }
    }

    /// Gives a new stream the state of the player, and a used one a fresh start.
    fn prepare_stream(&self) -> Result<(), PlayError> {
        let Some(OpenStream { stream, .. }) = &self.stream else { return Ok(()) };
        let volume = self.snapshot.borrow().volume;
        stream.discard().map_err(PlayError::Output)?;
        stream.set_volume(volume).map_err(PlayError::Output)?;
        let set = if self.paused { stream.pause() } else { stream.resume() };
        set.map_err(PlayError::Output)
    }

    /// From now on the device counts from where the decoder is.
    fn take_head(&self) {
        let Stage::Playing { session, .. } = &self.stage else { return };
        self.snapshot.send_modify(|snapshot| {
            snapshot.duration_ms = session.duration_ms().or(snapshot.duration_ms);
            let stream = Some(session.stream.clone());
            snapshot.head = PlayHead { base_ms: session.decoder_ms(), stream };
        });
    }

    fn stepped(&mut self, step: Step) {
        match step {
            Step::Decoded => {}
            Step::Written(report) => {
                self.started();
                if report {
                    self.report();
                }
            }
            Step::Draining => self.report(),
            Step::Sought => {
                self.take_head();
                if let Stage::Playing { session, .. } = &mut self.stage {
                    for reply in session.seek_replies.drain(..) {
                        reply.send(Ok(())).ok();
                    }
                }
                self.report();
            }
            Step::Ended(Ok(())) => self.complete(),
            Step::Ended(Err(error)) => self.fail(error.into()),
        }
    }

    /// Tells that the track is on its way, once.
    fn started(&mut self) {
        let Stage::Playing { reply, .. } = &mut self.stage else { return };
        let Some(reply) = reply.take() else { return };
        let state = if self.paused { PlayerState::Paused } else { PlayerState::Playing };
        self.snapshot.send_modify(|snapshot| snapshot.state = state);
        let track_id = self.track_id();
        self.events.emit(PlaybackEvent::Started { track_id: track_id.clone() });
        if self.paused {
            let position_ms = self.snapshot.borrow().position_ms();
            self.events.emit(PlaybackEvent::Paused { track_id, position_ms });
        }
        reply.send(Ok(())).ok();
    }

    fn set_paused(&mut self, paused: bool) -> Result<(), PlayError> {
        if matches!(self.stage, Stage::Idle) {
            return Err(PlayError::NoTrack);
        }
        if self.paused == paused {
            return Ok(());
        }
        let Stage::Playing { session, reply } = &self.stage else {
            self.paused = paused;
            return Ok(());
        };
        let before = self.snapshot.borrow().position_ms();
        let set = if paused { session.stream.pause() } else { session.stream.resume() };
        set.map_err(PlayError::Output)?;
        self.paused = paused;
        if reply.is_some() {
            // `started` will tell.
            return Ok(());
        }
        let state = if paused { PlayerState::Paused } else { PlayerState::Playing };
        self.snapshot.send_modify(|snapshot| snapshot.state = state);
        let track_id = self.track_id();
        self.events.emit(if paused {
            let position_ms = self.snapshot.borrow().position_ms();
            PlaybackEvent::Paused { track_id, position_ms }
        } else {
            PlaybackEvent::Resumed { track_id, position_ms: before }
        });
        Ok(())
    }

    fn seek(&mut self, seconds: f64, reply: Reply) {
        match &mut self.stage {
            Stage::Idle => {
                reply.send(Err(PlayError::NoTrack)).ok();
            }
            Stage::Loading { seek, .. } => {
                let mut replies = seek.take().map(|(_, replies)| replies).unwrap_or_default();
                replies.push(reply);
                *seek = Some((seconds, replies));
            }
            Stage::Playing { session, .. } => {
                session.seek_replies.push(reply);
                let sought = session.seek(seconds);
                // The old place is over, and the new one is not yet exact.
                let base_ms = seconds_to_frames(seconds, 1000);
                self.snapshot.send_modify(|snapshot| {
                    let base_ms = base_ms.min(snapshot.duration_ms.unwrap_or(u64::MAX));
                    snapshot.head = PlayHead { base_ms, stream: None };
                });
                if let Err(error) = sought {
                    self.fail(error);
                }
            }
        }
    }

    fn set_volume(&mut self, gain: f32) -> Result<(), PlayError> {
        if let Some(OpenStream { stream, .. }) = &self.stream {
            stream.set_volume(gain).map_err(PlayError::Output)?;
        }
        self.snapshot.send_modify(|snapshot| snapshot.volume = gain);
        Ok(())
    }

    fn report(&self) {
        let snapshot = self.snapshot.borrow();
        self.events.emit(PlaybackEvent::PositionChanged {
            track_id: snapshot.track_id.clone().unwrap_or_default(),
            position_ms: snapshot.position_ms(),
            duration_ms: snapshot.duration_ms,
        });
    }

    /// The track was played to its end.
    fn complete(&mut self) {
        // A track without a single frame has not started yet.
        self.started();
        self.report();
        let track_id = self.track_id();
        self.stage = Stage::Idle;
        // The device is kept for the next track; silent, so that nothing counts as a gap.
        if self.stream.as_ref().is_some_and(|open| open.stream.pause().is_err()) {
            self.stream = None;
        }
        self.rest(PlayerState::Stopped);
        self.events.emit(PlaybackEvent::Completed { track_id });
    }

    /// The track cannot be played (on).
    fn fail(&mut self, error: PlayError) {
        let track_id = self.track_id();
        let (code, message) = (error.code().to_owned(), with_causes(&error));
        // A device that failed is opened anew, and one that plays on is silenced.
        self.stream = None;
        self.snapshot.send_modify(|snapshot| {
            let base_ms = snapshot.position_ms();
            snapshot.head = PlayHead { base_ms, stream: None };
            snapshot.state = PlayerState::Failed;
        });
        self.answer(Some(error));
        self.events.emit(PlaybackEvent::Error { track_id, code, message });
    }

    /// Gives the current track up, if there is one.
    fn drop_track(&mut self) {
        let was_started = match &self.stage {
            Stage::Idle => return self.rest(PlayerState::Stopped),
            Stage::Loading { .. } => false,
            Stage::Playing { session, reply } => {
                if session.stream.discard().is_err() {
                    self.stream = None;
                }
                reply.is_none()
            }
        };
        let track_id = self.track_id();
        self.answer(None);
        self.rest(PlayerState::Stopped);
        if was_started {
            self.events.emit(PlaybackEvent::Stopped { track_id });
        }
    }

    /// Leaves the current stage and tells everybody who waits for it; the one who asked to play
    /// learns the reason.
    fn answer(&mut self, error: Option<PlayError>) {
        let (play, seeks) = match std::mem::replace(&mut self.stage, Stage::Idle) {
            Stage::Idle => (None, Vec::new()),
            Stage::Loading { reply, seek, .. } => {
                (Some(reply), seek.map(|(_, replies)| replies).unwrap_or_default())
            }
            Stage::Playing { mut session, reply } => {
                (reply, std::mem::take(&mut session.seek_replies))
            }
        };
        let mut error = error;
        for reply in play.into_iter().chain(seeks) {
            reply.send(Err(error.take().unwrap_or(PlayError::Replaced))).ok();
        }
    }

    fn rest(&self, state: PlayerState) {
        self.snapshot.send_modify(|snapshot| {
            *snapshot = Snapshot { state, volume: snapshot.volume, ..Snapshot::default() };
        });
    }

    fn track_id(&self) -> String {
        self.snapshot.borrow().track_id.clone().unwrap_or_default()
    }
}

/// Opens a track and the stream to play it on.
async fn load(
    output: Arc<dyn AudioOutput>,
    open: Option<OpenStream>,
    request: PlayRequest,
) -> Result<(Decoder, OpenStream), PlayError> {
    let mut decoder = Decoder::open(request.source, request.hint).await?;
    let format = decoder.format();
    let wish = OutputFormat { sample_rate: format.sample_rate, channels: format.channels };
    decoder.seek(seconds_to_frames(request.start_seconds, wish.sample_rate)).await?;
    let fits = |open: &OpenStream| open.wish == wish || open.stream.format() == wish;
    let open = match open.filter(fits) {
        Some(open) => open,
        None => {
            let stream = output.open(wish).await.map_err(PlayError::Output)?;
            OpenStream { stream: Arc::from(stream), wish }
        }
    };
    Ok((decoder, open))
}
