//! Files as streams.

use std::io::{ErrorKind, SeekFrom};
use std::sync::atomic::Ordering;

use core_async::fs::{File, FileSystem, OpenOptions};
use core_async::io::{
    self, AsyncBufReadExt, AsyncReadExt, AsyncSeekExt, AsyncWriteExt, BufReader, BufWriter,
};
use futures::FutureExt;

use super::empty;
use super::memory::Memory;
use crate::support::settle;

/// A file system with a file of ten digits, open for reading and writing.
async fn digits() -> (FileSystem, File) {
    let files = empty();
    files.write("digits", "0123456789").await.unwrap();
    let file = files.open_with("digits", OpenOptions::new().read(true).write(true)).await;
    (files, file.unwrap())
}

async fn read(file: &mut File, length: usize) -> String {
    let mut buffer = vec![0; length];
    file.read_exact(&mut buffer).await.unwrap();
    String::from_utf8(buffer).unwrap()
}

#[core_async::test]
async fn reading_goes_on_where_it_stopped() {
    let (_, mut file) = digits().await;
    assert_eq!(read(&mut file, 3).await, "012");
    assert_eq!(read(&mut file, 4).await, "3456");
    let mut rest = String::new();
    file.read_to_string(&mut rest).await.unwrap();
    assert_eq!(rest, "789");
    assert_eq!(file.read(&mut [0; 4]).await.unwrap(), 0);
}

#[core_async::test]
async fn seeking_moves_reading_and_writing() {
    let (files, mut file) = digits().await;
    assert_eq!(file.seek(SeekFrom::End(-3)).await.unwrap(), 7);
    assert_eq!(read(&mut file, 2).await, "78");
    assert_eq!(file.seek(SeekFrom::Current(-5)).await.unwrap(), 4);
    assert_eq!(file.stream_position().await.unwrap(), 4);
    file.write_all(b"xy").await.unwrap();
    assert_eq!(read(&mut file, 1).await, "6");
    file.rewind().await.unwrap();
    assert_eq!(read(&mut file, 5).await, "0123x");
    file.seek(SeekFrom::Start(12)).await.unwrap();
    file.write_all(b"!").await.unwrap();
    file.flush().await.unwrap();
    assert_eq!(files.read("digits").await.unwrap(), b"0123xy6789\0\0!");
}

#[core_async::test]
async fn seeking_before_the_start_is_refused() {
    let (_, mut file) = digits().await;
    for target in [SeekFrom::Current(-1), SeekFrom::End(-11)] {
        assert_eq!(file.seek(target).await.unwrap_err().kind(), ErrorKind::InvalidInput);
    }
    assert_eq!(read(&mut file, 1).await, "0", "the position is what it was");
}

#[core_async::test]
async fn offsets_beyond_four_gigabytes_are_kept() {
    let (_, mut file) = digits().await;
    let far = (1 << 32) + 7;
    assert_eq!(file.seek(SeekFrom::Start(far)).await.unwrap(), far);
    assert_eq!(file.seek(SeekFrom::Current(1)).await.unwrap(), far + 1);
}

#[core_async::test]
async fn appending_goes_to_the_end_wherever_the_stream_stands() {
    let (files, _) = digits().await;
    let mut options = OpenOptions::new();
    let mut log = files.open_with("digits", options.append(true).read(true)).await.unwrap();
    assert_eq!(read(&mut log, 2).await, "01");
    log.write_all(b"ab").await.unwrap();
    log.rewind().await.unwrap();
    log.write_all(b"cd").await.unwrap();
    log.flush().await.unwrap();
    assert_eq!(files.read("digits").await.unwrap(), b"0123456789abcd");
}

#[core_async::test]
async fn file_is_never_held_as_a_whole() {
    let (files, largest_read) = Memory::empty();
    files.write("large", vec![7; 300_000]).await.unwrap();
    let mut source = files.open("large").await.unwrap();
    source.set_max_buf_size(10_000);
    assert_eq!(source.max_buf_size(), 10_000);
    let mut target = files.create("copy").await.unwrap();
    assert_eq!(io::copy(&mut source, &mut target).await.unwrap(), 300_000);
    target.shutdown().await.unwrap();
    assert!(largest_read.load(Ordering::SeqCst) <= 10_000);
    assert_eq!(files.metadata("copy").await.unwrap().len(), 300_000);
}

#[core_async::test]
async fn ranges_are_read_without_moving_the_stream() {
    let (_, mut file) = digits().await;
    assert_eq!(file.read_at(4, 3).await.unwrap(), "456");
    assert_eq!(file.read_at(8, 100).await.unwrap(), "89");
    assert!(file.read_at(10, 1).await.unwrap().is_empty());
    assert_eq!(read(&mut file, 1).await, "0");
    let mut part = String::new();
    file.seek(SeekFrom::Start(2)).await.unwrap();
    (&mut file).take(3).read_to_string(&mut part).await.unwrap();
    assert_eq!(part, "234");
}

#[core_async::test]
async fn failed_write_is_reported_by_what_comes_next() {
    let files = empty();
    let mut file = files.create("a").await.unwrap();
    file.write_all(b"disk full").await.unwrap();
    assert_eq!(file.flush().await.unwrap_err().kind(), ErrorKind::StorageFull);
    file.flush().await.unwrap();
    file.write_all(b"disk full").await.unwrap();
    assert_eq!(file.write(b"more").await.unwrap_err().kind(), ErrorKind::StorageFull);
    file.write_all(b"disk full").await.unwrap();
    assert_eq!(file.sync_all().await.unwrap_err().kind(), ErrorKind::StorageFull);
}

#[core_async::test]
async fn cancelled_read_loses_nothing() {
    let (_, mut file) = digits().await;
    assert!(file.read(&mut [0; 4]).now_or_never().is_none());
    settle().await;
    assert_eq!(read(&mut file, 10).await, "0123456789");
    file.rewind().await.unwrap();
    assert!(file.read(&mut [0; 4]).now_or_never().is_none());
    file.seek(SeekFrom::Start(5)).await.unwrap();
    assert_eq!(read(&mut file, 2).await, "56", "what was under way was somewhere else");
}

#[core_async::test]
async fn dropped_file_finishes_its_last_write() {
    let files = empty();
    let mut file = files.create("a").await.unwrap();
    file.write_all(b"last words").await.unwrap();
    drop(file);
    settle().await;
    assert_eq!(files.read("a").await.unwrap(), b"last words");
}

#[core_async::test]
async fn length_can_be_set() {
    let (files, mut file) = digits().await;
    file.set_len(4).await.unwrap();
    assert_eq!(file.metadata().await.unwrap().len(), 4);
    file.set_len(6).await.unwrap();
    file.sync_data().await.unwrap();
    assert_eq!(files.read("digits").await.unwrap(), b"0123\0\0");
}

#[core_async::test]
async fn buffered_readers_and_writers_work_on_files() {
    let files = empty();
    let mut writer = BufWriter::new(files.create("lines").await.unwrap());
    for line in 0..100 {
        writer.write_all(format!("line {line}\n").as_bytes()).await.unwrap();
    }
    writer.flush().await.unwrap();
    let mut lines = BufReader::new(files.open("lines").await.unwrap()).lines();
    let mut count = 0;
    while let Some(line) = lines.next_line().await.unwrap() {
        assert_eq!(line, format!("line {count}"));
        count += 1;
    }
    assert_eq!(count, 100);
}
