//! The parts of `node:fs` this crate uses.
//!
//! The asynchronous calls run on Node's threads, so a slow disk stops nothing else. The synchronous
//! ones are for what must not be half done when a future is dropped.

/// `node:fs/promises`.
pub(crate) mod fs_promises {
    use wasm_bindgen::JsValue;
    use wasm_bindgen::prelude::wasm_bindgen;

    use super::{FileHandle, Stats};

    #[wasm_bindgen(module = "node:fs/promises")]
    extern "C" {
        #[wasm_bindgen(catch)]
        pub(crate) async fn open(path: &str, flags: &str, mode: u32)
        -> Result<FileHandle, JsValue>;
        #[wasm_bindgen(catch)]
        pub(crate) async fn stat(path: &str) -> Result<Stats, JsValue>;
        #[wasm_bindgen(catch)]
        pub(crate) async fn lstat(path: &str) -> Result<Stats, JsValue>;
        /// An `Array` of `Dirent`s.
        #[wasm_bindgen(catch)]
        pub(crate) async fn readdir(path: &str, options: &JsValue) -> Result<JsValue, JsValue>;
        #[wasm_bindgen(catch)]
        pub(crate) async fn realpath(path: &str) -> Result<JsValue, JsValue>;
        #[wasm_bindgen(catch)]
        pub(crate) async fn mkdir(path: &str, options: &JsValue) -> Result<JsValue, JsValue>;
        #[wasm_bindgen(catch)]
        pub(crate) async fn rm(path: &str, options: &JsValue) -> Result<(), JsValue>;
        /// Gives a file a second name, which must be free.
        #[wasm_bindgen(catch)]
        pub(crate) async fn link(path: &str, name: &str) -> Result<(), JsValue>;
        #[wasm_bindgen(catch)]
        pub(crate) async fn unlink(path: &str) -> Result<(), JsValue>;
        #[wasm_bindgen(catch, js_name = copyFile)]
        pub(crate) async fn copy_file(from: &str, to: &str, mode: u32) -> Result<(), JsValue>;
        #[wasm_bindgen(catch)]
        pub(crate) async fn statfs(path: &str) -> Result<JsValue, JsValue>;
    }
}

/// `node:fs`, synchronous.
pub(crate) mod fs_sync {
    use js_sys::Uint8Array;
    use wasm_bindgen::JsValue;
    use wasm_bindgen::prelude::wasm_bindgen;

    #[wasm_bindgen(module = "node:fs")]
    extern "C" {
        #[wasm_bindgen(catch, js_name = renameSync)]
        pub(crate) fn rename(from: &str, to: &str) -> Result<(), JsValue>;
        #[wasm_bindgen(catch, js_name = unlinkSync)]
        pub(crate) fn unlink(path: &str) -> Result<(), JsValue>;
        #[wasm_bindgen(catch, js_name = readSync)]
        pub(crate) fn read(
            descriptor: i32,
            buffer: &Uint8Array,
            start: u32,
            length: u32,
            position: f64,
        ) -> Result<u32, JsValue>;
    }
}

use js_sys::{Promise, Uint8Array};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
extern "C" {
    /// What `stat` tells.
    #[derive(Clone, Debug)]
    pub(crate) type Stats;

    #[wasm_bindgen(method, js_name = isFile)]
    pub(crate) fn is_file(this: &Stats) -> bool;
    #[wasm_bindgen(method, js_name = isDirectory)]
    pub(crate) fn is_directory(this: &Stats) -> bool;
    #[wasm_bindgen(method, js_name = isSymbolicLink)]
    pub(crate) fn is_link(this: &Stats) -> bool;
    #[wasm_bindgen(method, getter)]
    pub(crate) fn size(this: &Stats) -> f64;
    #[wasm_bindgen(method, getter)]
    pub(crate) fn mode(this: &Stats) -> u32;
    #[wasm_bindgen(method, getter, js_name = mtimeMs)]
    pub(crate) fn modified_millis(this: &Stats) -> f64;

    /// An open file. `close` waits for what is under way, so it is safe at any moment.
    #[derive(Clone, Debug)]
    pub(crate) type FileHandle;

    #[wasm_bindgen(method, getter)]
    pub(crate) fn fd(this: &FileHandle) -> i32;
    #[wasm_bindgen(method, catch)]
    pub(crate) async fn stat(this: &FileHandle) -> Result<Stats, JsValue>;
    /// `{ bytesRead }`.
    #[wasm_bindgen(method, catch)]
    pub(crate) async fn read(
        this: &FileHandle,
        buffer: &Uint8Array,
        start: u32,
        length: u32,
        position: f64,
    ) -> Result<JsValue, JsValue>;
    /// `{ bytesWritten }`.
    #[wasm_bindgen(method, catch)]
    pub(crate) async fn write(
        this: &FileHandle,
        buffer: &Uint8Array,
        start: u32,
        length: u32,
        position: f64,
    ) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    pub(crate) async fn truncate(this: &FileHandle, length: f64) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch)]
    pub(crate) async fn chmod(this: &FileHandle, mode: u32) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch)]
    pub(crate) async fn sync(this: &FileHandle) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch)]
    pub(crate) async fn datasync(this: &FileHandle) -> Result<(), JsValue>;
    #[wasm_bindgen(method)]
    pub(crate) fn close(this: &FileHandle) -> Promise;
}
