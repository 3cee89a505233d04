//! Folders that a server keeps to itself, or fails for.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bridge_memory::{ManualClock, MemoryNetwork};
use bridge_traits::{Connectivity, NetworkState};
use core_async::sync::CancellationToken;
use core_async::time::timeout;
use test_cloud::{Ask, DavKind, serve};

use super::world::{DavWorld, KINDS, album};
use crate::support::wav;

#[core_async::test]
async fn a_closed_folder_keeps_what_is_known_of_it() {
    for kind in KINDS {
        let world = DavWorld::new(kind).await;
        world.files(|files| {
            album(files, "First", 3);
            album(files, "Second/Inner", 2);
        });
        world.sync().await.unwrap();
        world.server.close(Some(("Second/Inner", 403)));
        world.files(|files| {
            files.file("Second/Inner/03.wav", wav("New", "x"));
            files.folder("Second/Inner/Deep");
        });
        // With a token the server tells of it by itself, and nobody has to look.
        if kind == DavKind::WithSync {
            world.server.forget_tokens();
        }
        for _ in 0..2 {
            let report = world.sync().await.unwrap();
            assert_eq!((report.removed, report.failed.len()), (0, 1), "{kind:?}");
            assert!(report.failed[0].path.contains("Inner"), "{kind:?}: {:?}", report.failed);
            assert_eq!(world.tracks().await.len(), 5, "{kind:?}");
        }
        // It is asked again although nothing has changed on the server.
        world.server.close(None);
        assert_eq!(world.sync().await.unwrap().failed, [], "{kind:?}");
        world.assert_mirrored().await;
    }
}

/// 0 is for a server that never answers.
#[core_async::test(start_paused = true)]
async fn a_server_that_fails_for_one_folder_fails_for_no_other() {
    for kind in KINDS {
        for status in [500, 501, 502, 503, 504, 507, 0] {
            let world = DavWorld::new(kind).await;
            world.files(|files| {
                album(files, "First", 3);
                album(files, "Second", 3);
            });
            world.server.close(Some(("Second", status)));
            let report = world.sync().await.unwrap();
            assert_eq!((report.added, report.failed.len()), (3, 1), "{kind:?} {status}");
            world.server.close(None);
            assert_eq!(world.sync().await.unwrap().added, 3, "{kind:?} {status}");
            world.assert_mirrored().await;
        }
    }
}

#[core_async::test(start_paused = true)]
async fn a_server_that_fails_for_every_folder_is_out_of_order() {
    let world = DavWorld::new(DavKind::Plain).await;
    let names: Vec<_> = (0..20).map(|number| format!("Album {number}")).collect();
    world.files(|files| names.iter().for_each(|name| album(files, name, 1)));
    world.sync().await.unwrap();
    let everything = names.iter().map(|name| (name.as_str(), 503));
    for closed in [vec![("", 503)], everything.collect()] {
        world.server.close(closed);
        assert_eq!(world.sync().await.unwrap_err().code(), "unavailable");
    }
    assert_eq!(world.tracks().await.len(), 20);
}

/// A host that has failed five times in a row is left alone for a while. The folders that it fails
/// for must not take up every beginning.
#[core_async::test(start_paused = true)]
async fn many_folders_that_fail_keep_nobody_from_the_others() {
    for kind in KINDS {
        let world = DavWorld::new(kind).await;
        let names: Vec<_> = (0..7).map(|number| format!("Album {number}")).collect();
        let failing = |count: usize| names[..count].iter().map(|name| (name.as_str(), 500));
        world.files(|files| {
            names.iter().for_each(|name| album(files, name, 2));
            album(files, "Healthy/Inner", 2);
        });
        world.server.close(failing(7));
        let clock = Arc::new(ManualClock::new(0));
        let http = world.inner.client_at(Arc::<ManualClock>::clone(&clock));
        let mut requests = 0;
        let mut last = None;
        // As a program does that has failed: again, after a while.
        let mut syncs = async |limit: usize, tracks: usize| {
            for _ in 0..limit {
                clock.advance(Duration::from_secs(31));
                let request = world.request_through(Arc::clone(&http));
                let program = world.inner.program();
                last = program.sync(&request, &CancellationToken::new()).await.ok();
                requests += request.meter.unwrap().requests();
                let read = world.tracks().await.into_values();
                if read.filter(|it| it.artist.as_deref() == Some("Somebody")).count() == tracks {
                    return last.as_ref().map(|report| report.failed.len());
                }
            }
            panic!("{kind:?}: there are {} tracks: {last:?}", world.tracks().await.len());
        };
        syncs(12, 2).await;
        // What is new elsewhere comes at once, and what is closed is reported.
        world.files(|files| album(files, "Healthy/Inner", 3));
        assert_eq!(syncs(1, 3).await, Some(7), "{kind:?}");
        // Whoever recovers has its turn, though others before it do not.
        world.server.close(failing(6));
        syncs(10, 5).await;
        world.server.close(None);
        assert_eq!(syncs(1, 17).await, Some(0), "{kind:?}");
        world.assert_mirrored().await;
    }
}

#[core_async::test]
async fn closed_folders_of_one_name_are_told_apart() {
    for kind in KINDS {
        let world = DavWorld::new(kind).await;
        world.files(|files| {
            album(files, "First/CD1", 1);
            album(files, "Second/CD1", 1);
        });
        world.server.close([("First/CD1", 403), ("Second/CD1", 403)]);
        for _ in 0..2 {
            let failed = world.sync().await.unwrap().failed;
            let mut paths: Vec<_> = failed.into_iter().map(|item| item.path).collect();
            paths.sort();
            assert_eq!(paths, ["/First/CD1", "/Second/CD1"], "{kind:?}");
        }
    }
}

#[core_async::test(start_paused = true)]
async fn a_network_that_goes_in_the_middle_is_waited_for() {
    // While folders are looked into, and while tags are read.
    for place in ["Second", ".wav"] {
        waits_for_the_network(place, 1).await;
    }
    // And a drive that does not answer at once when it is back.
    waits_for_the_network("Second", 2).await;
}

/// The network goes as this is asked for; so many questions of it are not answered.
async fn waits_for_the_network(place: &'static str, failures: usize) {
    let world = DavWorld::new(DavKind::Plain).await;
    world.files(|files| {
        album(files, "First", 3);
        album(files, "Second", 3);
    });
    let network = Arc::new(MemoryNetwork::new(NetworkState::new(Connectivity::Online)));
    let (server, cut) = (Arc::clone(&world.server), Arc::clone(&network));
    let asked = AtomicUsize::new(0);
    let answer = move |ask: Ask| {
        if !ask.path.contains(place) {
            return server.answer(&ask);
        }
        match asked.fetch_add(1, Ordering::Relaxed) {
            0 => cut.set(NetworkState::new(Connectivity::Offline)),
            number if number < failures => {}
            _ => return server.answer(&ask),
        }
        test_cloud::Answer::broken()
    };
    serve(&world.inner.http, "https://dav.test", &Arc::new(answer));
    let program = world.inner.program().with_network(Arc::clone(&network) as _);
    let (request, cancel) = (world.request(), CancellationToken::new());
    let mut sync = std::pin::pin!(program.sync(&request, &cancel));
    let waited = timeout(Duration::from_secs(3600), sync.as_mut()).await;
    assert!(waited.is_err(), "it waits for the network, which went at {place}");
    network.set(NetworkState::new(Connectivity::Online));
    let report = sync.await.unwrap();
    assert_eq!((report.added, report.failed.len(), report.waiting), (6, 0, 0));
    world.assert_mirrored().await;
}
