//! Files: the contract, with and without a root, and what only a real disk shows.

use std::sync::Arc;

use bridge_conformance::file_system_conformance;
use bridge_conformance::files::FileSystemUnderTest;
use bridge_node::NodeFileSystem;
use bridge_traits::{EntryKind, ErrorKind, FileSystemAccess, FileSystemExt};

use crate::support::{Directory, javascript};

mod rooted {
    use super::*;

    file_system_conformance!(async {
        let directory = Directory::new();
        let files = Arc::new(NodeFileSystem::rooted(directory.path("")));
        FileSystemUnderTest::new(files, "", directory)
    });
}

mod absolute {
    use super::*;

    file_system_conformance!(async {
        let directory = Directory::new();
        let root = directory.path("below");
        let files = NodeFileSystem::new();
        files.create_directory(&root).await.unwrap();
        FileSystemUnderTest::new(Arc::new(files), root, directory)
    });
}

#[core_async::test]
async fn a_file_of_more_than_4_gib_is_read_at_its_end() {
    let directory = Directory::new();
    let path = directory.path("large");
    // Sparse: it takes next to no room on the disk.
    let make = "
        const file = fs.openSync(argument, 'w');
        fs.writeSync(file, 'the end', 5 * 2 ** 30);
        fs.closeSync(file);";
    javascript(make, &path).await;
    let file = NodeFileSystem::new().open(&path).await.unwrap();
    assert_eq!(file.length(), (5 << 30) + 7);
    assert_eq!(file.read_at((5 << 30) + 4, 100).await.unwrap(), "end");
    let mut buffer = [0; 7];
    assert_eq!(file.read_at_now(5 << 30, &mut buffer).unwrap().unwrap(), 7);
    assert_eq!(&buffer, b"the end");
}

#[core_async::test]
async fn odd_entries_are_listed_and_not_read() {
    let directory = Directory::new();
    let make = "
        fs.mkdirSync(`${argument}/a/b`, { recursive: true });
        fs.symlinkSync('..', `${argument}/a/b/back`);
        fs.symlinkSync('nowhere', `${argument}/a/broken`);
        fs.symlinkSync('b', `${argument}/a/link`);
        fs.writeFileSync(Buffer.concat([Buffer.from(`${argument}/a/`), Buffer.from([0x66, 0xff])]), '');";
    javascript(make, &directory.path("")).await;
    let files = NodeFileSystem::rooted(directory.path(""));
    let kinds = async |path: &str| {
        let entries = files.list(path).await.unwrap();
        entries.into_iter().map(|entry| (entry.name, entry.metadata.kind)).collect::<Vec<_>>()
    };
    let expected = [
        ("b", EntryKind::Directory),
        ("broken", EntryKind::Other),
        ("f\u{fffd}", EntryKind::Other),
        ("link", EntryKind::Directory),
    ];
    assert_eq!(kinds("a").await, expected.map(|(name, kind)| (name.to_owned(), kind)));
    assert_eq!(kinds("a/b").await, [("back".to_owned(), EntryKind::Other)]);
    files.remove_directory("a/link").await.unwrap();
    assert_eq!(files.metadata("a/b").await.unwrap().kind, EntryKind::Directory);
}

#[core_async::test]
async fn a_replaced_file_keeps_its_permissions() {
    let directory = Directory::new();
    let path = directory.path("secret");
    javascript("fs.writeFileSync(argument, 'old', { mode: 0o600 });", &path).await;
    NodeFileSystem::new().write_bytes(&path, "new".into()).await.unwrap();
    let mode = javascript("return fs.statSync(argument).mode & 0o777;", &path).await;
    assert_eq!(mode.as_f64(), Some(f64::from(0o600)));
}

#[core_async::test]
async fn a_dropped_write_removes_its_file_and_closes_it() {
    use futures::{StreamExt, stream};

    let directory = Directory::new();
    let files = NodeFileSystem::rooted(directory.path(""));
    for _ in 0..20 {
        let endless = stream::iter([Ok("x".into())]).chain(stream::pending());
        let write = files.write("file", Box::pin(endless));
        let wait = core_async::time::Duration::from_millis(10);
        core_async::time::timeout(wait, write).await.unwrap_err();
    }
    core_async::time::sleep(core_async::time::Duration::from_millis(50)).await;
    assert!(files.list("").await.unwrap().is_empty());
    // Only those below the directory: other tests open and close files, too.
    let open = "const root = fs.realpathSync(argument); \
        const target = (fd) => { try { return fs.readlinkSync(`/proc/self/fd/${fd}`); } catch { return ''; } }; \
        return fs.readdirSync('/proc/self/fd').filter((fd) => target(fd).startsWith(root)).length;";
    assert_eq!(javascript(open, &directory.path("")).await.as_f64(), Some(0.0), "open files");
}

#[core_async::test]
async fn relative_paths_need_a_root() {
    let error = NodeFileSystem::new().metadata("music").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    let error = NodeFileSystem::rooted("/").remove_directory("").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
}
