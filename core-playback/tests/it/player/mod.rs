//! The player plays every sample once, in order, at the right time.

mod controls;
mod failures;
mod playing;

use std::sync::Arc;

use core_playback::{
    Decoder, FormatHint, PlayRequest, Player, PlayerStatus, WavEncoder, WavSample,
};
use core_runtime::{Event, EventBus, EventReceiver, PlaybackEvent, TryRecvError};

use crate::output::TestOutput;
use crate::sources::{Manner, TestFile};

const RATE: u32 = 1000;

/// A stereo file at 1 kHz whose samples count up from `first`, so that each one is unique.
fn counting(first: u16, frames: u16) -> Vec<u8> {
    let encoder = WavEncoder::new(WavSample::Int16, RATE, 2, frames.into()).unwrap();
    let mut bytes = encoder.header();
    let samples: Vec<i32> = (0..frames)
        .flat_map(|frame| [i32::from(first + frame) << 16, i32::from(frame) << 16])
        .collect();
    encoder.encode_integers(&samples, &mut bytes);
    bytes
}

/// The numbers of the frames that were heard.
fn frames(heard: &[f32]) -> Vec<u16> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small numbers")]
    heard.chunks_exact(2).map(|frame| (frame[0] * 32_768.0) as u16).collect()
}

fn request(track_id: &str, bytes: Vec<u8>) -> PlayRequest {
    PlayRequest {
        track_id: track_id.into(),
        source: TestFile::new(bytes, Manner::Remote),
        hint: FormatHint::default(),
        duration_ms: None,
        start_seconds: 0.0,
    }
}

struct Setup {
    output: TestOutput,
    player: Player,
    events: EventReceiver,
}

fn setup(output: TestOutput) -> Setup {
    let bus = EventBus::new(10_000);
    let events = bus.subscribe();
    let player = Player::new(Arc::new(output.clone()), bus);
    Setup { output, player, events }
}

impl Setup {
    /// The next event that is not a position.
    async fn event(&mut self) -> PlaybackEvent {
        loop {
            match self.events.recv().await.unwrap() {
                Event::Playback(PlaybackEvent::PositionChanged { .. }) => {}
                Event::Playback(event) => return event,
                event => panic!("{event:?}"),
            }
        }
    }

    /// The positions told so far.
    fn positions(&mut self) -> Vec<u64> {
        let mut positions = Vec::new();
        loop {
            match self.events.try_recv() {
                Ok(Event::Playback(PlaybackEvent::PositionChanged { position_ms, .. })) => {
                    positions.push(position_ms);
                }
                Ok(_) => {}
                Err(TryRecvError::Empty) => return positions,
                Err(error) => panic!("{error}"),
            }
        }
    }

    fn status(&self) -> PlayerStatus {
        self.player.status()
    }
}

fn started(track_id: &str) -> PlaybackEvent {
    PlaybackEvent::Started { track_id: track_id.into() }
}

fn completed(track_id: &str) -> PlaybackEvent {
    PlaybackEvent::Completed { track_id: track_id.into() }
}

#[core_async::test]
async fn a_status_is_flat_json() {
    let setup = setup(TestOutput::new(300));
    let json = serde_json::to_string(&setup.status()).unwrap();
    let expected = concat!(
        r#"{"state":"stopped","track_id":null,"position_ms":0,"#,
        r#""duration_ms":null,"volume":1.0}"#
    );
    assert_eq!(json, expected);
}

#[core_async::test]
async fn an_opened_decoder_can_move_between_tasks() {
    let file = TestFile::new(counting(0, 100), Manner::Local);
    let mut decoder = Decoder::open(file, FormatHint::default()).await.unwrap();
    let task = core_async::task::spawn(async move { decoder.read(&mut [0.0; 200]).await.unwrap() });
    assert_eq!(task.await.unwrap(), 100);
}
