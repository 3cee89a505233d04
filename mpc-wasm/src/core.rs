//! The class that the worker's script holds.

use std::rc::Rc;
use std::sync::Arc;

use core_async::task::{self, AbortOnDropHandle};
use core_service::bridge_traits::{BoxFuture, BridgeError, ErrorKind};
use core_service::core_library::{BackupError, LibraryFile};
use core_service::core_metadata::{CoverSize, SizedCover, UnknownSize};
use core_service::core_runtime::{EventReceiver, RecvError, SystemEvent, init_logging};
use core_service::{BlobFile, WorkletOutput};
use core_service::{
    CoreError, CoreService, ImportEntry, RpcError, SignIn, WasmConfig, bootstrap_wasm,
};
use futures::StreamExt;
use js_sys::{Array, Function, Object, Reflect, Uint8Array};
use serde::Serialize;
use wasm_bindgen::prelude::*;
use web_sys::{Blob, File, MessagePort};

use crate::calls::Calls;
use crate::config::Config;
use crate::panic;

/// The core in a worker. Errors are thrown as the JSON text of an `RpcError`.
#[wasm_bindgen]
#[derive(Debug)]
pub struct MpcCore {
    core: CoreService,
    calls: Rc<Calls>,
    _events: AbortOnDropHandle<()>,
}

#[wasm_bindgen]
impl MpcCore {
    /// Starts a core. `config` is `{"profile": …, "page"?: …, "redirect_uri"?: …, "log_level"?: …}`;
    /// every event is given to `on_event` as JSON, and `on_show` is given the address of each page
    /// that the user has to see to sign in.
    ///
    /// # Errors
    ///
    /// Throws if a newer release has the profile open in another tab, or storage does not work.
    pub async fn start(
        config: String,
        on_event: Function,
        on_show: Function,
    ) -> Result<MpcCore, JsValue> {
        panic::install_hook();
        let config: Config = serde_json::from_str(&config).map_err(|error| {
            thrown(&RpcError::from(&CoreError::InvalidRequest(error.to_string())))
        })?;
        let (sink, clock) = core_service::wasm_logging();
        // A second core in the same worker shares the logging of the first.
        init_logging(&config.logging(), sink, clock).ok();
        let sign_in = config.redirect_uri.clone().map(|redirect_uri| SignIn {
            redirect_uri,
            show: Rc::new(move |url| {
                on_show.call1(&JsValue::NULL, &url.into()).map(drop).map_err(|_| {
                    BridgeError::new(ErrorKind::Unavailable, "auth.authorize")
                        .with_detail("the page could not be asked to show the sign-in")
                })
            }),
        });
        let Config { profile, page, was_stored, .. } = config;
        let config = WasmConfig { profile, page, sign_in, was_stored };
        let core = bootstrap_wasm(config).await.map_err(|error| thrown(&RpcError::from(&error)))?;
        let events = task::spawn(forward(core.events().subscribe(), on_event));
        Ok(Self { core, calls: Rc::default(), _events: AbortOnDropHandle::new(events) })
    }

    /// Carries out the call `{"method": …, "params": …}` and returns its result as JSON.
    ///
    /// # Errors
    ///
    /// Throws as the call fails.
    pub fn call(&self, id: u32, request: String) -> js_sys::Promise {
        let (core, calls) = (self.core.clone(), Rc::clone(&self.calls));
        promise(async move { calls.run(id, core.call_json(&request)).await.map(JsValue::from) })
    }

    /// Follows the list `{"list": …, "query": …}`: gives its page to `on_page` as JSON, and again
    /// whenever it has become another one, until the call is cancelled.
    ///
    /// # Errors
    ///
    /// Throws as reading the list fails, and with the code `cancelled` in the end.
    pub fn follow(&self, id: u32, request: String, on_page: Function) -> js_sys::Promise {
        let (core, calls) = (self.core.clone(), Rc::clone(&self.calls));
        let follow = async move {
            let mut pages = core.live_json(&request)?;
            while let Some(page) = pages.next().await {
                // An exception in the page's own handler is the page's business.
                on_page.call1(&JsValue::NULL, &JsValue::from(page?)).ok();
            }
            Ok(JsValue::UNDEFINED)
        };
        promise(async move { calls.run(id, follow).await })
    }

    /// Cancels the call or import with this number.
    pub fn cancel(&self, id: u32) {
        self.calls.cancel(id);
    }

    /// Takes the files `[{path, file}, …]` into the library and returns a report as JSON.
    ///
    /// # Errors
    ///
    /// Throws if storage is full or the import was cancelled; what was imported stays.
    pub fn import(&self, id: u32, files: Array) -> js_sys::Promise {
        let (core, calls) = (self.core.clone(), Rc::clone(&self.calls));
        promise(async move {
            let entries = files.iter().map(|file| entry(&file)).collect::<Result<_, _>>()?;
            let cancel = calls.begin(id);
            let report = core.import(entries, &cancel).await;
            calls.end(id);
            Ok(JsValue::from(json(&report?)))
        })
    }

    /// Everything the library holds, as a `Blob` that [`import_library`](Self::import_library)
    /// reads.
    ///
    /// # Errors
    ///
    /// Throws if another tab kept changing the library meanwhile, or as storage does.
    pub fn export_library(&self, id: u32) -> js_sys::Promise {
        let (core, calls) = (self.core.clone(), Rc::clone(&self.calls));
        promise(async move { calls.run(id, exported(&core)).await.map(JsValue::from) })
    }

    /// Reads a library from a file that was exported; `mode` is `"merge"` or
    /// `{"replace": {"safety_copy": null}}`. Returns a report as JSON.
    ///
    /// # Errors
    ///
    /// Throws with `unsupported_format`, `conflict` or `corrupt` if the file is none that can be
    /// read, and then nothing has changed; or as storage does.
    pub fn import_library(&self, id: u32, file: File, mode: String) -> js_sys::Promise {
        let (core, calls) = (self.core.clone(), Rc::clone(&self.calls));
        let content = Arc::new(BlobFile::new(file.clone().into()));
        let import = async move {
            let mode = serde_json::from_str(&mode)
                .map_err(|error| CoreError::InvalidRequest(error.to_string()))?;
            let file = LibraryFile { name: file.name(), content };
            let report = core.library().import_library_file(core.files(), &file, &mode).await?;
            Ok(JsValue::from(json(&report)))
        };
        promise(async move { calls.run(id, import).await })
    }

    /// The cover of an album as `{mime, bytes, colour}`, if it has one. `size` is `thumbnail`, `full`
    /// or `original`; the colour is like `#0080ff`, or `null`.
    ///
    /// # Errors
    ///
    /// Throws if there is no such album, its file cannot be read or the cover not be decoded.
    pub fn cover(&self, album_id: String, size: String) -> js_sys::Promise {
        let core = self.core.clone();
        promise(async move {
            let size: CoverSize = size
                .parse()
                .map_err(|error: UnknownSize| CoreError::InvalidRequest(error.to_string()))?;
            let Some(SizedCover { cover, colour }) = core.album_cover(&album_id, size).await?
            else {
                return Ok(JsValue::UNDEFINED);
            };
            let object = Object::new();
            set(&object, "mime", &JsValue::from_str(cover.mime));
            set(&object, "bytes", &Uint8Array::from(&cover.bytes[..]));
            let colour = colour.map_or(JsValue::NULL, |colour| colour.to_string().into());
            set(&object, "colour", &colour);
            Ok(object.into())
        })
    }

    /// Plays through the audio worklet at the other end of `port` from now on.
    pub fn attach_output(&self, port: MessagePort, sample_rate: u32) {
        self.core.set_output(Arc::new(WorkletOutput::new(port, sample_rate)));
    }

    /// What this host offers, as JSON.
    pub fn capabilities(&self) -> String {
        json(&self.core.capabilities())
    }

    /// Ends playback and lets go of the profile.
    ///
    /// # Errors
    ///
    /// Throws if storage could not be closed properly.
    pub fn shutdown(&self) -> js_sys::Promise {
        let core = self.core.clone();
        promise(async move { core.shutdown().await.map(|()| JsValue::UNDEFINED) })
    }
}

/// Gives every event to the page, and tells it when it was too slow.
async fn forward(mut events: EventReceiver, on_event: Function) {
    loop {
        let event = match events.recv().await {
            Ok(event) => event,
            Err(RecvError::Lagged(missed)) => SystemEvent::Lagged { missed }.into(),
            Err(_) => return,
        };
        let json = json(&event);
        // An exception in the page's own handler is the page's business.
        on_event.call1(&JsValue::NULL, &JsValue::from(json)).ok();
    }
}

/// The exported library. The browser keeps what a `Blob` holds outside of our memory, so pieces
/// become one as soon as there are some megabytes of them.
async fn exported(core: &CoreService) -> Result<Blob, CoreError> {
    const PART: u32 = 4 * 1024 * 1024;
    const ATTEMPTS: usize = 5;
    'attempt: for _ in 0..ATTEMPTS {
        let (parts, piece) = (Array::new(), Array::new());
        let mut length = 0;
        let mut pieces = core.library().export_pieces();
        while let Some(next) = pieces.next().await {
            let bytes = match next {
                Ok(bytes) => Uint8Array::from(&bytes[..]),
                Err(BackupError::Busy) => continue 'attempt,
                Err(error) => return Err(error.into()),
            };
            length += bytes.length();
            piece.push(&bytes);
            if length >= PART {
                parts.push(&blob(&piece)?.into());
                piece.set_length(0);
                length = 0;
            }
        }
        parts.push(&blob(&piece)?.into());
        return blob(&parts);
    }
    Err(BackupError::Busy.into())
}

fn blob(parts: &Array) -> Result<Blob, CoreError> {
    Blob::new_with_u8_array_sequence(parts).map_err(|_| {
        BridgeError::new(ErrorKind::QuotaExceeded, "library.export")
            .with_detail("the browser has no room for the file; free some")
            .into()
    })
}

fn entry(value: &JsValue) -> Result<ImportEntry, CoreError> {
    let invalid = || CoreError::InvalidRequest("a file to import is {path, file}".to_owned());
    let field = |name: &str| Reflect::get(value, &name.into()).map_err(|_| invalid());
    let path = field("path")?.as_string().ok_or_else(invalid)?;
    let file: File = field("file")?.dyn_into().map_err(|_| invalid())?;
    Ok(ImportEntry { path, source: Arc::new(BlobFile::new(file.into())) })
}

/// A promise that does not borrow the class, so that calls can overlap.
fn promise(call: impl Future<Output = Result<JsValue, CoreError>> + 'static) -> js_sys::Promise {
    // In a box, so that the code that makes a promise of it is there once.
    let call: BoxFuture<'static, Result<JsValue, CoreError>> = Box::pin(call);
    wasm_bindgen_futures::future_to_promise(async move {
        call.await.map_err(|error| thrown(&RpcError::from(&error)))
    })
}

fn json<T: Serialize>(value: &T) -> String {
    // Only a map with keys that are not text could fail, and nothing here has one.
    serde_json::to_string(value).unwrap_or_default()
}

fn thrown(error: &RpcError) -> JsValue {
    JsValue::from(error.to_json())
}

fn set(object: &Object, name: &str, value: &JsValue) {
    // Setting a property of a fresh plain object cannot fail.
    Reflect::set(object, &name.into(), value).ok();
}
