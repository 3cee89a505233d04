//! The provider.

use std::sync::Arc;

use bridge_traits::{
    BridgeError, ByteRange, ErrorKind, HttpClient, Method, Origin, Request, Response,
};
use bytes::Bytes;

use super::address::Path;
use super::item::{item, parent};
use super::multistatus::{Entry, Multistatus, Properties, Said};
use crate::drives::api::{Api, Refusal, prefix};
use crate::provider::{
    Changes, Listing, Next, ProviderCapabilities, ProviderError, RemoteChange, RemoteItem,
    StorageProvider, Walk,
};

/// A folder of a hundred thousand files.
const LONGEST_ANSWER: usize = 96 * 1024 * 1024;
/// What is asked of every file and folder.
pub(super) const PROPERTIES: &str = "<d:resourcetype/><d:getcontentlength/><d:getlastmodified/><d:getetag/>\
    <oc:fileid/><oc:checksums/>";
const NAMESPACES: &str = "xmlns:d=\"DAV:\" xmlns:oc=\"http://owncloud.org/ns\"";

/// A folder on a WebDAV server, with everything below it.
///
/// It is listed folder by folder, because many servers refuse more at once. Servers that keep ids
/// and change the revision of a folder with what is in it (ownCloud, Nextcloud) are asked only for
/// what has changed, and so are those that synchronise collections (RFC 6578). With others an item
/// is its address.
///
/// The client it is given adds the credentials. Whatever addresses the server names, requests go
/// to the one it was given.
#[derive(Clone, Debug)]
pub struct WebDav {
    api: Api,
    origin: Origin,
    pub(super) base: Path,
}

impl WebDav {
    /// The folder at `url` behind `http`.
    ///
    /// # Errors
    ///
    /// Fails with `InvalidRequest` for what is no address of a folder.
    pub fn at(http: Arc<dyn HttpClient>, url: &str) -> Result<Self, BridgeError> {
        let origin = Origin::of(url)?;
        let path = url.split(['?', '#']).next().unwrap_or_default();
        let base = Path::of_href(path).ok_or_else(no_folder)?;
        Ok(Self { api: Api::new(http), origin, base })
    }

    /// A folder in it, by its path as people write it.
    ///
    /// # Errors
    ///
    /// Fails with `InvalidRequest` for a path that leads out of it.
    pub fn below(mut self, path: &str) -> Result<Self, BridgeError> {
        self.base = self.base.join(&Path::of_text(path).ok_or_else(no_folder)?);
        Ok(self)
    }

    /// Makes sure that the folder is there and that we may look at it.
    ///
    /// # Errors
    ///
    /// Fails with `PermissionDenied` for wrong credentials, `NotFound` where there is no folder,
    /// `Unsupported` for what does not speak WebDAV, or as the network does.
    pub async fn check(&self) -> Result<(), ProviderError> {
        let properties =
            self.about(&self.folder(&self.base), &self.base, "<d:resourcetype/>").await?;
        match properties.is_folder {
            Some(true) => Ok(()),
            Some(false) => Err(BridgeError::new(ErrorKind::NotFound, "drive.check")
                .with_detail("it is a file")
                .into()),
            None => Err(ProviderError::Protocol("the server does not say what is there")),
        }
    }

    pub(super) fn folder(&self, path: &Path) -> String {
        let slash = if path.is_root() { "" } else { "/" };
        format!("{}/{}{slash}", self.origin, path.text())
    }

    /// Where an item's content is.
    fn file(&self, item: &RemoteItem) -> Result<Path, ProviderError> {
        let path = Path::of_href(item.target.as_deref().unwrap_or(&item.id)).ok_or(OTHER_FOLDER)?;
        Ok(self.base.join(&path))
    }

    /// What the properties in `wanted` of the file or folder at `path` are.
    async fn about(
        &self,
        url: &str,
        path: &Path,
        wanted: &str,
    ) -> Result<Properties, ProviderError> {
        let request = propfind(url, "0", wanted);
        let answer =
            self.ask(request, "drive.about").await?.map_err(|it| explained(it, "drive.about"))?;
        let mut entries = answer.entries.into_iter();
        let entry = entries.find(|entry| Path::of_href(&entry.href).as_ref() == Some(path));
        match entry.ok_or(OTHER_FOLDER)? {
            Entry { status: Some(status @ 300..), .. } => {
                Err(explained(Refusal::of(status), "drive.about"))
            }
            entry => Ok(entry.properties),
        }
    }

    pub(super) async fn ask(
        &self,
        request: Request,
        operation: &'static str,
    ) -> Result<Result<Multistatus, Refusal>, ProviderError> {
        let response = match self.api.send(request, |_| false).await? {
            Ok(response) => response,
            Err(refusal) => return Ok(Err(refusal)),
        };
        if response.status != 207 {
            return Err(BridgeError::new(ErrorKind::Unsupported, operation)
                .with_detail("there is something at this address, but it does not speak WebDAV")
                .into());
        }
        Ok(Ok(Multistatus::parse(&response.bytes(LONGEST_ANSWER).await?)?))
    }

    async fn sync_report(
        &self,
        token: &str,
    ) -> Result<Result<Multistatus, Refusal>, ProviderError> {
        let body = format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?><d:sync-collection {NAMESPACES}>\
             <d:sync-token>{}</d:sync-token><d:sync-level>infinite</d:sync-level>\
             <d:prop>{PROPERTIES}</d:prop></d:sync-collection>",
            quick_xml::escape::escape(token)
        );
        let request = Request::new(Method::Report, self.folder(&self.base))
            .with_header("depth", "0")
            .with_typed_body("application/xml; charset=utf-8", body);
        self.ask(request, "drive.changes").await
    }

    /// A sync token with the folder that it is about.
    fn cursor(&self, token: &str) -> String {
        format!("{}\n{token}", self.base.text())
    }

    /// What an entry is about, if it is something below the base.
    fn place(&self, entry: &Entry) -> Option<Path> {
        Path::of_href(&entry.href)?.below(&self.base).filter(|path| !path.is_root())
    }

    async fn get(
        &self,
        path: &Path,
        range: ByteRange,
        tag: Option<&str>,
    ) -> Result<Result<Response, Refusal>, ProviderError> {
        let url = format!("{}/{}", self.origin, path.text());
        let mut request = Request::get(url).with_range(range);
        if let Some(tag) = tag {
            request = request.with_header("if-match", tag);
        }
        self.api.send(request, |_| false).await
    }
}

#[core_async::async_trait]
impl StorageProvider for WebDav {
    fn capabilities(&self) -> ProviderCapabilities {
        let mut capabilities = ProviderCapabilities::new();
        capabilities.ids_are_paths = true;
        capabilities
    }

    fn walk(&self) -> Option<&dyn Walk> {
        Some(self)
    }

    async fn begin(&self) -> Result<Option<String>, ProviderError> {
        let wanted = "<d:resourcetype/><d:sync-token/><d:supported-report-set/><oc:fileid/>";
        let about = self.about(&self.folder(&self.base), &self.base, wanted).await?;
        let Some(token) = about.sync_token.filter(|_| about.syncs && about.file_id.is_none())
        else {
            return Ok(None);
        };
        // Some synchronise a folder only, and not what is below it (RFC 6578 § 3.3).
        Ok(self.sync_report(&token).await?.ok().map(|_| self.cursor(&token)))
    }

    async fn list(&self, _page: Option<&str>) -> Result<Listing, ProviderError> {
        Err(BridgeError::new(ErrorKind::Unsupported, "drive.list").into())
    }

    async fn changes(&self, cursor: &str) -> Result<Changes, ProviderError> {
        // What has changed in another folder is not what has changed in this one.
        let token = cursor.split_once('\n').filter(|(base, _)| *base == self.base.text());
        let Some((_, token)) = token else {
            return Err(ProviderError::CursorExpired { restart: None });
        };
        let answer = match self.sync_report(token).await? {
            Ok(answer) => answer,
            // The precondition `valid-sync-token` (RFC 6578 § 3.2) comes with any of these.
            Err(Refusal { status: 400 | 403 | 404 | 409 | 410 | 412 | 507, .. }) => {
                return Err(ProviderError::CursorExpired { restart: None });
            }
            Err(refusal) => return Err(explained(refusal, "drive.changes")),
        };
        let next = answer.sync_token.map(|token| self.cursor(&token));
        let next = next.ok_or(ProviderError::Protocol("an answer about changes leads nowhere"))?;
        let mut changes = Vec::new();
        let mut is_part = false;
        for entry in answer.entries {
            let Some(path) = self.place(&entry) else {
                // RFC 6578 § 3.6: there is more, to be asked for with the new token.
                is_part |= entry.status == Some(507);
                continue;
            };
            changes.push(match entry.said() {
                Said::Gone => RemoteChange::Removed { id: path.text() },
                // A folder that it does not follow (RFC 6578 § 3.3), or what it cannot say now.
                Said::Nothing(_) => RemoteChange::Untold { id: path.text(), parent: parent(&path) },
                Said::Folder | Said::File => match item(&path, None, entry.properties) {
                    Some(item) => {
                        RemoteChange::Upsert(RemoteItem { parent: parent(&path), ..item })
                    }
                    None => continue,
                },
            });
        }
        if is_part && next == cursor {
            return Err(ProviderError::Protocol("an answer about changes leads in a circle"));
        }
        let next = if is_part { Next::Page(next) } else { Next::End(Some(next)) };
        Ok(Changes { changes, next })
    }

    async fn read(
        &self,
        item: &RemoteItem,
        offset: u64,
        length: usize,
    ) -> Result<Bytes, ProviderError> {
        let last = offset.saturating_add(length as u64).saturating_sub(1);
        let range = ByteRange { start: offset, last: Some(last) };
        // Weak validators never match (RFC 9110 § 13.1.1).
        let tag = item.revision.as_deref().filter(|revision| revision.starts_with('"'));
        let path = self.file(item)?;
        let mut answer = self.get(&path, range, tag).await?;
        if let (Err(Refusal { status: 412, .. }), Some(tag)) = (&answer, tag) {
            let url = format!("{}/{}", self.origin, path.text());
            let about = self.about(&url, &path, PROPERTIES).await?;
            // Some lists and files have validators of different makes.
            if about.etag.as_deref() == Some(tag) {
                answer = self.get(&path, range, None).await?;
            }
        }
        let response = match answer {
            Ok(response) => response,
            // It is shorter than it was.
            Err(Refusal { status: 412 | 416, .. }) => return Err(changed()),
            Err(refusal) => return Err(explained(refusal, "drive.read")),
        };
        let said = response.headers.get("content-range").and_then(ByteRange::parse_content_range);
        let total = match (response.status, said) {
            (206, Some((range, total))) if range.start == offset => total,
            // The server ignores ranges: what comes begins at the beginning (RFC 9110 § 14.2).
            (200, _) if offset == 0 => response.content_length(),
            _ => {
                return Err(ProviderError::Protocol("another part of the file than was asked for"));
            }
        };
        if total.is_some() && item.size.is_some() && total != item.size {
            return Err(changed());
        }
        Ok(prefix(response, length).await?)
    }
}

pub(super) const OTHER_FOLDER: ProviderError =
    ProviderError::Protocol("the answer is about another folder than the one asked for");

pub(super) fn propfind(url: &str, depth: &str, wanted: &str) -> Request {
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><d:propfind {NAMESPACES}><d:prop>{wanted}\
         </d:prop></d:propfind>"
    );
    Request::new(Method::Propfind, url)
        .with_header("depth", depth)
        .with_typed_body("application/xml; charset=utf-8", body)
}

pub(super) fn explained(refusal: Refusal, operation: &'static str) -> ProviderError {
    match refusal.status {
        405 | 501 => BridgeError::new(ErrorKind::Unsupported, operation)
            .with_detail("there is something at this address, but it does not speak WebDAV")
            .into(),
        423 => BridgeError::new(ErrorKind::Unavailable, operation).with_detail("locked").into(),
        _ => refusal.into_error(operation),
    }
}

fn changed() -> ProviderError {
    BridgeError::new(ErrorKind::Conflict, "drive.read")
        .with_detail("the file is another one now")
        .into()
}

fn no_folder() -> BridgeError {
    BridgeError::new(ErrorKind::InvalidRequest, "drive.open").with_detail("no address of a folder")
}
