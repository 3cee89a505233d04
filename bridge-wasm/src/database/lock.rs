//! One owner per profile, by a Web Lock: the browser releases it when the tab or worker dies.

use std::time::Duration;

use bridge_traits::{BridgeError, ErrorKind, Result};
use core_async::sync::oneshot;
use core_async::{task, time};
use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::AbortController;

use crate::host::{JsError, method, navigator, property, unsupported};

const OPERATION: &str = "database.open";

/// The right to write to a profile; dropping it gives it up.
#[derive(Debug)]
pub(super) struct ProfileLock {
    /// Ends the promise that holds the lock.
    release: Function,
}

impl ProfileLock {
    /// Waits for the lock `name`. A reloaded page releases its own a moment after the new one has
    /// started, so a short wait is normal.
    pub(super) async fn acquire(name: &str, wait: Duration) -> Result<Self> {
        // Not through web-sys, where locks count as unstable.
        let locks = property(&navigator(), "locks")
            .ok_or_else(|| unsupported(OPERATION, "navigator.locks"))?;
        let request =
            method(&locks, "request").ok_or_else(|| unsupported(OPERATION, "navigator.locks"))?;
        let (sender, granted) = oneshot::channel();
        let give_up = begin(&locks, &request, name, sender)
            .map_err(|error| JsError::from(error).at(OPERATION))?;
        if let Ok(Ok(lock)) = time::timeout(wait, granted).await {
            return Ok(lock);
        }
        give_up.abort();
        Err(BridgeError::new(ErrorKind::Conflict, OPERATION).with_detail(
            "this profile is open in another tab or window; close it there, or use another profile",
        ))
    }
}

impl Drop for ProfileLock {
    fn drop(&mut self) {
        // A promise's own resolve function does not throw.
        self.release.call0(&JsValue::UNDEFINED).ok();
    }
}

/// Asks for the lock; `sender` gets it once it is granted.
fn begin(
    locks: &JsValue,
    request: &Function,
    name: &str,
    sender: oneshot::Sender<ProfileLock>,
) -> Result<AbortController, JsValue> {
    let controller = AbortController::new()?;
    let options = Object::new();
    Reflect::set(&options, &"signal".into(), &controller.signal())?;
    // The browser keeps the lock until the promise this returns is settled. If nobody waits for
    // the lock any more, it comes back in the error of `send` and is dropped, which settles it.
    let hold = Closure::once_into_js(move |_lock: JsValue| {
        let mut release = None;
        let held = Promise::new(&mut |resolve, _| release = Some(resolve));
        if let Some(release) = release {
            sender.send(ProfileLock { release: release.unchecked_into() }).ok();
        }
        held
    });
    let ended = request.call3(locks, &name.into(), &options, &hold)?.dyn_into::<Promise>()?;
    // The promise is rejected when we give up. It belongs to the lock and ends with it.
    task::spawn(async move { JsFuture::from(ended).await.ok() });
    Ok(controller)
}
