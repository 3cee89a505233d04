//! Pause, seek, volume and stop take effect at the very sample.

use core_playback::{PlayError, PlayerState};
use core_runtime::PlaybackEvent;

use super::{completed, counting, frames, request, setup, started};
use crate::output::TestOutput;

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
async fn values_out_of_range_are_refused() {
    let setup = setup(TestOutput::new(300));
    for gain in [-0.1, 1.1, f32::NAN] {
        assert!(matches!(setup.player.set_volume(gain).await, Err(PlayError::OutOfRange)));
    }
    for seconds in [-1.0, f64::NAN, f64::INFINITY] {
        assert!(matches!(setup.player.seek(seconds).await, Err(PlayError::OutOfRange)));
    }
}
