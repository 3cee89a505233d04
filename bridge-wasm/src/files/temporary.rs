//! Files being written: beside the real ones, until they are whole.

use bridge_traits::{BridgeError, ErrorKind, Randomness, Result};
use core_async::task;
use js_sys::Function;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    File, FileSystemDirectoryHandle, FileSystemFileHandle, FileSystemReadWriteOptions,
    FileSystemSyncAccessHandle, FileSystemWritableFileStream,
};

use super::place::{self, Entry};
use crate::WebRandomness;
use crate::host::{JsError, method, resolve, unsupported};

const OPERATION: &str = "files.write";

/// After this long a temporary file belongs to nobody: its writer has died.
const ABANDONED_MILLIS: f64 = 3_600_000.0;

/// A file under a name of its own, removed unless it is [moved](Temporary::move_to) to its place.
#[derive(Debug)]
pub(super) struct Temporary {
    directory: FileSystemDirectoryHandle,
    name: String,
    handle: FileSystemFileHandle,
    /// Open for writing; in the way of everything else until it is closed.
    access: Option<FileSystemSyncAccessHandle>,
    written: u64,
    is_moved: bool,
}

impl Temporary {
    /// An empty file in `directory`.
    pub(super) async fn create(directory: &FileSystemDirectoryHandle) -> Result<Self> {
        let mut bytes = [0; 16];
        WebRandomness::new().fill(&mut bytes)?;
        let name = format!("{:032x}", u128::from_le_bytes(bytes));
        let failed = |error: JsError| error.at(OPERATION);
        let handle = place::create_file(directory, &name).await.map_err(failed)?;
        let directory = directory.clone();
        let mut temporary =
            Self { directory, name, handle, access: None, written: 0, is_moved: false };
        if method(&temporary.handle, "createSyncAccessHandle").is_none() {
            return Err(unsupported(OPERATION, "createSyncAccessHandle, which only workers have,"));
        }
        let access = resolve(temporary.handle.create_sync_access_handle()).await;
        temporary.access = Some(access.map_err(failed)?);
        Ok(temporary)
    }

    /// Adds `piece` at the end.
    pub(super) fn append(&mut self, mut piece: &[u8]) -> Result<()> {
        let access = self.access.as_ref().expect("it is only closed by move_to");
        while !piece.is_empty() {
            let at = FileSystemReadWriteOptions::new();
            #[expect(clippy::cast_precision_loss, reason = "no file reaches 2⁵³ bytes")]
            at.set_at(self.written as f64);
            let written = access
                .write_with_u8_array_and_options(piece, &at)
                .map_err(|error| JsError::from(error).at(OPERATION))?;
            let taken = usize::try_from(place::whole(written)).unwrap_or(0).min(piece.len());
            if taken == 0 {
                return Err(BridgeError::new(ErrorKind::QuotaExceeded, OPERATION));
            }
            self.written += taken as u64;
            piece = &piece[taken..];
        }
        Ok(())
    }

    /// Puts the whole file into its place, replacing what is there in one step.
    pub(super) async fn move_to(
        mut self,
        directory: &FileSystemDirectoryHandle,
        name: &str,
    ) -> Result<()> {
        let moved = async {
            if let Some(access) = self.access.take() {
                let flushed = access.flush();
                access.close();
                flushed?;
            }
            move_file(&self.handle, directory, name).await
        };
        // A file that was copied instead is still there, and removed with `self`.
        self.is_moved = moved.await.map_err(|error| error.at(OPERATION))?;
        Ok(())
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if let Some(access) = &self.access {
            access.close();
        }
        if !self.is_moved {
            let removal = self.directory.remove_entry(&self.name);
            // Nobody waits for it; what remains is swept up later.
            task::spawn(async move { resolve::<JsValue>(removal).await.ok() });
        }
    }
}

/// Removes what writers that died have left in `directory`.
pub(super) async fn sweep(directory: &FileSystemDirectoryHandle) -> Result<(), JsError> {
    let now = js_sys::Date::now();
    for (name, entry) in place::entries(directory).await? {
        let Entry::File(file) = entry else { continue };
        let Ok(file) = resolve::<File>(file.get_file()).await else { continue };
        if now - file.last_modified() > ABANDONED_MILLIS {
            resolve::<JsValue>(directory.remove_entry(&name)).await.ok();
        }
    }
    Ok(())
}

/// Moves a file onto `name` in `directory`; `false` says that it was copied instead.
pub(super) async fn move_file(
    file: &FileSystemFileHandle,
    directory: &FileSystemDirectoryHandle,
    name: &str,
) -> Result<bool, JsError> {
    // Not in web-sys. Every browser with a private file system has it for files.
    if let Some(move_to) = method(file, "move")
        && call_move(&move_to, file, directory, name).await.is_ok()
    {
        return Ok(true);
    }
    copy_file(file, directory, name).await.map(|()| false)
}

async fn call_move(
    move_to: &Function,
    file: &FileSystemFileHandle,
    directory: &FileSystemDirectoryHandle,
    name: &str,
) -> Result<(), JsError> {
    let moved = move_to.call2(file, directory, &name.into())?;
    resolve::<JsValue>(moved.unchecked_into()).await.map(drop)
}

/// Copies a file onto `name` in `directory`. The browser itself makes this atomic for a file that
/// exists; a new one is empty until the copy is complete.
async fn copy_file(
    file: &FileSystemFileHandle,
    directory: &FileSystemDirectoryHandle,
    name: &str,
) -> Result<(), JsError> {
    let content: File = resolve(file.get_file()).await?;
    let target = place::create_file(directory, name).await?;
    let stream: FileSystemWritableFileStream = resolve(target.create_writable()).await?;
    resolve::<JsValue>(stream.write_with_blob(&content)?).await?;
    resolve::<JsValue>(stream.close()).await.map(drop)
}
