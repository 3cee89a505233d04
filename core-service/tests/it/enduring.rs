//! Hours of music from a drive, while tokens and addresses of content end again and again.
//!
//! Built with `MPC_TEST_ENDURANCE=1` it is two hours in which they end fifty times, otherwise a third
//! of one.

use std::sync::Arc;

use bridge_traits::{Clock, HttpCapabilities, HttpClient, Request, Response};
use bytes::Bytes;
use core_async::time::{Duration, Instant, sleep};
use core_service::core_library::TrackQuery;
use core_service::core_runtime::{Event, PlaybackEvent};
use core_service::{Bridges, DriveKind};

use crate::accounts::World;
use crate::speaker::Speaker;

const RATE: u64 = 8000;
/// The length of a track in seconds.
const LENGTH: u64 = 600;
const TRACKS: u64 = if option_env!("MPC_TEST_ENDURANCE").is_some() { 12 } else { 2 };
/// How long it takes in seconds until what is good for a while ends.
const GOOD_FOR: u64 = 144;
/// How often it does. When it does so at the end, nobody asks any more.
const ENDS: u64 = TRACKS * LENGTH / GOOD_FOR - 1;

#[core_async::test(start_paused = true)]
async fn tokens_and_links_that_end_do_not_interrupt_the_music() {
    for kind in [DriveKind::GoogleDrive, DriveKind::OneDrive] {
        hours(kind).await;
    }
}

async fn hours(kind: DriveKind) {
    let speaker = Speaker::new(|frame| (f32::from(sample(frame)) - 128.0) / 128.0);
    let world = World::with(kind, |bridges| Bridges {
        clock: Some(Arc::new(PausedClock(Instant::now()))),
        audio_output: Some(Arc::new(speaker.clone())),
        http: bridges.http.map(|http| Arc::new(Distant(http)) as Arc<dyn HttpClient>),
        ..bridges
    });
    let world = world.await;
    let content = Bytes::from(wav(RATE * LENGTH));
    world.drive.files(|files| {
        for track in 0..TRACKS {
            files.file("root", &format!("{track:02}.wav"), content.clone());
        }
    });
    let account = world.add().await.unwrap();
    assert_eq!(world.sync(&account.id).await.unwrap(), TRACKS);
    let tracks = world.core.library().tracks(&TrackQuery::default()).await.unwrap().items;

    let (start, renewals) = (Instant::now(), world.server.token_requests().len());
    let links = asked_for_links(&world);
    let mut ended = world.core.events().subscribe_to(|event| {
        matches!(
            event,
            Event::Playback(PlaybackEvent::Completed { .. } | PlaybackEvent::Error { .. })
        )
    });
    let play = async {
        for track in &tracks {
            world.core.play(&track.id).await.unwrap();
            let event = ended.recv().await.unwrap();
            assert_eq!(event, PlaybackEvent::Completed { track_id: track.id.clone() }.into());
        }
    };
    let end = async {
        loop {
            sleep(Duration::from_secs(GOOD_FOR)).await;
            world.server.grants(|grants| grants.expire_access_tokens());
            world.drive.expire_links();
        }
    };
    core_async::select! {
        () = play => {}
        () = end => {}
    }
    assert!(start.elapsed() >= Duration::from_secs(TRACKS * LENGTH));
    assert_eq!((speaker.gaps(), speaker.wrong()), (0, 0), "{kind:?}");
    assert_eq!(speaker.all(), TRACKS * LENGTH * RATE);
    let renewals = world.server.token_requests().len() - renewals;
    assert!(renewals as u64 >= ENDS, "{kind:?}: {renewals}");
    if kind == DriveKind::OneDrive {
        let links = asked_for_links(&world) - links;
        assert!(links as u64 >= ENDS, "{links} addresses");
    }
}

/// How often the drive was asked for addresses of content.
fn asked_for_links(world: &World) -> usize {
    world.drive.requests().iter().filter(|asked| asked.contains("$batch")).count()
}

/// The sample with this number, as it is in the file.
fn sample(frame: u64) -> u8 {
    ((frame * 31 + frame / 251) % 256).try_into().unwrap()
}

/// 8-bit mono PCM in a RIFF container.
fn wav(frames: u64) -> Vec<u8> {
    let length = u32::try_from(frames).unwrap();
    let rate = u32::try_from(RATE).unwrap();
    let mut wav = b"RIFF".to_vec();
    wav.extend((length + 36).to_le_bytes());
    wav.extend(b"WAVEfmt ");
    wav.extend(16_u32.to_le_bytes());
    wav.extend([1, 0, 1, 0]);
    wav.extend(rate.to_le_bytes());
    wav.extend(rate.to_le_bytes());
    wav.extend([1, 0, 8, 0]);
    wav.extend(b"data");
    wav.extend(length.to_le_bytes());
    wav.extend((0..frames).map(sample));
    wav
}

/// The time of the test.
#[derive(Debug)]
struct PausedClock(Instant);

impl Clock for PausedClock {
    fn unix_millis(&self) -> u64 {
        1_700_000_000_000 + u64::try_from(self.0.elapsed().as_millis()).unwrap()
    }

    fn monotonic(&self) -> Duration {
        self.0.elapsed()
    }
}

/// Servers that are a tenth of a second away.
#[derive(Debug)]
struct Distant(Arc<dyn HttpClient>);

#[core_async::async_trait]
impl HttpClient for Distant {
    async fn send(&self, request: Request) -> bridge_traits::Result<Response> {
        sleep(Duration::from_millis(100)).await;
        self.0.send(request).await
    }

    fn capabilities(&self) -> HttpCapabilities {
        self.0.capabilities()
    }
}
