//! Small tools of the tests.

use std::fmt::Debug;

use bridge_traits::{
    BridgeError, Collection, ErrorKind, FieldKind, Randomness, Record, Schema, SchemaChange,
    SchemaComponent, WriteBatch,
};
use bridge_wasm::WebRandomness;
use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::WorkerGlobalScope;

/// A profile nobody has used, so that tests do not meet each other or an earlier run.
pub(crate) fn profile(test: &str) -> String {
    let mut bytes = [0; 8];
    WebRandomness::new().fill(&mut bytes).unwrap();
    format!("{test}/{:016x}", u64::from_le_bytes(bytes))
}

/// A schema with one collection, `songs`, of titles.
pub(crate) fn schema() -> Schema {
    Schema::new(vec![component()])
}

/// The component of [`schema`].
pub(crate) fn component() -> SchemaComponent {
    let songs = Collection::new("songs").required("title", FieldKind::Text).index(&["title"]);
    SchemaComponent::new("test").migration(vec![SchemaChange::CreateCollection(songs)])
}

/// A batch that writes songs with these keys.
pub(crate) fn songs<K: Into<String>>(keys: impl IntoIterator<Item = K>) -> WriteBatch {
    let mut batch = WriteBatch::new();
    for key in keys {
        let key = key.into();
        let title = format!("title of {key}");
        batch.put("songs", Record::new(key).with(title));
    }
    batch
}

/// Fails unless `result` is an error of this kind.
#[track_caller]
pub(crate) fn fails<T: Debug>(result: Result<T, BridgeError>, kind: ErrorKind) -> BridgeError {
    let error = result.unwrap_err();
    assert_eq!(error.kind(), kind, "{error:?}");
    error
}

/// The global scope of the worker the tests run in.
pub(crate) fn scope() -> WorkerGlobalScope {
    js_sys::global().unchecked_into()
}

/// Runs a piece of JavaScript, the body of an async function of one argument: for looking at the
/// browser's storage from outside.
pub(crate) async fn javascript(body: &str, argument: &str) -> JsValue {
    let code = format!("return (async () => {{ {body} }})()");
    let function = Function::new_with_args("argument", &code);
    let promise: Promise =
        function.call1(&JsValue::NULL, &argument.into()).unwrap().unchecked_into();
    JsFuture::from(promise)
        .await
        .unwrap_or_else(|error| panic!("{:?}", Reflect::get(&error, &"message".into())))
}

/// JavaScript that opens the IndexedDB database named by the argument as `db` and defines
/// `done(request)`.
pub(crate) const OPEN_DATABASE: &str = "
    const done = (request) => new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
    });
    const db = await done(indexedDB.open(argument));
    const store = (name) => db.transaction(name, 'readwrite').objectStore(name);
";

/// Runs JavaScript on the stored database of `profile`, which nobody may have open.
pub(crate) async fn tamper(profile: &str, body: &str) -> JsValue {
    let body = format!("{OPEN_DATABASE} try {{ {body} }} finally {{ db.close(); }}");
    javascript(&body, &format!("mpc:{profile}")).await
}

/// Runs JavaScript, as [`javascript`] does, that knows `work(name, ...arguments)`: a worker, which runs
/// this same module and calls what it exports by that name, and what comes of it, `done`. As another
/// tab would, it knows of this one only through the browser. Workers end when the JavaScript does.
pub(crate) async fn with_workers(body: &str, argument: &str) -> JsValue {
    let end = "for (const worker of workers) worker.terminate();";
    javascript(&format!("{WORKERS} try {{ {body} }} finally {{ {end} }}"), argument).await
}

const WORKERS: &str = "
    const at = (path) => new URL(path, location.href).href;
    const module = await WebAssembly.compileStreaming(fetch(at('/wasm-bindgen-test_bg.wasm')));
    const url = URL.createObjectURL(new Blob([`
        import init, * as exported from '${at('/wasm-bindgen-test')}';
        onmessage = async ({ data: { module, name, given } }) => {
            try {
                await init({ module_or_path: module });
                postMessage({ done: await exported[name](...given) });
            } catch (error) {
                postMessage({ failed: String(error) });
            }
        };`], { type: 'text/javascript' }));
    const workers = [];
    const work = (name, ...given) => {
        const worker = new Worker(url, { type: 'module' });
        workers.push(worker);
        const done = new Promise((resolve, reject) => {
            worker.addEventListener('message', ({ data }) => {
                if (data.failed) reject(new Error(`${name}: ${data.failed}`));
                if ('done' in Object(data)) resolve(data.done);
            });
            worker.onerror = (event) => reject(new Error(`${name}: ${event.message}`));
        });
        worker.postMessage({ module, name, given });
        return { worker, done };
    };
";
