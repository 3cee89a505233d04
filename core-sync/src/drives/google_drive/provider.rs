//! The provider.

use std::sync::Arc;

use bridge_traits::{HttpClient, Request};
use bytes::Bytes;
use form_urlencoded::Serializer;

use super::model::{ChangePage, FIELDS, FilePage, Named, StartToken, wanted};
use crate::drives::api::{Api, Refusal};
use crate::provider::{
    Changes, Listing, Next, ProviderCapabilities, ProviderError, RemoteItem, StorageProvider,
};

/// Somebody's Google Drive, with what is shared with them.
///
/// The client it is given adds the access token, and sends it to the drive only. Both scopes work:
/// with `drive.readonly` everything is seen, with `drive.file` what the user has picked.
#[derive(Clone, Debug)]
pub struct GoogleDrive {
    api: Api,
    address: String,
}

impl GoogleDrive {
    /// The drive behind `http`, at the public address.
    pub fn new(http: Arc<dyn HttpClient>) -> Self {
        Self::at(http, "https://www.googleapis.com")
    }

    /// The drive behind `http`, at another address: an origin without a path.
    pub fn at(http: Arc<dyn HttpClient>, address: &str) -> Self {
        let address = address.trim_end_matches('/').to_owned();
        Self { api: Api::new(http), address }
    }

    fn request(&self, path: &str, parameters: &[(&str, &str)]) -> Request {
        let mut query = Serializer::new(String::new());
        query.extend_pairs(parameters).append_pair("supportsAllDrives", "true");
        Request::get(format!("{}/drive/v3/{path}?{}", self.address, query.finish()))
            .with_header("accept", "application/json")
    }
}

#[core_async::async_trait]
impl StorageProvider for GoogleDrive {
    fn capabilities(&self) -> ProviderCapabilities {
        ProviderCapabilities::new()
    }

    async fn begin(&self) -> Result<Option<String>, ProviderError> {
        let request = self.request("changes/startPageToken", &[]);
        match self.api.json::<StartToken>(request, is_throttled).await? {
            Ok(token) => Ok(Some(token.start_page_token)),
            Err(refusal) => Err(refusal.into_error("drive.begin")),
        }
    }

    async fn list(&self, page: Option<&str>) -> Result<Listing, ProviderError> {
        let wanted = wanted();
        let fields = format!("nextPageToken,incompleteSearch,files({FIELDS})");
        let mut parameters = vec![
            ("q", &*wanted),
            ("fields", &*fields),
            ("pageSize", "1000"),
            ("orderBy", "createdTime"),
            ("includeItemsFromAllDrives", "true"),
        ];
        parameters.extend(page.map(|page| ("pageToken", page)));
        match self.api.json::<FilePage>(self.request("files", &parameters), is_throttled).await? {
            // Part of a listing must never look like all of it.
            Ok(page) if page.incomplete_search => {
                Err(ProviderError::Protocol("the drive has searched only a part of itself"))
            }
            Ok(page) => Ok(Listing {
                items: page.files.into_iter().map(|file| file.into_change()).collect(),
                next: page.next_page_token.map_or(Next::End(None), Next::Page),
            }),
            Err(refusal) if page.is_some() && is_unknown_page(&refusal) => {
                Err(ProviderError::CursorExpired { restart: None })
            }
            Err(refusal) => Err(refusal.into_error("drive.list")),
        }
    }

    async fn top_folder(&self) -> Result<Option<String>, ProviderError> {
        let request = self.request("files/root", &[("fields", "id")]);
        match self.api.json::<Named>(request, is_throttled).await? {
            Ok(root) => Ok(Some(root.id)),
            // Whoever sees only what the user has picked does not see the top.
            Err(refusal) if matches!(refusal.status, 403 | 404) => Ok(None),
            Err(refusal) => Err(refusal.into_error("drive.list")),
        }
    }

    async fn changes(&self, cursor: &str) -> Result<Changes, ProviderError> {
        let fields = format!(
            "nextPageToken,newStartPageToken,changes(changeType,fileId,removed,file({FIELDS}))"
        );
        let parameters = [
            ("pageToken", cursor),
            ("fields", &*fields),
            ("pageSize", "1000"),
            ("includeRemoved", "true"),
            ("includeItemsFromAllDrives", "true"),
        ];
        let request = self.request("changes", &parameters);
        match self.api.json::<ChangePage>(request, is_throttled).await? {
            Ok(page) => {
                let next = match (page.next_page_token, page.new_start_page_token) {
                    (Some(next), _) => Next::Page(next),
                    (None, Some(cursor)) => Next::End(Some(cursor)),
                    (None, None) => {
                        return Err(ProviderError::Protocol("a page of changes leads nowhere"));
                    }
                };
                let changes = page.changes.into_iter().filter_map(|change| change.into_change());
                Ok(Changes { changes: changes.collect(), next })
            }
            Err(refusal) if is_unknown_page(&refusal) => {
                Err(ProviderError::CursorExpired { restart: None })
            }
            Err(refusal) => Err(refusal.into_error("drive.changes")),
        }
    }

    async fn read(
        &self,
        item: &RemoteItem,
        offset: u64,
        length: usize,
    ) -> Result<Bytes, ProviderError> {
        let target = item.target.as_deref().unwrap_or(&item.id);
        let id = target.split('/').next().unwrap_or(target);
        let path = format!("files/{id}");
        let mut request = self.request(&path, &[("alt", "media")]);
        if target.contains('/') {
            // For files that were shared by a link before links had keys.
            request = request.with_secret_header("x-goog-drive-resource-keys", target);
        }
        match self.api.part(request, offset, length, item.size, is_throttled).await? {
            Ok(bytes) => Ok(bytes),
            Err(refusal) => Err(refusal.into_error("drive.read")),
        }
    }
}

/// Too many requests, which Drive also says with 403.
fn is_throttled(refusal: &Refusal) -> bool {
    let reasons = refusal.body.pointer("/error/errors").and_then(|errors| errors.as_array());
    let is_rate = |error: &serde_json::Value| {
        let reason = error.get("reason").and_then(|reason| reason.as_str());
        matches!(reason, Some("rateLimitExceeded" | "userRateLimitExceeded"))
    };
    refusal.status == 403 && reasons.is_some_and(|reasons| reasons.iter().any(is_rate))
}

/// A token that is no longer known, or never was.
fn is_unknown_page(refusal: &Refusal) -> bool {
    matches!(refusal.status, 400 | 404 | 410)
}
