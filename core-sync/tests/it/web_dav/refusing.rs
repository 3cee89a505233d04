//! What a server does not say, within answers that are good otherwise.

use test_cloud::DavKind;

use super::world::{DavWorld, KINDS, album};
use crate::support::wav;

/// Two albums, one of them below another folder.
async fn synced(kind: DavKind) -> DavWorld {
    let world = DavWorld::new(kind).await;
    world.files(|files| {
        album(files, "First", 3);
        album(files, "Second/Inner", 2);
    });
    world.sync().await.unwrap();
    world
}

/// Has every folder looked into again by whoever goes by what has changed.
fn change(world: &DavWorld, round: u16) {
    world.files(|files| {
        for folder in ["First", "Second/Inner"] {
            files.file(&format!("{folder}/new {round}.wav"), wav("New", "x"));
        }
    });
}

#[core_async::test]
async fn what_is_refused_is_not_gone() {
    for kind in KINDS {
        let world = synced(kind).await;
        for path in ["First/02.wav", "First", "Second/Inner"] {
            for status in [301, 401, 403, 423, 500, 503, 507] {
                let before = world.tracks().await;
                world.server.refuse(Some((path, status)));
                change(&world, status);
                let report = world.sync().await.unwrap();
                assert_eq!(report.removed, 0, "{kind:?}: {path} {status}");
                let after = world.tracks().await;
                assert!(before.iter().all(|(path, track)| after[path].id == track.id));
            }
        }
        world.server.refuse(None);
        assert_eq!(world.sync().await.unwrap().failed, [], "{kind:?}");
        world.assert_mirrored().await;
    }
}

#[core_async::test]
async fn what_does_not_say_whether_it_is_a_folder_stays_what_it_is() {
    for kind in KINDS {
        let world = synced(kind).await;
        for path in ["First/02.wav", "First", "Second/Inner"] {
            for status in [403, 500] {
                world.server.hide_kind(Some((path, status)));
                change(&world, status);
                let report = world.sync().await.unwrap();
                assert_eq!(report.removed, 0, "{kind:?}: {path} {status}");
                assert!(world.tracks().await.len() >= 5, "{kind:?}: {path} {status}");
            }
        }
        world.server.hide_kind(None);
        assert_eq!(world.sync().await.unwrap().failed, [], "{kind:?}");
        world.assert_mirrored().await;
    }
}

#[core_async::test]
async fn a_server_that_refuses_what_is_mirrored_removes_nothing() {
    for kind in [DavKind::Plain, DavKind::WithIds] {
        let world = synced(kind).await;
        for (status, code) in [(403, "permission_denied"), (404, "not_found"), (500, "unavailable")]
        {
            world.server.refuse(Some(("", status)));
            assert_eq!(world.sync().await.unwrap_err().code(), code, "{kind:?}");
        }
        world.server.hide_kind(Some(("", 403)));
        world.server.refuse(None);
        assert_eq!(world.sync().await.unwrap_err().code(), "unavailable", "{kind:?}");
        assert_eq!(world.tracks().await.len(), 5, "{kind:?}");
    }
}

/// What has changed meanwhile is found although nothing changes any more.
#[core_async::test]
async fn what_the_server_cannot_say_now_is_asked_again() {
    for kind in KINDS {
        for path in ["First/02.wav", "top.wav"] {
            let world = DavWorld::new(kind).await;
            world.files(|files| {
                album(files, "First", 3);
                album(files, "Second", 3);
                files.file("top.wav", wav("Top", "x"));
            });
            world.sync().await.unwrap();
            world.server.refuse(Some((path, 503)));
            let begun = world.server.requests().len();
            world.files(|files| {
                files.file(path, wav("Other", "x"));
                files.file("First/04.wav", wav("New", "x"));
            });
            for _ in 0..2 {
                let report = world.sync().await.unwrap();
                assert_eq!((report.removed, report.updated), (0, 0), "{kind:?} {path}");
                assert_eq!(report.failed.len(), 1, "{kind:?} {path}: {:?}", report.failed);
                let name = path.rsplit('/').next().unwrap();
                assert!(report.failed[0].error.contains(name), "{:?}", report.failed);
            }
            let tracks = world.tracks().await;
            assert!(tracks.contains_key(path) && tracks.contains_key("First/04.wav"), "{kind:?}");
            world.server.refuse(None);
            let report = world.sync().await.unwrap();
            assert_eq!(report.failed, [], "{kind:?} {path}");
            world.assert_mirrored().await;
            assert_eq!(world.tracks().await[path].title, "Other", "{kind:?} {path}");
            let asked = world.server.requests().split_off(begun);
            if kind != DavKind::Plain {
                assert!(asked.iter().all(|line| !line.starts_with("PROPFIND /dav/files/Second")));
            }
        }
    }
}

#[core_async::test]
async fn a_folder_that_the_server_does_not_follow_is_looked_into() {
    let world = DavWorld::new(DavKind::WithSync).await;
    world.files(|files| {
        album(files, "First", 3);
        album(files, "First/Deep/Deeper", 3);
        album(files, "Second", 3);
    });
    world.sync().await.unwrap();
    world.server.stop_following(Some("First"));
    let begun = world.server.requests().len();
    for round in 0..4 {
        world.files(|files| {
            files.file(&format!("First/Deep/Deeper/{round}.wav"), wav("New", "x"));
            files.file(&format!("First/New {round}/01.wav"), wav("New", "x"));
            files.delete(&format!("First/0{round}.wav"));
        });
        assert_eq!(world.sync().await.unwrap().failed, []);
        world.assert_mirrored().await;
    }
    // Nothing else is.
    let asked = world.server.requests().split_off(begun);
    assert!(asked.iter().all(|line| !line.starts_with("PROPFIND /dav/files/Second")), "{asked:?}");
}

#[core_async::test]
async fn a_folder_that_is_refused_while_changes_are_told_stays_a_folder() {
    let world = DavWorld::new(DavKind::WithSync).await;
    world.files(|files| album(files, "First", 3));
    world.sync().await.unwrap();
    world.server.refuse(Some(("First", 403)));
    world.files(|files| files.file("First/04.wav", wav("New", "x")));
    assert_eq!(world.sync().await.unwrap().removed, 0);
    world.assert_mirrored().await;
}
