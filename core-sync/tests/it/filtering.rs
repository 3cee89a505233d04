//! Only what an account's filter takes is mirrored, however the drive tells of it.

use std::collections::BTreeMap;

use core_sync::MirrorFilter;

use crate::support::{Kind, World, on_every_drive, wav};

on_every_drive! {
    #[core_async::test] a_listing_and_changes_leave_out_the_same
    #[core_async::test] a_filter_that_changes_is_followed_without_a_listing
    #[core_async::test] a_file_that_grows_too_large_leaves_and_comes_back
    #[core_async::test] a_file_that_is_renamed_is_judged_by_its_new_name
    #[core_async::test] tracks_go_on_in_the_format_that_is_chosen
    #[core_async::test] what_is_left_out_in_bulk_is_confirmed_first
    #[core_async::test] what_was_left_out_before_its_tags_were_read_is_read_later
}

/// Names of files, and how much longer than a short recording each is.
const FILES: [(&str, usize); 6] = [
    ("a.wav", 0),
    ("b.MP3", 0),
    ("c.flac", 0),
    ("d.opus", 0),
    ("too large.wav", 5_000),
    ("e.txt", 0),
];

fn filter(include: &[&str], exclude: &[&str], max_size: Option<u64>) -> MirrorFilter {
    MirrorFilter::new(include, exclude, max_size).unwrap()
}

/// A world without tags, and with files of this name and content.
async fn world(kind: Kind, filter: MirrorFilter) -> World {
    let mut world = World::new(kind).await;
    world.options.read_tags = false;
    world.options.filter = filter;
    world
}

fn upload(world: &World, when: &str) {
    world.files(|files| {
        for (name, more) in FILES {
            let content = [wav(name, when), vec![0; more]].concat();
            files.file("root", &format!("{when} {name}"), content);
        }
    });
}

/// The names of the files that are tracks.
async fn names(world: &World) -> Vec<String> {
    let paths = world.tracks().await.into_values().map(|track| track.path);
    let mut names: Vec<_> = paths
        .map(|path| path.split('?').next().unwrap().rsplit('/').next().unwrap().to_owned())
        .collect();
    names.sort();
    names
}

/// The tracks' ids by those of their files.
async fn ids(world: &World) -> BTreeMap<String, String> {
    world.tracks().await.into_iter().map(|(file, track)| (file, track.id)).collect()
}

async fn a_listing_and_changes_leave_out_the_same(kind: Kind) {
    let world = world(kind, filter(&["wav", "mp3", "opus"], &["opus"], Some(5_000))).await;
    upload(&world, "early");
    assert_eq!(world.preview().await.to_place, 2);
    assert_eq!(world.sync().await.unwrap().added, 2);
    // These are not listed but told of.
    upload(&world, "late");
    assert_eq!(world.preview().await.to_place, 2);
    assert_eq!(world.sync().await.unwrap().added, 2);
    assert_eq!(names(&world).await, ["early a.wav", "early b.MP3", "late a.wav", "late b.MP3"]);
    // And a new listing takes neither more nor less.
    world.drive.forget_cursors();
    let report = world.sync().await.unwrap();
    assert_eq!((report.added, report.removed, report.unchanged), (0, 0, 4));
}

async fn a_filter_that_changes_is_followed_without_a_listing(kind: Kind) {
    let mut world = world(kind, MirrorFilter::default()).await;
    upload(&world, "early");
    assert_eq!(world.sync().await.unwrap().added, 5);
    let before = ids(&world).await;
    let listings = world.drive.listings().len();

    world.options.filter = filter(&[], &["wav"], None);
    let plan = world.preview().await;
    assert_eq!((plan.to_place, plan.to_remove, plan.needs_confirmation), (0, 2, false));
    let report = world.sync().await.unwrap();
    assert_eq!((report.removed, report.unchanged, report.requests), (2, 3, 1));
    assert_eq!(names(&world).await, ["early b.MP3", "early c.flac", "early d.opus"]);
    let gone = before
        .iter()
        .find(|(file, _)| world.files(|files| files.paths()[*file].ends_with("a.wav")));
    let why = world.program().explain(gone.unwrap().1).await.unwrap().unwrap();
    assert_eq!(
        (why.is_there, why.reason.as_str()),
        (false, "the account's filter leaves out its extension")
    );

    world.options.filter = filter(&[], &["flac"], None);
    let plan = world.preview().await;
    assert_eq!((plan.to_place, plan.to_remove), (2, 1));
    let report = world.sync().await.unwrap();
    assert_eq!((report.added, report.removed, report.requests), (2, 1, 1));

    world.options.filter = MirrorFilter::default();
    let report = world.sync().await.unwrap();
    assert_eq!((report.added, report.removed, report.requests), (1, 0, 1));
    assert_eq!(ids(&world).await, before, "what comes back is what it was");
    assert_eq!(world.drive.listings().len(), listings);
}

async fn a_file_that_grows_too_large_leaves_and_comes_back(kind: Kind) {
    let mut world = world(kind, filter(&[], &[], Some(5_000))).await;
    world.options.read_tags = true;
    let (grows, shrinks) = world.files(|files| {
        let large = [wav("Large", "x"), vec![0; 5_000]].concat();
        files.file("root", "stays.wav", wav("Stays", "x"));
        (
            files.file("root", "grows.wav", wav("Short", "x")),
            files.file("root", "shrinks.wav", large),
        )
    });
    assert_eq!(world.sync().await.unwrap().added, 2);
    let before = ids(&world).await;
    world.files(|files| {
        files.replace(&grows, [wav("Long", "x"), vec![0; 5_000]].concat());
        files.replace(&shrinks, wav("Shrunk", "x"));
    });
    let report = world.sync().await.unwrap();
    assert_eq!((report.added, report.removed, report.failed), (1, 1, Vec::new()));
    assert_eq!(world.tracks().await[&shrinks].title, "Shrunk");
    // What went does not go again.
    world.drive.forget_cursors();
    let plan = world.preview().await;
    assert_eq!((plan.to_place, plan.to_remove), (0, 0));
    assert_eq!(world.sync().await.unwrap().removed, 0);
    world.files(|files| files.replace(&grows, wav("Short again", "x")));
    assert_eq!(world.sync().await.unwrap().added, 1);
    let after = world.tracks().await.remove(&grows).unwrap();
    assert_eq!((after.title.as_str(), &after.id), ("Short again", &before[&grows]));
}

async fn a_file_that_is_renamed_is_judged_by_its_new_name(kind: Kind) {
    let world = world(kind, filter(&["wav"], &[], None)).await;
    let (leaves, comes) = world.files(|files| {
        (files.file("root", "a.wav", wav("A", "x")), files.file("root", "b.flac", wav("B", "x")))
    });
    assert_eq!(world.sync().await.unwrap().added, 1);
    world.files(|files| {
        files.rename(&leaves, "a.flac");
        files.rename(&comes, "b.wav");
    });
    let report = world.sync().await.unwrap();
    assert_eq!((report.added, report.removed), (1, 1));
    assert_eq!(names(&world).await, ["b.wav"]);
}

/// Whoever has everything twice may choose one format, and later on the other.
async fn tracks_go_on_in_the_format_that_is_chosen(kind: Kind) {
    let mut world = world(kind, filter(&["mp3"], &[], None)).await;
    world.files(|files| {
        for name in ["1.flac", "1.mp3", "2.flac", "2.mp3", "3.flac"] {
            files.file("root", name, wav(name, "x"));
        }
    });
    assert_eq!(world.sync().await.unwrap().added, 2);
    let mut before: Vec<_> = ids(&world).await.into_values().collect();
    world.options.filter = filter(&["flac"], &[], None);
    let report = world.sync().await.unwrap();
    assert_eq!((report.added, report.moved, report.removed), (1, 2, 0));
    assert_eq!(names(&world).await, ["1.flac", "2.flac", "3.flac"]);
    let after: Vec<_> = ids(&world).await.into_values().collect();
    before.retain(|track| !after.contains(track));
    assert_eq!(before, Vec::<String>::new(), "what belongs to them goes with them");
}

async fn what_is_left_out_in_bulk_is_confirmed_first(kind: Kind) {
    let mut world = world(kind, MirrorFilter::default()).await;
    world.files(|files| {
        for number in 0..30 {
            files.file("root", &format!("{number}.wav"), wav(&number.to_string(), "x"));
        }
        files.file("root", "stays.mp3", wav("Stays", "x"));
    });
    world.sync().await.unwrap();
    world.options.filter = filter(&["mp3"], &[], None);
    let plan = world.preview().await;
    assert_eq!((plan.to_remove, plan.needs_confirmation), (30, true));
    let report = world.sync().await.unwrap();
    assert_eq!((report.removed, report.unchanged), (30, 1));
    assert_eq!(world.drive.listings().len(), 2, "once at first and once to be sure");
    // It is not asked again for what went before.
    world.drive.forget_cursors();
    assert!(!world.preview().await.needs_confirmation);
    let report = world.sync().await.unwrap();
    assert_eq!((report.added, report.removed, report.unchanged), (0, 0, 1));
}

async fn what_was_left_out_before_its_tags_were_read_is_read_later(kind: Kind) {
    let mut world = world(kind, MirrorFilter::default()).await;
    let file = world.files(|files| files.file("root", "song.wav", wav("Title", "x")));
    world.sync().await.unwrap();
    world.options.filter = filter(&["mp3"], &[], None);
    assert_eq!(world.sync().await.unwrap().removed, 1);
    world.options.filter = MirrorFilter::default();
    world.options.read_tags = true;
    assert_eq!(world.sync().await.unwrap().added, 1);
    assert_eq!(world.tracks().await[&file].title, "Title");
}
