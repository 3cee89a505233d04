//! Every sample once, in order, to the end and on to the next track.

use bridge_traits::OutputFormat;
use core_playback::{PlayError, PlayRequest, PlayerState};
use core_runtime::PlaybackEvent;

use super::{completed, counting, frames, request, setup, started};
use crate::fixtures::fixture;
use crate::output::TestOutput;
use crate::sources::{open, read_all};

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
