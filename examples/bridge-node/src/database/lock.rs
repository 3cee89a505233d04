//! One owner per database: a name that the operating system takes back when its process dies.

use bridge_traits::{BridgeError, ErrorKind, Result};
use js_sys::Promise;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::JsFuture;
use xxhash_rust::xxh3::xxh3_128;

use crate::host::{NodeError, options, platform};

const OPERATION: &str = "database.open";

#[wasm_bindgen(module = "node:net")]
extern "C" {
    #[derive(Debug)]
    type Server;

    #[wasm_bindgen(js_name = createServer)]
    fn create_server() -> Server;
    #[wasm_bindgen(method, catch)]
    fn listen(this: &Server, options: &JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method)]
    fn close(this: &Server);
    #[wasm_bindgen(method)]
    fn unref(this: &Server);
}

#[wasm_bindgen(module = "node:events")]
extern "C" {
    // Rejects when the emitter reports an error first.
    fn once(emitter: &Server, event: &str) -> Promise;
}

/// The right to write to a database; dropping it gives it up.
#[derive(Debug)]
pub(super) struct OwnerLock(Server);

impl OwnerLock {
    /// Takes the lock for the file at `path`, whose links are resolved.
    ///
    /// Node has no file locks. What it has is names to listen on, of which the operating system gives
    /// each to one process at a time.
    pub(super) async fn acquire(path: &str) -> Result<Self> {
        let name = format!("bridge-node-{:032x}", xxh3_128(path.as_bytes()));
        let address = match platform().as_str() {
            // An abstract socket: no file, and nothing that could be left behind.
            "linux" | "android" => format!("\0{name}"),
            "win32" => format!(r"\\.\pipe\{name}"),
            other => {
                return Err(BridgeError::new(ErrorKind::Unsupported, OPERATION)
                    .with_detail(format!("no lock that ends with its process on {other}")));
            }
        };
        let server = create_server();
        // It must not keep the process alive.
        server.unref();
        let listening = JsFuture::from(once(&server, "listening"));
        let options = options(&[("path", address.as_str().into()), ("exclusive", true.into())]);
        let lock = async {
            server.listen(&options)?;
            listening.await
        };
        match lock.await.map_err(NodeError::from) {
            Ok(_) => Ok(Self(server)),
            Err(error) if error.kind() == ErrorKind::Conflict => Err(error
                .at(OPERATION)
                .with_detail("it is open in another process; close that one, or use another file")),
            Err(error) => Err(error.at(OPERATION)),
        }
    }
}

impl Drop for OwnerLock {
    fn drop(&mut self) {
        self.0.close();
    }
}
