//! What the private file system adds to the contract, and blobs.

use bridge_traits::{ErrorKind, FileSystemAccess, FileSystemExt, ReadAt};
use bridge_wasm::{BlobFile, OpfsFileSystem};
use bytes::Bytes;
use futures::{StreamExt, stream};
use js_sys::{Array, Uint8Array};
use web_sys::Blob;

use crate::support::{fails, javascript, profile};

#[core_async::test]
async fn a_blob_is_read_at_any_offset_with_and_without_waiting() {
    let content: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    let parts = Array::of1(&Uint8Array::from(&content[..]));
    let file = BlobFile::new(Blob::new_with_u8_array_sequence(&parts).unwrap());
    assert_eq!(file.length(), 100_000);
    for (offset, length) in [(0, 10), (99_990, 50), (100_000, 1), (u64::MAX, 7), (70_000, 0)] {
        let start = usize::try_from(offset).unwrap_or(usize::MAX).min(content.len());
        let expected = &content[start..start.saturating_add(length).min(content.len())];
        assert_eq!(file.read_at(offset, length).await.unwrap(), expected);
        let mut buffer = vec![0; length];
        let read = file.read_at_now(offset, &mut buffer).unwrap().unwrap();
        assert_eq!(&buffer[..read], expected);
    }
}

#[core_async::test]
async fn an_open_file_does_not_stand_in_the_way() {
    let files = OpfsFileSystem::new(&profile("open"));
    files.write_bytes("a.bin", Bytes::from_static(b"old")).await.unwrap();
    let first = files.open("a.bin").await.unwrap();
    let second = files.open("a.bin").await.unwrap();
    let mut buffer = [0; 8];
    assert_eq!(first.read_at_now(0, &mut buffer).unwrap().unwrap(), 3);
    assert_eq!(second.read_at(1, 5).await.unwrap(), "ld");
    files.write_bytes("a.bin", Bytes::from_static(b"newer")).await.unwrap();
    let third = files.open("a.bin").await.unwrap();
    assert_eq!(third.read_at(0, 5).await.unwrap(), "newer");
    // The old snapshot is gone, and says so rather than mixing old and new.
    match first.read_at(0, 3).await {
        Ok(bytes) => assert_eq!(bytes, "old"),
        Err(error) => {
            assert!(matches!(error.kind(), ErrorKind::Conflict | ErrorKind::NotFound), "{error:?}")
        }
    }
    files.remove_file("a.bin").await.unwrap();
    fails(files.open("a.bin").await, ErrorKind::NotFound);
}

#[core_async::test]
async fn a_write_that_fails_or_is_dropped_leaves_nothing_behind() {
    let profile = profile("temporary");
    let files = OpfsFileSystem::new(&profile);
    files.write_bytes("a", Bytes::from_static(b"old")).await.unwrap();
    let failing = stream::iter([
        Ok(Bytes::from_static(b"new")),
        Err(bridge_traits::BridgeError::new(ErrorKind::Offline, "test")),
    ]);
    fails(files.write("a", Box::pin(failing)).await, ErrorKind::Offline);
    let endless = stream::iter([Ok(Bytes::from_static(b"new"))]).chain(stream::pending());
    let write = files.write("a", Box::pin(endless));
    let wait = core_async::time::Duration::from_millis(200);
    core_async::time::timeout(wait, write).await.unwrap_err();
    assert_eq!(files.read_bytes("a", 10).await.unwrap(), "old");
    core_async::time::sleep(wait).await;
    let left = "
        const root = await navigator.storage.getDirectory();
        const mpc = await root.getDirectoryHandle('mpc');
        const profile = await mpc.getDirectoryHandle(encodeURIComponent(argument));
        const temporary = await profile.getDirectoryHandle('temporary');
        const names = [];
        for await (const name of temporary.keys()) names.push(name);
        return names.join();";
    assert_eq!(javascript(left, &profile).await, "");
}

#[core_async::test]
async fn large_files_come_back_whole() {
    let files = OpfsFileSystem::new(&profile("large"));
    let piece = Bytes::from((0..=255).cycle().take(1 << 20).collect::<Vec<u8>>());
    let body = stream::iter(vec![piece.clone(); 20]).map(Ok);
    files.write("music/large.flac", Box::pin(body)).await.unwrap();
    let file = files.open("music/large.flac").await.unwrap();
    assert_eq!(file.length(), 20 << 20);
    assert_eq!(file.read_at(19 << 20, 1 << 20).await.unwrap(), piece);
    assert!(files.free_space().await.unwrap().unwrap() > 0);
}

#[core_async::test]
async fn profiles_do_not_see_each_other() {
    let (one, two) = (profile("a/../b"), profile("a/../b"));
    let (one, two) = (OpfsFileSystem::new(&one), OpfsFileSystem::new(&two));
    one.write_bytes("x", Bytes::from_static(b"1")).await.unwrap();
    assert!(two.list("").await.unwrap().is_empty());
}

/// Files where there is no private file system.
mod indexed {
    use std::sync::Arc;

    use bridge_conformance::file_system_conformance;
    use bridge_traits::{ByteStream, ErrorKind, FileSystemAccess};
    use bridge_wasm::IndexedDbFileSystem;

    use super::*;
    use crate::support::{OPEN_DATABASE, fails};

    file_system_conformance!(async {
        Arc::new(IndexedDbFileSystem::new(&profile("indexed"))) as Arc<dyn FileSystemAccess>
    });

    /// How many values each store of a profile holds.
    async fn counts(profile: &str) -> String {
        let body = format!(
            "{OPEN_DATABASE}
             const counts = [];
             for (const name of db.objectStoreNames) counts.push(await done(store(name).count()));
             db.close();
             return counts.join();"
        );
        javascript(&body, &format!("mpc-files:{profile}")).await.as_string().unwrap()
    }

    #[core_async::test]
    async fn contents_are_kept_in_chunks_and_go_with_their_files() {
        let profile = profile("indexed");
        let files = IndexedDbFileSystem::new(&profile);
        let piece = Bytes::from((0..=250).cycle().take(700_000).collect::<Vec<u8>>());
        let body: ByteStream = Box::pin(stream::iter(vec![piece.clone(); 5]).map(Ok));
        files.write("music/a.flac", body).await.unwrap();
        // Chunks, entries, pending.
        assert_eq!(counts(&profile).await, "4,2,0");
        files.copy("music/a.flac", "music/b.flac").await.unwrap();
        assert_eq!(counts(&profile).await, "8,3,0");
        files.write_bytes("music/a.flac", piece).await.unwrap();
        assert_eq!(counts(&profile).await, "5,3,0");
        files.rename("music/a.flac", "music/b.flac").await.unwrap();
        assert_eq!(counts(&profile).await, "1,2,0");
        drop(files);
        let files = IndexedDbFileSystem::new(&profile);
        assert_eq!(files.open("music/b.flac").await.unwrap().length(), 700_000);
        files.remove_directory("music").await.unwrap();
        assert_eq!(counts(&profile).await, "0,0,0");
    }

    #[core_async::test]
    async fn an_abandoned_write_is_cleared_away() {
        let profile = profile("indexed");
        let files = IndexedDbFileSystem::new(&profile);
        let piece = Bytes::from(vec![1; 3 << 20]);
        let endless = stream::iter([Ok(piece)]).chain(stream::pending());
        let write = files.write("a", Box::pin(endless));
        let wait = core_async::time::Duration::from_millis(500);
        core_async::time::timeout(wait, write).await.unwrap_err();
        while counts(&profile).await != "0,0,0" {
            core_async::time::sleep(core_async::time::Duration::from_millis(10)).await;
        }
        fails(files.open("a").await.map(drop), ErrorKind::NotFound);
    }

    #[core_async::test]
    async fn the_private_file_system_is_there_in_a_worker() {
        assert!(OpfsFileSystem::is_available().await);
    }
}
