//! The library is replaced by a file that knows less than the drive.

use std::sync::Arc;

use bridge_memory::MemoryFileSystem;
use bridge_traits::FileSystemAccess;
use core_library::ImportMode;

use crate::support::{Kind, World, album, on_every_drive, wav};

on_every_drive! {
    #[core_async::test] what_went_long_ago_does_not_go_again
    #[core_async::test] copies_that_went_long_ago_do_not_go_again
    #[core_async::test] tracks_that_an_older_library_does_not_have_come_again
}

/// Replaces the library by a file that is as it is.
async fn restore(world: &World) {
    let files: Arc<dyn FileSystemAccess> = Arc::new(MemoryFileSystem::new());
    let library = world.library();
    library.export_library(&files, "monday").await.unwrap();
    let replace = ImportMode::Replace { safety_copy: None };
    library.import_library(&files, "monday", &replace).await.unwrap();
}

async fn what_went_long_ago_does_not_go_again(kind: Kind) {
    let world = World::new(kind).await;
    let gone = world.files(|files| {
        let gone = album(files, "root", "Gone", 25);
        album(files, "root", "Kept", 5);
        gone
    });
    world.sync().await.unwrap();
    world.files(|files| files.delete(&gone));
    assert_eq!(world.sync().await.unwrap().removed, 25);
    restore(&world).await;
    let listed = world.drive.listings().len();
    let report = world.sync().await.unwrap();
    assert_eq!((report.added, report.removed, report.unchanged), (0, 0, 5));
    assert_eq!(world.drive.listings().len(), listed, "the drive need not be listed again");
}

async fn copies_that_went_long_ago_do_not_go_again(kind: Kind) {
    let world = World::new(kind).await;
    let folders = world.files(|files| {
        ["One", "Two"].map(|name| {
            let folder = files.folder("root", name);
            for number in 0..25 {
                let content = wav(&number.to_string(), "Somebody");
                files.file(&folder, &format!("{number}.wav"), content);
            }
            folder
        })
    });
    world.sync().await.unwrap();
    let merged = world.library().merge_verified(core_library::Reason::Sync).await.unwrap();
    assert_eq!(merged, 25);
    world.files(|files| files.delete(&folders[0]));
    world.sync().await.unwrap();
    restore(&world).await;
    let listed = world.drive.listings().len();
    let report = world.sync().await.unwrap();
    assert_eq!((report.added, report.removed, report.unchanged), (0, 0, 25));
    assert_eq!(world.drive.listings().len(), listed, "the drive need not be listed again");
    assert_eq!(world.tracks().await.len(), 25);
}

async fn tracks_that_an_older_library_does_not_have_come_again(kind: Kind) {
    let world = World::new(kind).await;
    let files: Arc<dyn FileSystemAccess> = Arc::new(MemoryFileSystem::new());
    world.files(|files| album(files, "root", "First", 3));
    world.sync().await.unwrap();
    let library = world.library();
    library.export_library(&files, "monday").await.unwrap();
    let first = world.tracks().await;

    world.files(|files| album(files, "root", "Second", 2));
    world.sync().await.unwrap();
    let replace = ImportMode::Replace { safety_copy: None };
    library.import_library(&files, "monday", &replace).await.unwrap();
    assert_eq!(world.tracks().await.len(), 3);

    let plan = world.preview().await;
    assert_eq!((plan.to_remove, plan.to_read), (0, 0));
    let report = world.sync().await.unwrap();
    assert_eq!((report.added, report.unchanged), (2, 3), "{report:?}");
    world.assert_mirrored().await;
    let tracks = world.tracks().await;
    assert!(first.iter().all(|(path, track)| tracks[path].id == track.id));
    assert_eq!(world.sync().await.unwrap().added, 0);
}
