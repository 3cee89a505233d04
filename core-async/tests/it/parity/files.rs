//! `core_async::fs` and `core_async::io`.

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;

use core_async::fs::{
    self, DirBuilder, DirEntry, File, FileSystem, FileType, Metadata, OpenFile, OpenOptions,
    Permissions, Provider, ReadDir,
};
use core_async::io::{
    self, AsyncBufRead, AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncSeek, AsyncSeekExt,
    AsyncWrite, AsyncWriteExt, BufReader, BufStream, BufWriter, DuplexStream, Empty, ReadBuf,
    Repeat, Result, Sink,
};
use core_async::time::SystemTime;

use super::{can_be_shared, gives, is};

#[core_async::test]
async fn functions() {
    gives! {
        fs::read("a") => Result<Vec<u8>>;
        fs::read_to_string("a") => Result<String>;
        fs::write("a", "b") => Result<()>;
        fs::metadata("a") => Result<Metadata>;
        fs::symlink_metadata("a") => Result<Metadata>;
        fs::try_exists("a") => Result<bool>;
        fs::read_dir("a") => Result<ReadDir>;
        fs::create_dir("a") => Result<()>;
        fs::create_dir_all("a") => Result<()>;
        fs::remove_file("a") => Result<()>;
        fs::remove_dir("a") => Result<()>;
        fs::remove_dir_all("a") => Result<()>;
        fs::rename("a", "b") => Result<()>;
        fs::copy("a", "b") => Result<u64>;
        fs::symlink("a", "b") => Result<()>;
        fs::hard_link("a", "b") => Result<()>;
        fs::read_link("a") => Result<PathBuf>;
        fs::scope(crate::fs::empty(), async { 1_u8 }) => u8;
        fs::set_permissions("a", Metadata::file(0).permissions()) => Result<()>;
        DirBuilder::new().create("a") => Result<()>;
        OpenOptions::new().open("a") => Result<File>;
        File::open("a") => Result<File>;
        File::create("a") => Result<File>;
        File::create_new("a") => Result<File>;
    }
}

#[core_async::test]
async fn file_system() {
    let files = crate::fs::empty();
    is! {
        FileSystem::new => fn(Arc<dyn Provider>) -> FileSystem;
        FileSystem::current => fn() -> Result<FileSystem>;
        FileSystem::clone => fn(&FileSystem) -> FileSystem;
    }
    gives! {
        files.read("a") => Result<Vec<u8>>;
        files.read_to_string("a") => Result<String>;
        files.write("a", "b") => Result<()>;
        files.open("a") => Result<File>;
        files.create("a") => Result<File>;
        files.open_with("a", &OpenOptions::new()) => Result<File>;
        files.metadata("a") => Result<Metadata>;
        files.try_exists("a") => Result<bool>;
        files.read_dir("a") => Result<ReadDir>;
        files.create_dir("a") => Result<()>;
        files.create_dir_all("a") => Result<()>;
        files.remove_file("a") => Result<()>;
        files.remove_dir("a") => Result<()>;
        files.remove_dir_all("a") => Result<()>;
        files.rename("a", "b") => Result<()>;
        files.copy("a", "b") => Result<u64>;
        files.set_permissions("a", Metadata::file(0).permissions()) => Result<()>;
        files.symlink("a", "b") => Result<()>;
        files.hard_link("a", "b") => Result<()>;
        files.read_link("a") => Result<PathBuf>;
    }
    can_be_shared::<FileSystem>();
    can_be_shared::<Arc<dyn OpenFile>>();
}

#[core_async::test]
async fn values() {
    is! {
        Metadata::file => fn(u64) -> Metadata;
        Metadata::directory => fn() -> Metadata;
        Metadata::other => fn() -> Metadata;
        Metadata::with_modified => fn(Metadata, SystemTime) -> Metadata;
        Metadata::file_type => fn(&Metadata) -> FileType;
        Metadata::is_dir => fn(&Metadata) -> bool;
        Metadata::is_file => fn(&Metadata) -> bool;
        Metadata::is_symlink => fn(&Metadata) -> bool;
        Metadata::len => fn(&Metadata) -> u64;
        Metadata::modified => fn(&Metadata) -> Result<SystemTime>;
        Metadata::permissions => fn(&Metadata) -> Permissions;
        FileType::is_dir => fn(&FileType) -> bool;
        FileType::is_file => fn(&FileType) -> bool;
        FileType::is_symlink => fn(&FileType) -> bool;
        Permissions::readonly => fn(&Permissions) -> bool;
        Permissions::set_readonly => fn(&mut Permissions, bool);
        DirBuilder::new => fn() -> DirBuilder;
        DirBuilder::recursive => fn(&mut DirBuilder, bool) -> &mut DirBuilder;
        DirEntry::path => fn(&DirEntry) -> PathBuf;
        DirEntry::file_name => fn(&DirEntry) -> OsString;
        OpenOptions::new => fn() -> OpenOptions;
        OpenOptions::read => fn(&mut OpenOptions, bool) -> &mut OpenOptions;
        OpenOptions::write => fn(&mut OpenOptions, bool) -> &mut OpenOptions;
        OpenOptions::append => fn(&mut OpenOptions, bool) -> &mut OpenOptions;
        OpenOptions::truncate => fn(&mut OpenOptions, bool) -> &mut OpenOptions;
        OpenOptions::create => fn(&mut OpenOptions, bool) -> &mut OpenOptions;
        OpenOptions::create_new => fn(&mut OpenOptions, bool) -> &mut OpenOptions;
        OpenOptions::is_read => fn(&OpenOptions) -> bool;
        OpenOptions::is_write => fn(&OpenOptions) -> bool;
        OpenOptions::is_append => fn(&OpenOptions) -> bool;
        OpenOptions::is_truncate => fn(&OpenOptions) -> bool;
        OpenOptions::is_create => fn(&OpenOptions) -> bool;
        OpenOptions::is_create_new => fn(&OpenOptions) -> bool;
        File::options => fn() -> OpenOptions;
        File::max_buf_size => fn(&File) -> usize;
        File::set_max_buf_size => fn(&mut File, usize);
    }
    fn is_stream<T: AsyncRead + AsyncWrite + AsyncSeek + Unpin>() {}
    is_stream::<File>();
    can_be_shared::<File>();
    can_be_shared::<ReadDir>();
}

#[core_async::test]
async fn streams() {
    fn reads<T: AsyncRead + AsyncReadExt>() {}
    fn reads_lines<T: AsyncBufRead + AsyncBufReadExt>() {}
    fn writes<T: AsyncWrite + AsyncWriteExt>() {}
    fn seeks<T: AsyncSeek + AsyncSeekExt>() {}
    reads::<DuplexStream>();
    reads::<Repeat>();
    reads_lines::<BufReader<Empty>>();
    reads_lines::<BufStream<DuplexStream>>();
    writes::<BufWriter<Sink>>();
    seeks::<File>();
    is! {
        io::duplex => fn(usize) -> (DuplexStream, DuplexStream);
        io::empty => fn() -> Empty;
        io::sink => fn() -> Sink;
        io::repeat => fn(u8) -> Repeat;
        ReadBuf::new => fn(&'static mut [u8]) -> ReadBuf<'static>;
        io::SeekFrom::Start(0) => std::io::SeekFrom;
        io::ErrorKind::NotFound => std::io::ErrorKind;
    }
    let (mut from, mut to) = (io::empty(), io::sink());
    gives! {
        io::copy(&mut from, &mut to) => Result<u64>;
        io::copy_buf(&mut from, &mut to) => Result<u64>;
    }
    let (mut near, mut far) = io::duplex(8);
    gives! { io::copy_bidirectional(&mut near, &mut far) => Result<(u64, u64)>; }
    let (read, write) = io::split(near);
    drop(io::join(read, write));
    let (read, write) = io::simplex(8);
    drop((read, write));
}
