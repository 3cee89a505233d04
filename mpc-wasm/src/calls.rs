//! Calls under way, so that each can be cancelled by its number.

use std::cell::RefCell;
use std::collections::HashMap;

use core_async::sync::CancellationToken;
use core_service::CoreError;

/// The calls under way.
#[derive(Debug, Default)]
pub(crate) struct Calls(RefCell<HashMap<u32, CancellationToken>>);

impl Calls {
    /// Runs a call until it is done or cancelled by dropping it.
    pub(crate) async fn run<T>(
        &self,
        id: u32,
        call: impl Future<Output = Result<T, CoreError>>,
    ) -> Result<T, CoreError> {
        let token = self.begin(id);
        let result = core_async::select! {
            () = token.cancelled() => Err(CoreError::Cancelled),
            result = call => result,
        };
        self.end(id);
        result
    }

    /// Registers a call that watches its token itself.
    pub(crate) fn begin(&self, id: u32) -> CancellationToken {
        let token = CancellationToken::new();
        self.0.borrow_mut().insert(id, token.clone());
        token
    }

    /// Forgets a call.
    pub(crate) fn end(&self, id: u32) {
        self.0.borrow_mut().remove(&id);
    }

    /// Cancels a call; one that is over already is fine.
    pub(crate) fn cancel(&self, id: u32) {
        // The borrow ends before the token wakes anybody.
        let token = self.0.borrow().get(&id).cloned();
        if let Some(token) = token {
            token.cancel();
        }
    }
}
