//! Only what an account's filter takes is mirrored, however the server tells of it.

use core_sync::MirrorFilter;

use super::world::{DavWorld, KINDS};
use crate::support::wav;

#[core_async::test]
async fn a_walk_and_changes_leave_out_the_same() {
    for kind in KINDS {
        let mut world = DavWorld::new(kind).await;
        world.inner.options.read_tags = false;
        let by_extension = MirrorFilter::new(&["wav", "mp3"], &[], Some(5_000)).unwrap();
        world.inner.options.filter = by_extension;
        let upload = |world: &DavWorld, when: &str| {
            world.files(|files| {
                let large = [wav("large", when), vec![0; 5_000]].concat();
                files.file(&format!("{when}/large.wav"), large);
                for name in ["a.wav", "b.mp3", "c.flac", "d.txt"] {
                    files.file(&format!("{when}/{name}"), wav(name, when));
                }
            });
        };
        upload(&world, "early");
        assert_eq!(world.sync().await.unwrap().added, 2, "{kind:?}");
        upload(&world, "late");
        assert_eq!(world.sync().await.unwrap().added, 2, "{kind:?}");
        let names: Vec<_> = world.tracks().await.into_keys().collect();
        assert_eq!(names, ["early/a.wav", "early/b.mp3", "late/a.wav", "late/b.mp3"], "{kind:?}");
        world.server.forget_tokens();
        let report = world.sync().await.unwrap();
        assert_eq!((report.added, report.removed, report.unchanged), (0, 0, 4), "{kind:?}");

        let before = world.tracks().await;
        world.inner.options.filter = MirrorFilter::new(&[], &["mp3"], None).unwrap();
        let report = world.sync().await.unwrap();
        assert_eq!((report.added, report.removed), (4, 2), "{kind:?}");
        // What went does not go again.
        world.server.forget_tokens();
        assert_eq!(world.sync().await.unwrap().removed, 0, "{kind:?}");
        world.inner.options.filter = MirrorFilter::default();
        assert_eq!(world.sync().await.unwrap().added, 2, "{kind:?}");
        let after = world.tracks().await;
        assert!(before.iter().all(|(path, track)| after[path].id == track.id), "{kind:?}");
    }
}

#[core_async::test]
async fn a_file_that_grows_too_large_leaves_and_comes_back() {
    for kind in KINDS {
        let mut world = DavWorld::new(kind).await;
        world.inner.options.filter = MirrorFilter::new::<&str>(&[], &[], Some(5_000)).unwrap();
        world.files(|files| {
            files.file("grows.wav", wav("Short", "x"));
            files.file("stays.wav", wav("Stays", "x"));
        });
        assert_eq!(world.sync().await.unwrap().added, 2);
        world.files(|files| files.file("grows.wav", [wav("Long", "x"), vec![0; 5_000]].concat()));
        let report = world.sync().await.unwrap();
        assert_eq!((report.added, report.removed), (0, 1), "{kind:?}");
        world.files(|files| files.file("grows.wav", wav("Short again", "x")));
        assert_eq!(world.sync().await.unwrap().added, 1, "{kind:?}");
        assert_eq!(world.tracks().await["grows.wav"].title, "Short again", "{kind:?}");
    }
}

#[core_async::test]
async fn what_takes_the_place_of_a_file_that_was_left_out_comes() {
    for kind in KINDS {
        let mut world = DavWorld::new(kind).await;
        world.files(|files| {
            files.file("large.wav", [wav("Large", "x"), vec![0; 5_000]].concat());
            files.file("stays.wav", wav("Stays", "x"));
        });
        assert_eq!(world.sync().await.unwrap().added, 2, "{kind:?}");
        world.inner.options.filter = MirrorFilter::new::<&str>(&[], &[], Some(5_000)).unwrap();
        assert_eq!(world.sync().await.unwrap().removed, 1, "{kind:?}");
        world.files(|files| files.file("large.wav", wav("Small", "x")));
        assert_eq!(world.sync().await.unwrap().added, 1, "{kind:?}");
        assert_eq!(world.tracks().await["large.wav"].title, "Small", "{kind:?}");
    }
}
