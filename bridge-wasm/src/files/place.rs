//! Paths in the private file system, and the directories they lead through.

use bridge_traits::{BridgeError, EntryKind, ErrorKind, FileMetadata, Result};
use js_sys::{AsyncIterator, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    File, FileSystemDirectoryHandle, FileSystemFileHandle, FileSystemGetDirectoryOptions,
    FileSystemGetFileOptions, FileSystemHandle, FileSystemHandleKind,
};

use crate::host::{JsError, resolve};

/// A file or directory that exists.
#[derive(Clone, Debug)]
pub(super) enum Entry {
    File(FileSystemFileHandle),
    Directory,
}

impl Entry {
    pub(super) fn new(handle: JsValue) -> Self {
        let handle: FileSystemHandle = handle.unchecked_into();
        match handle.kind() {
            FileSystemHandleKind::Directory => Self::Directory,
            _ => Self::File(handle.unchecked_into()),
        }
    }

    pub(super) async fn metadata(&self) -> Result<FileMetadata, JsError> {
        Ok(match self {
            Self::File(file) => {
                let file: File = resolve(file.get_file()).await?;
                FileMetadata {
                    kind: EntryKind::File,
                    length: whole(file.size()),
                    modified_millis: Some(whole(file.last_modified())),
                }
            }
            // The browser does not say when a directory changed.
            Self::Directory => {
                FileMetadata { kind: EntryKind::Directory, length: 0, modified_millis: None }
            }
        })
    }
}

/// The names a path is made of; none for the root. A leading `/` means nothing.
pub(super) fn parts<'a>(path: &'a str, operation: &'static str) -> Result<Vec<&'a str>> {
    let relative = path.strip_prefix('/').unwrap_or(path);
    if relative.is_empty() {
        return Ok(Vec::new());
    }
    let parts: Vec<_> = relative.split('/').collect();
    if parts.iter().any(|part| matches!(*part, "" | "." | "..") || part.contains('\0')) {
        return Err(BridgeError::new(ErrorKind::InvalidRequest, operation)
            .with_detail(format!("{path:?} is not a plain path")));
    }
    Ok(parts)
}

/// The directory and the name of something that is not the root.
pub(super) fn split<'a>(path: &'a str, operation: &'static str) -> Result<(Vec<&'a str>, &'a str)> {
    let mut parts = parts(path, operation)?;
    let name = parts.pop().ok_or_else(|| wrong_kind(path, operation))?;
    Ok((parts, name))
}

/// The directory below `root` that `parts` lead to. A file in the way is as good as nothing.
pub(super) async fn descend(
    root: &FileSystemDirectoryHandle,
    parts: &[&str],
    operation: &'static str,
) -> Result<FileSystemDirectoryHandle> {
    let mut directory = root.clone();
    for part in parts {
        let next = resolve(directory.get_directory_handle(part)).await;
        directory = next.map_err(|error| match error.name() {
            "TypeMismatchError" => {
                BridgeError::new(ErrorKind::NotFound, operation).with_source(error)
            }
            _ => error.at(operation),
        })?;
    }
    Ok(directory)
}

/// As [`descend`], creating what is missing. A file in the way is a `Conflict`.
pub(super) async fn create(
    root: &FileSystemDirectoryHandle,
    parts: &[&str],
    operation: &'static str,
) -> Result<FileSystemDirectoryHandle> {
    let options = FileSystemGetDirectoryOptions::new();
    options.set_create(true);
    let mut directory = root.clone();
    for part in parts {
        let next = resolve(directory.get_directory_handle_with_options(part, &options)).await;
        directory = next.map_err(|error| match error.name() {
            "TypeMismatchError" => BridgeError::new(ErrorKind::Conflict, operation)
                .with_detail(format!("a file is in the way: {part:?}"))
                .with_source(error),
            _ => error.at(operation),
        })?;
    }
    Ok(directory)
}

/// What `name` is in `directory`.
pub(super) async fn find(
    directory: &FileSystemDirectoryHandle,
    name: &str,
) -> Result<Entry, JsError> {
    match resolve(directory.get_file_handle(name)).await {
        Ok(file) => Ok(Entry::File(file)),
        Err(error) if error.name() == "TypeMismatchError" => Ok(Entry::Directory),
        Err(error) => Err(error),
    }
}

/// The file `name` in `directory`, created empty if it is missing.
pub(super) async fn create_file(
    directory: &FileSystemDirectoryHandle,
    name: &str,
) -> Result<FileSystemFileHandle, JsError> {
    let options = FileSystemGetFileOptions::new();
    options.set_create(true);
    resolve(directory.get_file_handle_with_options(name, &options)).await
}

/// Everything in `directory`, in no order.
pub(super) async fn entries(
    directory: &FileSystemDirectoryHandle,
) -> Result<Vec<(String, Entry)>, JsError> {
    let iterator: AsyncIterator = directory.values();
    let mut entries = Vec::new();
    loop {
        let step: JsValue = resolve(iterator.next()?).await?;
        if Reflect::get(&step, &"done".into())?.is_truthy() {
            return Ok(entries);
        }
        let handle = Reflect::get(&step, &"value".into())?;
        let name = handle.unchecked_ref::<FileSystemHandle>().name();
        entries.push((name, Entry::new(handle)));
    }
}

/// The failure for a file where a directory is meant, or the reverse.
pub(super) fn wrong_kind(path: &str, operation: &'static str) -> BridgeError {
    BridgeError::new(ErrorKind::InvalidRequest, operation)
        .with_detail(format!("{path:?} is a file where a directory is meant, or the reverse"))
}

/// A size or time that JavaScript has as a float.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturating is right")]
pub(super) fn whole(number: f64) -> u64 {
    number as u64
}
