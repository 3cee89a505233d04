//! The provider.

use std::fmt::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bridge_traits::{BridgeError, ErrorKind, HttpClient, Origin, Reach, Redirects, Request};
use bytes::Bytes;

use super::batch::{self, BATCH, Batch, Found};
use super::links::Links;
use super::model::{Item, PROPERTIES, Page};
use super::rest::Rest;
use crate::drives::api::{Api, Patience, Refusal};
use crate::provider::{
    Changes, Listing, Next, ProviderCapabilities, ProviderError, RemoteItem, StorageProvider,
};

/// Where Microsoft Graph is.
const PUBLIC: &str = "https://graph.microsoft.com";
/// How many items a page may have.
const PAGE: &str = "999";
/// How many addresses of its content a file is asked for until one works.
const LINKS: u32 = 3;
/// How long a drive is left alone that does not say for how long.
const LEAST_REST: Duration = Duration::from_secs(1);

/// Somebody's OneDrive, personal or of an organisation.
///
/// It needs two clients. One adds the access token, and asks Microsoft Graph only. The other adds
/// nothing: content is at addresses on other servers, which are good without a token for a while,
/// and refuse, in browsers, whatever is added to a request.
#[derive(Clone, Debug)]
pub struct OneDrive {
    api: Api,
    content: Api,
    address: String,
    folder: Option<String>,
    links: Arc<Links>,
    /// Whether nothing has said yet that there is no such thing.
    has_batches: Arc<AtomicBool>,
    /// What is asked of files that were one too many in a batch.
    rest: Arc<Rest>,
}

/// A page of a delta: what a listing and what changes are.
type Delta = (Vec<crate::provider::RemoteChange>, Next);

impl OneDrive {
    /// The drive behind `account`, at the public address; `plain` adds no token.
    pub fn new(account: Arc<dyn HttpClient>, plain: Arc<dyn HttpClient>) -> Self {
        Self::at(account, plain, PUBLIC)
    }

    /// The drive behind `account`, at another address: an origin without a path.
    pub fn at(account: Arc<dyn HttpClient>, plain: Arc<dyn HttpClient>, address: &str) -> Self {
        Self {
            api: Api::new(account),
            content: Api::new(plain),
            address: address.trim_end_matches('/').to_owned(),
            folder: None,
            links: Arc::default(),
            has_batches: Arc::new(AtomicBool::new(true)),
            rest: Arc::default(),
        }
    }

    /// Asks for one folder only, by its id. Drives that cannot do that are asked for everything.
    #[must_use]
    pub fn in_folder(mut self, id: &str) -> Self {
        self.folder = Some(id.to_owned());
        self
    }

    fn request(&self, target: &str) -> Request {
        Request::get(format!("{}{target}", self.address)).with_header("accept", "application/json")
    }

    /// The first page of everything. Organisations' drives say only of the whole what has changed.
    async fn first_page(&self) -> Result<Delta, ProviderError> {
        let query = format!("delta?$select={PROPERTIES}&$top={PAGE}");
        if let Some(folder) = &self.folder {
            let folder = format!("/v1.0/me/drive/items/{}/{query}", escaped(folder));
            match self.delta(&folder).await? {
                Ok(page) => return Ok(page),
                // Some answer so that a new listing would be asked for, again and again.
                Err(refusal) if matches!(refusal.status, 400 | 410 | 501) => {}
                Err(refusal) => return Err(refusal.into_error("drive.list")),
            }
        }
        match self.delta(&format!("/v1.0/me/drive/root/{query}")).await? {
            Ok(page) => Ok(page),
            Err(refusal) => Err(self.refused(refusal, "drive.list")),
        }
    }

    async fn page(&self, target: &str, operation: &'static str) -> Result<Delta, ProviderError> {
        match self.delta(target).await? {
            Ok(page) => Ok(page),
            Err(refusal) => Err(self.refused(refusal, operation)),
        }
    }

    async fn delta(&self, target: &str) -> Result<Result<Delta, Refusal>, ProviderError> {
        let page = match self.api.json::<Page>(self.request(target), is_throttled).await? {
            Ok(page) => page,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let next = match (page.next, page.delta) {
            (Some(next), _) => Next::Page(target_of(&next)?),
            (None, Some(delta)) => Next::End(Some(target_of(&delta)?)),
            (None, None) => return Err(ProviderError::Protocol("a page of a delta leads nowhere")),
        };
        let changes = page.value.into_iter().filter_map(|item| item.into_change().transpose());
        Ok(Ok((changes.collect::<Result<_, _>>()?, next)))
    }

    /// What a refused page means. Both ways in which Graph wants a client to come to terms again,
    /// `resyncChangesApplyDifferences` and `resyncChangesUploadDifferences`, differ in what becomes of
    /// changes that the client has made; we make none, so both are a new listing.
    fn refused(&self, refusal: Refusal, operation: &'static str) -> ProviderError {
        if refusal.status == 410 {
            let restart = refusal.location.as_deref().and_then(|link| target_of(link).ok());
            return ProviderError::CursorExpired { restart };
        }
        refusal.into_error(operation)
    }

    /// The address of the content of a file, checked to be the content that is meant.
    async fn ask_link(&self, item: &RemoteItem) -> Result<String, ProviderError> {
        let (mut patience, mut has_token) = (Patience::default(), false);
        self.rest.pass().await?;
        loop {
            let found = self.ask_items(std::slice::from_ref(item)).await?.pop();
            let found = found.ok_or(ProviderError::Protocol("a batch is not answered"))?;
            let refusal = match found.answer {
                Ok(answer) => return self.link_of(item, answer),
                Err(refusal) => refusal,
            };
            let is_again = match refusal.status {
                _ if !found.is_first_answer => false,
                401 if !has_token => {
                    // Only a request that is refused as a whole has the token renewed.
                    has_token = true;
                    self.top_folder().await?;
                    true
                }
                _ => may_pass(&refusal) && patience.wait(found.retry_after).await,
            };
            if !is_again {
                return Err(refusal.into_error("drive.read"));
            }
        }
    }

    /// What Graph says of each of these, [`BATCH`] at most.
    ///
    /// By `POST`, since browsers keep the answers to `GET` on the disk, and these name addresses which
    /// are secrets. A place in front of Graph that knows of no batches is asked for one at a time.
    async fn ask_items(&self, items: &[RemoteItem]) -> Result<Vec<Found>, ProviderError> {
        if self.has_batches.load(Ordering::Relaxed) {
            let request = batch::request(&self.address, items);
            match self.api.json::<Batch>(request, is_throttled_batch).await? {
                Ok(batch) => return batch.into_found(items.len()),
                Err(refusal) if matches!(refusal.status, 404 | 405 | 501) => {
                    let status = refusal.status;
                    tracing::warn!(status, "no batches here: addresses are asked for one by one");
                    self.has_batches.store(false, Ordering::Relaxed);
                }
                Err(refusal) => return Err(refusal.into_error("drive.read")),
            }
        }
        let mut found = Vec::new();
        for item in items {
            let request = self.request(&format!("/v1.0{}", batch::target(item)));
            let answer = self.api.json::<Item>(request, is_throttled).await?;
            found.push(Found { answer, retry_after: None, is_first_answer: false });
        }
        Ok(found)
    }

    fn link_of(&self, item: &RemoteItem, answer: Item) -> Result<String, ProviderError> {
        if !answer.is_content_of(item) {
            return Err(failure(ErrorKind::Conflict, "the file has other content now"));
        }
        let no_link =
            || failure(ErrorKind::Unsupported, "the drive gives no address of its content");
        let url = answer.download_url.ok_or_else(no_link)?;
        let origin = Origin::of(&url)?;
        if !origin.is_secure() && (self.is_public() || !origin.is_loopback()) {
            return Err(ProviderError::Protocol("an address of content that is not encrypted"));
        }
        self.links.put(item, &url);
        Ok(url)
    }

    fn is_public(&self) -> bool {
        self.address == PUBLIC
    }

    fn content_request(&self, url: &str) -> Request {
        // Addresses that a server names must not lead into the user's own network.
        let reach = if self.is_public() { Reach::Public } else { Reach::Anywhere };
        Request::get(url).with_redirects(Redirects::FollowedByHost).with_reach(reach)
    }
}

#[core_async::async_trait]
impl StorageProvider for OneDrive {
    fn capabilities(&self) -> ProviderCapabilities {
        ProviderCapabilities::new()
    }

    /// A listing ends with a cursor from when it began.
    async fn begin(&self) -> Result<Option<String>, ProviderError> {
        Ok(None)
    }

    async fn list(&self, page: Option<&str>) -> Result<Listing, ProviderError> {
        let (items, next) = match page {
            Some(page) => self.page(page, "drive.list").await?,
            None => self.first_page().await?,
        };
        Ok(Listing { items, next })
    }

    async fn top_folder(&self) -> Result<Option<String>, ProviderError> {
        let request = self.request("/v1.0/me/drive/root?$select=id");
        match self.api.json::<Item>(request, is_throttled).await? {
            Ok(root) => Ok(Some(root.id).filter(|id| !id.is_empty())),
            Err(refusal) if matches!(refusal.status, 403 | 404) => Ok(None),
            Err(refusal) => Err(refusal.into_error("drive.list")),
        }
    }

    async fn changes(&self, cursor: &str) -> Result<Changes, ProviderError> {
        let (changes, next) = self.page(cursor, "drive.changes").await?;
        Ok(Changes { changes, next })
    }

    async fn find_folder(&self, named: &str) -> Result<String, ProviderError> {
        let place = match named.trim_end_matches('/') {
            "" => "root".to_owned(),
            path if path.starts_with('/') => format!("root:{}", escaped(path)),
            id => format!("items/{}", escaped(id)),
        };
        let request = self.request(&format!("/v1.0/me/drive/{place}?$select=id,name,folder,root"));
        match self.api.json::<Item>(request, is_throttled).await? {
            Ok(item) if item.folder.is_some() || item.root.is_some() => match item.id.is_empty() {
                true => Err(ProviderError::Protocol("an item has no id")),
                false => Ok(item.id),
            },
            Ok(_) => Err(failure(ErrorKind::InvalidRequest, "it is no folder")),
            Err(refusal) => Err(refusal.into_error("drive.find_folder")),
        }
    }

    async fn expect(&self, items: &[RemoteItem]) {
        let unknown: Vec<_> =
            items.iter().filter(|item| self.links.get(item).is_none()).cloned().collect();
        if self.rest.pass().await.is_err() {
            return;
        }
        for some in unknown.chunks(BATCH) {
            // One by one they would be asked for no sooner than they are read.
            if some.len() == 1 || !self.has_batches.load(Ordering::Relaxed) {
                return;
            }
            let Ok(found) = self.ask_items(some).await else { return };
            let (mut is_answered, mut is_throttled_part) = (false, false);
            for (item, found) in some.iter().zip(found) {
                match found.answer {
                    Ok(answer) => {
                        is_answered = true;
                        drop(self.link_of(item, answer));
                    }
                    // Its reader asks for it alone, when it may; the others need not wait for it.
                    Err(refusal) if is_throttled(&refusal) => {
                        is_throttled_part = true;
                        self.rest.take(found.retry_after.unwrap_or(LEAST_REST));
                    }
                    Err(_) => {}
                }
            }
            if is_throttled_part && !is_answered {
                return;
            }
        }
    }

    async fn read(
        &self,
        item: &RemoteItem,
        offset: u64,
        length: usize,
    ) -> Result<Bytes, ProviderError> {
        for _ in 0..LINKS {
            let url = match self.links.get(item) {
                Some(url) => url,
                None => self.ask_link(item).await?,
            };
            let request = self.content_request(&url);
            match self.content.part(request, offset, length, item.size, is_throttled).await? {
                Ok(bytes) => return Ok(bytes),
                Err(refusal) if is_over(&refusal) => self.links.forget(item, &url),
                Err(refusal) => return Err(refusal.into_error("drive.read")),
            }
        }
        Err(failure(ErrorKind::Unavailable, "the addresses of its content are over at once"))
    }
}

/// Too many requests, or too many bytes.
fn is_throttled(refusal: &Refusal) -> bool {
    matches!(refusal.status, 429 | 509)
}

/// As for one question; besides, a batch may be refused because its parts were too many.
fn is_throttled_batch(refusal: &Refusal) -> bool {
    is_throttled(refusal) || refusal.status == 424
}

/// Whether the same may be answered another time.
fn may_pass(refusal: &Refusal) -> bool {
    is_throttled(refusal) || matches!(refusal.status, 408 | 500 | 502..=504)
}

/// Whether an address of content is no longer good. Whether the file is still there, asking for
/// another one tells.
fn is_over(refusal: &Refusal) -> bool {
    matches!(refusal.status, 401 | 403 | 404 | 410)
}

fn failure(kind: ErrorKind, detail: &'static str) -> ProviderError {
    BridgeError::new(kind, "drive.read").with_detail(detail).into()
}

/// Path and query of a link to a further page. Pages are asked for where the drive is, wherever a
/// link leads: a proxy stays between, and the token goes nowhere else.
fn target_of(link: &str) -> Result<String, ProviderError> {
    let rest = link.split_once("://").map_or(link, |(_, rest)| rest);
    let target = rest.find('/').map(|slash| &rest[slash..]);
    let target = target.filter(|target| target.starts_with("/v1.0/"));
    let target = target.ok_or(ProviderError::Protocol("a link that leads to no page"))?;
    Ok(target.to_owned())
}

/// An id or a path in an address (RFC 3986 § 3.3).
pub(super) fn escaped(text: &str) -> String {
    let mut path = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => path.push(char::from(byte)),
            b'-' | b'.' | b'_' | b'~' | b'!' | b'/' => path.push(char::from(byte)),
            other => {
                write!(path, "%{other:02X}").ok();
            }
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_asked_for_where_the_drive_is() {
        let link = "https://evil.test/v1.0/me/drive/root/delta?token=a%2Fb";
        assert_eq!(target_of(link).expect("a page"), "/v1.0/me/drive/root/delta?token=a%2Fb");
        for link in ["https://graph.microsoft.com", "https://x.test/beta/me", "", "javascript:x"] {
            assert!(target_of(link).is_err(), "{link}");
        }
    }

    #[test]
    fn paths_are_written_so_that_they_are_read_as_meant() {
        assert_eq!(escaped("/AC:DC/100% ü?#+"), "/AC%3ADC/100%25%20%C3%BC%3F%23%2B");
        assert_eq!(escaped("A1B2!123"), "A1B2!123");
    }
}
