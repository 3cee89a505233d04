//! What only Google Drive does.

use bridge_traits::ErrorKind;

use crate::support::{ACCOUNT, Kind, World, wav};

#[core_async::test]
async fn music_is_found_whatever_the_drive_takes_it_for() {
    let mut world = World::new(Kind::GoogleDrive).await;
    world.options.read_tags = false;
    let upload = |when: &str| {
        world.files(|files| {
            for name in ["a.wav", "b.mp4", "c.3gp", "d.flac", "e.ogg", "f.mpc", "g.txt", "h.jpg"] {
                files.file("root", &format!("{when} {name}"), wav(name, when));
            }
        });
    };
    upload("early");
    assert_eq!(world.sync().await.unwrap().added, 6);
    // These are not listed but told of.
    upload("late");
    assert_eq!(world.sync().await.unwrap().added, 6);
    // And a new listing names neither more nor less.
    world.drive.forget_cursors();
    let report = world.sync().await.unwrap();
    assert_eq!((report.added, report.removed, report.unchanged), (0, 0, 12));
    assert_eq!(world.tracks().await.len(), 12);
}

#[core_async::test]
async fn bytes_of_a_file_that_has_grown_are_not_given() {
    let world = World::new(Kind::GoogleDrive).await;
    let id = world.files(|files| files.file("root", "song.wav", wav("One", "x")));
    world.sync().await.unwrap();
    let path = world.tracks().await[&id].path.clone();
    world.files(|files| files.replace(&id, wav("The same with a longer title", "x")));
    let file = world.program().open(world.request().provider, ACCOUNT, &path).await.unwrap();
    assert_eq!(file.read_at(0, 10).await.unwrap_err().kind(), ErrorKind::Conflict);
    assert_eq!(world.sync().await.unwrap().updated, 1);
    assert_eq!(world.tracks().await[&id].title, "The same with a longer title");
}
