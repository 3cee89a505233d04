//! Web Locks: one holder per name over all tabs and workers of an origin. The browser releases
//! them when a tab or worker dies.

use bridge_traits::Result;
use core_async::sync::{CancellationToken, oneshot};
use core_async::task;
use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::AbortController;

use super::{JsError, method, navigator, property, resolve, unsupported};

/// A lock that is held; dropping it gives it up.
#[derive(Debug)]
pub(crate) struct WebLock {
    /// Ends the promise that holds the lock.
    release: Function,
    lost: CancellationToken,
}

impl WebLock {
    /// Waits for the lock `name`, behind all who asked before.
    ///
    /// # Cancellation
    ///
    /// Dropping the future gives up the place in the queue.
    pub(crate) async fn acquire(name: &str, operation: &'static str) -> Result<Self> {
        let (sender, granted) = oneshot::channel();
        let give_up = AbortController::new().map_err(|error| JsError::from(error).at(operation))?;
        let options = [("signal", JsValue::from(give_up.signal()))];
        let refused = request(name, &options, sender, operation)?;
        let _give_up = AbortOnDrop(give_up);
        core_async::select! {
            biased;
            Ok(Some(lock)) = granted => Ok(lock),
            error = refused => Err(error.at(operation)),
        }
    }

    /// Takes the lock `name` if nobody has it and nobody waits for it.
    pub(crate) async fn try_acquire(name: &str, operation: &'static str) -> Result<Option<Self>> {
        let (sender, granted) = oneshot::channel();
        let options = [("ifAvailable", JsValue::TRUE)];
        let refused = request(name, &options, sender, operation)?;
        core_async::select! {
            biased;
            Ok(answer) = granted => Ok(answer),
            error = refused => Err(error.at(operation)),
        }
    }

    /// Cancelled once the browser has taken the lock away.
    pub(crate) fn lost(&self) -> &CancellationToken {
        &self.lost
    }

    /// The names of all locks that somebody holds.
    pub(crate) async fn held(operation: &'static str) -> Result<Vec<String>> {
        let locks = locks(operation)?;
        let query = method(&locks, "query").ok_or_else(|| missing(operation))?;
        let held = async {
            let answer: JsValue = resolve(query.call0(&locks)?.unchecked_into()).await?;
            let held = property(&answer, "held").unwrap_or_default();
            Ok(Array::from(&held))
        };
        let held = held.await.map_err(|error: JsError| error.at(operation))?;
        Ok(held.iter().filter_map(|lock| property(&lock, "name")?.as_string()).collect())
    }
}

impl Drop for WebLock {
    fn drop(&mut self) {
        // A promise's own resolve function does not throw.
        self.release.call0(&JsValue::UNDEFINED).ok();
    }
}

/// Takes back a request that has not been granted; one that has does not mind.
#[derive(Debug)]
struct AbortOnDrop(AbortController);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Asks for the lock; `sender` gets it once it is granted, or nothing if it is not available. The
/// future completes if the request is refused.
fn request(
    name: &str,
    options: &[(&str, JsValue)],
    sender: oneshot::Sender<Option<WebLock>>,
    operation: &'static str,
) -> Result<impl Future<Output = JsError> + use<>> {
    let locks = locks(operation)?;
    let request = method(&locks, "request").ok_or_else(|| missing(operation))?;
    let lost = CancellationToken::new();
    let losing = lost.clone();
    // The browser keeps the lock until the promise this returns is settled. If nobody waits for
    // the lock any more, it comes back in the error of `send` and is dropped, which settles it.
    let hold = Closure::once_into_js(move |lock: JsValue| {
        if lock.is_null() {
            sender.send(None).ok();
            return Promise::resolve(&JsValue::UNDEFINED);
        }
        let mut release = None;
        let held = Promise::new(&mut |resolve, _| release = Some(resolve));
        if let Some(release) = release {
            sender.send(Some(WebLock { release: release.unchecked_into(), lost })).ok();
        }
        held
    });
    let ended = (|| {
        let dictionary = Object::new();
        for (key, value) in options {
            Reflect::set(&dictionary, &(*key).into(), value)?;
        }
        request.call3(&locks, &name.into(), &dictionary, &hold)?.dyn_into::<Promise>()
    })();
    let ended = ended.map_err(|error| JsError::from(error).at(operation))?;
    let (refuse, refused) = oneshot::channel();
    // The promise is rejected when we give up, and when the lock is stolen. This belongs to the
    // lock and ends with it.
    task::spawn(async move {
        if let Err(error) = JsFuture::from(ended).await {
            losing.cancel();
            refuse.send(JsError::from(error)).ok();
        }
    });
    Ok(async move {
        match refused.await {
            Ok(error) => error,
            // It was granted, and that is not over yet or was not refused.
            Err(_) => std::future::pending().await,
        }
    })
}

/// The lock manager. Not through web-sys, where locks count as unstable.
fn locks(operation: &'static str) -> Result<JsValue> {
    property(&navigator(), "locks").ok_or_else(|| missing(operation))
}

fn missing(operation: &'static str) -> bridge_traits::BridgeError {
    unsupported(operation, "navigator.locks")
}
