//! Reading files.

use std::sync::Arc;

use bridge_traits::ErrorKind;
use bytes::Bytes;
use core_sync::RemoteItem;
use test_cloud::DavKind;

use super::world::{DavWorld, album};
use crate::support::ACCOUNT;

#[core_async::test]
async fn parts_of_a_file_are_read_and_never_those_of_another() {
    let world = DavWorld::new(DavKind::Plain).await;
    world.files(|files| {
        album(files, "First", 1);
        files.file("First/digits.wav", "0123456789");
    });
    world.sync().await.unwrap();
    let path = format!("remote:{ACCOUNT}/First/digits.wav");
    let provider = world.request().provider;
    let file = world.inner.program().open(Arc::clone(&provider), ACCOUNT, &path).await.unwrap();
    assert_eq!(file.length(), 10);
    assert_eq!(file.read_at(3, 4).await.unwrap(), Bytes::from_static(b"3456"));
    assert_eq!(file.read_at(8, 100).await.unwrap(), Bytes::from_static(b"89"));
    world.files(|files| files.file("First/digits.wav", "abcdefghij"));
    let error = file.read_at(3, 4).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
    world.files(|files| files.delete("First/digits.wav"));
    assert_eq!(file.read_at(3, 4).await.unwrap_err().kind(), ErrorKind::NotFound);
}

#[core_async::test]
async fn a_file_that_got_another_length_is_another_one() {
    let world = DavWorld::new(DavKind::Plain).await;
    world.files(|files| files.file("x.wav", "0123456789"));
    let provider = world.request().provider;
    // A server without validators.
    let item = RemoteItem { size: Some(9), ..RemoteItem::file("x.wav", "", "x.wav") };
    let error = provider.read(&item, 0, 4).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
    let item = RemoteItem { size: Some(10), ..item };
    assert_eq!(provider.read(&item, 2, 2).await.unwrap(), Bytes::from_static(b"23"));
    let item = RemoteItem { size: Some(30), ..item };
    assert_eq!(provider.read(&item, 20, 2).await.unwrap_err().kind(), ErrorKind::Conflict);
}
