//! The player plays every sample once, in order, at the right time.

use std::sync::Arc;

use bridge_traits::OutputFormat;
use core_playback::{
    Decoder, FormatHint, PlayError, PlayRequest, Player, PlayerState, PlayerStatus, WavEncoder,
    WavSample,
};
use core_runtime::{Event, EventBus, EventReceiver, PlaybackEvent, TryRecvError};

use crate::fixtures::fixture;
use crate::output::TestOutput;
use crate::sources::{Manner, TestFile, open, read_all};

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
async fn a_track_is_played_to_its_end() {
    let mut setup = setup(TestOutput::new(500));
    assert_eq!(setup.status().state, PlayerState::Stopped);
    setup.player.play(request("t1", counting(0, 3000))).await.unwrap();
    assert_eq!(setup.event().await, started("t1"));
    let status = setup.status();
    assert_eq!((status.state, status.position_ms), (PlayerState::Playing, 0));
    assert_eq!(status.track_id.as_deref(), Some("t1"));
    assert_eq!(status.duration_ms, Some(3000));
    setup.output.allow(1234);
    setup.output.hear(1234 * 2).await;
    assert_eq!(setup.status().position_ms, 1234);
    setup.output.allow(10_000);
    assert_eq!(setup.event().await, completed("t1"));
    assert_eq!(frames(&setup.output.heard()), (0..3000).collect::<Vec<_>>());
    let status = setup.status();
    assert_eq!(
        (status.state, status.track_id, status.position_ms),
        (PlayerState::Stopped, None, 0)
    );
}

#[core_async::test]
async fn what_is_heard_is_what_was_decoded() {
    let fixture = fixture("tone.ogg");
    let expected = read_all(&mut open(fixture.bytes).await).await;
    let mut setup = setup(TestOutput::new(4096));
    setup.output.allow(usize::MAX / 2);
    setup.player.play(request("t1", fixture.bytes.to_vec())).await.unwrap();
    assert_eq!(setup.event().await, started("t1"));
    assert_eq!(setup.event().await, completed("t1"));
    assert_eq!(setup.output.heard(), expected);
}

#[core_async::test]
async fn pause_stops_at_a_sample_and_resume_goes_on_with_the_next() {
    let mut setup = setup(TestOutput::new(200));
    setup.player.play(request("t1", counting(0, 2000))).await.unwrap();
    setup.output.allow(700);
    setup.output.hear(700 * 2).await;
    setup.player.pause().await.unwrap();
    assert_eq!(setup.event().await, started("t1"));
    let paused = PlaybackEvent::Paused { track_id: "t1".into(), position_ms: 700 };
    assert_eq!(setup.event().await, paused);
    setup.output.allow(500);
    setup.output.fill().await;
    assert_eq!(setup.output.heard().len(), 700 * 2);
    assert_eq!((setup.status().state, setup.status().position_ms), (PlayerState::Paused, 700));
    // Once more changes nothing.
    setup.player.pause().await.unwrap();
    setup.player.resume().await.unwrap();
    let resumed = PlaybackEvent::Resumed { track_id: "t1".into(), position_ms: 700 };
    assert_eq!(setup.event().await, resumed);
    setup.output.allow(5000);
    assert_eq!(setup.event().await, completed("t1"));
    assert_eq!(frames(&setup.output.heard()), (0..2000).collect::<Vec<_>>());
}

#[core_async::test]
async fn no_stale_sample_is_heard_after_a_seek() {
    let mut setup = setup(TestOutput::new(300));
    setup.player.play(request("t1", counting(0, 5000))).await.unwrap();
    setup.output.allow(100);
    setup.output.fill().await;
    setup.player.seek(4.0).await.unwrap();
    assert_eq!(setup.status().position_ms, 4000);
    setup.output.allow(50);
    setup.output.hear(150 * 2).await;
    assert_eq!(setup.status().position_ms, 4050);
    setup.output.fill().await;
    setup.player.seek(1.5).await.unwrap();
    setup.output.allow(50);
    let heard = frames(&setup.output.hear(200 * 2).await);
    let expected: Vec<u16> = (0..100).chain(4000..4050).chain(1500..1550).collect();
    assert_eq!(heard, expected);
    // Past the end is the end.
    setup.player.seek(99.0).await.unwrap();
    assert_eq!(setup.event().await, started("t1"));
    assert_eq!(setup.event().await, completed("t1"));
    assert_eq!(setup.output.heard().len(), 200 * 2);
}

#[core_async::test]
async fn a_paused_track_stays_paused_when_sought() {
    let setup = setup(TestOutput::new(300));
    setup.player.play(request("t1", counting(0, 5000))).await.unwrap();
    setup.player.pause().await.unwrap();
    setup.output.allow(100);
    setup.player.seek(2.0).await.unwrap();
    setup.output.fill().await;
    assert_eq!((setup.status().state, setup.status().position_ms), (PlayerState::Paused, 2000));
    assert!(setup.output.heard().is_empty());
    setup.player.resume().await.unwrap();
    assert_eq!(frames(&setup.output.hear(100 * 2).await), (2000..2100).collect::<Vec<_>>());
}

#[core_async::test]
async fn commands_in_the_middle_of_decoding_lose_nothing() {
    let setup = setup(TestOutput::new(64));
    setup.player.play(request("t1", counting(0, 6000))).await.unwrap();
    for step in 1..=100_u8 {
        setup.player.set_volume(f32::from(step) / 100.0).await.unwrap();
        setup.output.allow(31);
        setup.output.hear(usize::from(step) * 31 * 2).await;
    }
    assert_eq!(frames(&setup.output.heard()), (0..3100).collect::<Vec<_>>());
    assert_eq!(setup.output.volume(), 1.0);
}

#[core_async::test]
async fn the_next_track_follows_on_the_same_stream() {
    let mut setup = setup(TestOutput::new(300));
    setup.output.allow(100_000);
    setup.player.play(request("t1", counting(0, 1000))).await.unwrap();
    assert_eq!(setup.event().await, started("t1"));
    assert_eq!(setup.event().await, completed("t1"));
    assert!(setup.output.is_paused());
    setup.player.play(request("t2", counting(2000, 500))).await.unwrap();
    assert_eq!(setup.event().await, started("t2"));
    assert_eq!(setup.event().await, completed("t2"));
    let expected: Vec<u16> = (0..1000).chain(2000..2500).collect();
    assert_eq!(frames(&setup.output.heard()), expected);
    assert_eq!(setup.output.opened().len(), 1);
    // Another format needs another stream.
    setup.player.play(request("t3", fixture("tone.aiff").bytes.to_vec())).await.unwrap();
    assert_eq!(setup.output.opened().len(), 2);
    assert_eq!(setup.output.open_streams(), 1);
}

#[core_async::test]
async fn another_track_replaces_the_one_being_played() {
    let mut setup = setup(TestOutput::new(300));
    setup.player.play(request("t1", counting(0, 5000))).await.unwrap();
    setup.output.allow(10);
    setup.output.fill().await;
    setup.player.play(request("t2", counting(6000, 1000))).await.unwrap();
    setup.output.allow(10);
    let heard = frames(&setup.output.hear(20 * 2).await);
    assert_eq!(heard, (0..10).chain(6000..6010).collect::<Vec<_>>());
    assert_eq!(setup.event().await, started("t1"));
    assert_eq!(setup.event().await, PlaybackEvent::Stopped { track_id: "t1".into() });
    assert_eq!(setup.event().await, started("t2"));
    assert_eq!(setup.status().position_ms, 10);
}

#[core_async::test]
async fn the_last_of_two_requests_wins() {
    let mut setup = setup(TestOutput::new(300));
    let first = setup.player.play(request("t1", counting(0, 1000)));
    let second = setup.player.play(request("t2", counting(6000, 1000)));
    let (first, second) = core_async::join!(first, second);
    assert!(matches!(first, Err(PlayError::Replaced)));
    second.unwrap();
    setup.output.allow(10);
    assert_eq!(frames(&setup.output.hear(20).await), (6000..6010).collect::<Vec<_>>());
    assert_eq!(setup.event().await, started("t2"));
}

#[core_async::test]
async fn what_is_asked_while_loading_holds_afterwards() {
    let mut setup = setup(TestOutput::new(300));
    let play = setup.player.play(request("t1", counting(0, 5000)));
    let (played, sought, paused, turned) = core_async::join!(
        play,
        setup.player.seek(3.0),
        setup.player.pause(),
        setup.player.set_volume(0.5)
    );
    played.unwrap();
    sought.unwrap();
    paused.unwrap();
    turned.unwrap();
    assert_eq!(setup.event().await, started("t1"));
    let paused = PlaybackEvent::Paused { track_id: "t1".into(), position_ms: 3000 };
    assert_eq!(setup.event().await, paused);
    assert_eq!(setup.output.volume(), 0.5);
    assert_eq!(setup.status().volume, 0.5);
    setup.output.allow(10);
    assert!(setup.output.heard().is_empty());
    setup.player.resume().await.unwrap();
    assert_eq!(frames(&setup.output.hear(20).await), (3000..3010).collect::<Vec<_>>());
}

#[core_async::test]
async fn a_track_can_start_in_its_middle() {
    let setup = setup(TestOutput::new(300));
    let request = PlayRequest { start_seconds: 2.5, ..request("t1", counting(0, 5000)) };
    setup.player.play(request).await.unwrap();
    assert_eq!(setup.status().position_ms, 2500);
    setup.output.allow(10);
    assert_eq!(frames(&setup.output.hear(20).await), (2500..2510).collect::<Vec<_>>());
    assert_eq!(setup.status().position_ms, 2510);
}

#[core_async::test]
async fn positions_are_told_four_times_a_second() {
    let mut setup = setup(TestOutput::new(100));
    setup.player.play(request("t1", counting(0, 5000))).await.unwrap();
    for step in 1..=40 {
        setup.output.allow(50);
        setup.output.hear(step * 50 * 2).await;
        setup.output.fill().await;
    }
    let positions = setup.positions();
    assert!((7..=8).contains(&positions.len()), "{positions:?}");
    assert!(positions.is_sorted(), "{positions:?}");
    assert!(positions.windows(2).all(|pair| pair[1] - pair[0] >= 250), "{positions:?}");
}

#[core_async::test]
async fn stop_frees_the_device() {
    let mut setup = setup(TestOutput::new(300));
    setup.player.play(request("t1", counting(0, 5000))).await.unwrap();
    assert_eq!(setup.output.open_streams(), 1);
    setup.player.stop().await.unwrap();
    assert_eq!(setup.output.open_streams(), 0);
    assert_eq!(setup.event().await, started("t1"));
    assert_eq!(setup.event().await, PlaybackEvent::Stopped { track_id: "t1".into() });
    assert_eq!(setup.status().state, PlayerState::Stopped);
    // Nothing to stop is fine; nothing to pause, resume or seek is not.
    setup.player.stop().await.unwrap();
    assert!(matches!(setup.player.pause().await, Err(PlayError::NoTrack)));
    assert!(matches!(setup.player.resume().await, Err(PlayError::NoTrack)));
    assert!(matches!(setup.player.seek(1.0).await, Err(PlayError::NoTrack)));
}

#[core_async::test]
async fn dropping_the_player_stops_the_sound() {
    let setup = setup(TestOutput::new(300));
    setup.player.play(request("t1", counting(0, 5000))).await.unwrap();
    drop(setup.player);
    while setup.output.open_streams() > 0 {
        core_async::task::yield_now().await;
    }
}

#[core_async::test]
async fn a_file_that_does_not_decode_is_an_error_and_an_event() {
    let mut setup = setup(TestOutput::new(300));
    let error = setup.player.play(request("t1", b"nothing".to_vec())).await.unwrap_err();
    assert_eq!(error.code(), "unsupported_format");
    let event = setup.event().await;
    let PlaybackEvent::Error { track_id, code, .. } = event else { panic!("{event:?}") };
    assert_eq!((track_id.as_str(), code.as_str()), ("t1", "unsupported_format"));
    assert_eq!(setup.status().state, PlayerState::Failed);
    // The next one plays.
    setup.player.play(request("t2", counting(0, 100))).await.unwrap();
    assert_eq!(setup.event().await, started("t2"));
}

#[core_async::test]
async fn a_truncated_file_plays_what_it_has_and_then_fails() {
    let mut setup = setup(TestOutput::new(300));
    setup.output.allow(100_000);
    let mut bytes = counting(0, 3000);
    bytes.truncate(44 + 2000 * 4);
    setup.player.play(request("t1", bytes)).await.unwrap();
    assert_eq!(setup.event().await, started("t1"));
    let event = setup.event().await;
    assert!(
        matches!(&event, PlaybackEvent::Error { code, .. } if code == "truncated"),
        "{event:?}"
    );
    assert_eq!(frames(&setup.output.heard()), (0..2000).collect::<Vec<_>>());
}

#[core_async::test]
async fn a_device_that_vanishes_is_an_error_and_is_opened_again() {
    let mut setup = setup(TestOutput::new(300));
    setup.player.play(request("t1", counting(0, 5000))).await.unwrap();
    setup.output.unplug();
    assert_eq!(setup.event().await, started("t1"));
    let event = setup.event().await;
    let is_expected = matches!(&event, PlaybackEvent::Error { code, .. } if code == "unavailable");
    assert!(is_expected, "{event:?}");
    let error = setup.player.play(request("t2", counting(0, 100))).await.unwrap_err();
    assert!(matches!(error, PlayError::Output(_)), "{error:?}");
}

#[core_async::test]
async fn an_output_of_another_format_gets_converted_sound() {
    let format = OutputFormat { sample_rate: 48_000, channels: 2 };
    let mut setup = setup(TestOutput::fixed(4000, format));
    setup.output.allow(usize::MAX / 2);
    let fixture = fixture("tone.aiff");
    setup.player.play(request("t1", fixture.bytes.to_vec())).await.unwrap();
    assert_eq!(setup.event().await, started("t1"));
    assert_eq!(setup.event().await, completed("t1"));
    let heard = setup.output.heard();
    // 4000 frames at 22,050 Hz.
    assert_eq!(heard.len() / 2, (4000 * 320_usize).div_ceil(147));
    assert!(heard.chunks_exact(2).all(|frame| frame[0] == frame[1]));
}

#[core_async::test]
async fn values_out_of_range_are_refused() {
    let setup = setup(TestOutput::new(300));
    for gain in [-0.1, 1.1, f32::NAN] {
        assert!(matches!(setup.player.set_volume(gain).await, Err(PlayError::OutOfRange)));
    }
    for seconds in [-1.0, f64::NAN, f64::INFINITY] {
        assert!(matches!(setup.player.seek(seconds).await, Err(PlayError::OutOfRange)));
    }
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
