//! A drive that is asked so often that nobody can keep a record of it.

use std::fmt;
use std::sync::Arc;

use bridge_traits::{HttpClient, Request, Response, Result};

use crate::large_drive::LargeDrive;

/// Asks a drive that keeps no record of it.
pub(crate) struct Forgotten {
    inner: Arc<dyn HttpClient>,
    drive: Arc<LargeDrive>,
}

impl Forgotten {
    pub(crate) fn new(inner: Arc<dyn HttpClient>, drive: &Arc<LargeDrive>) -> Self {
        Self { inner, drive: Arc::clone(drive) }
    }
}

#[core_async::async_trait]
impl HttpClient for Forgotten {
    async fn send(&self, request: Request) -> Result<Response> {
        self.drive.forget_requests();
        self.inner.send(request).await
    }
}

impl fmt::Debug for Forgotten {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Forgotten").finish_non_exhaustive()
    }
}
