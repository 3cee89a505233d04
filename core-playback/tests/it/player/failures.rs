//! Files and devices that fail are told of, and the next track plays.

use core_playback::{PlayError, PlayerState};
use core_runtime::PlaybackEvent;

use super::{counting, frames, request, setup, started};
use crate::output::TestOutput;

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
