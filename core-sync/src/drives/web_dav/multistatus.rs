//! Reading `207 Multi-Status` (RFC 4918 § 13).
//!
//! The answer comes from somebody else's server: it is read without resolving any entity, to a
//! bounded depth, and nothing but whole answers counts.

use quick_xml::NsReader;
use quick_xml::events::{BytesRef, Event};
use quick_xml::name::{Namespace, ResolveResult};

use crate::provider::ProviderError;

/// Deeper than any property goes.
const DEEPEST: usize = 64;
/// Longer than any address or checksum.
const LONGEST: usize = 64 * 1024;

const DAV: &str = "DAV:";
const OWNCLOUD: &str = "http://owncloud.org/ns";

/// A whole answer.
#[derive(Debug, Default, Eq, PartialEq)]
pub(super) struct Multistatus {
    pub(super) entries: Vec<Entry>,
    /// From where on changes are asked for next (RFC 6578 § 6.4).
    pub(super) sync_token: Option<String>,
}

/// What it says of one address.
#[derive(Debug, Default, Eq, PartialEq)]
pub(super) struct Entry {
    pub(super) href: String,
    /// The status of the whole; none where each property has its own.
    pub(super) status: Option<u16>,
    pub(super) properties: Properties,
    /// Whether the server keeps to itself what it is.
    pub(super) is_kind_refused: bool,
}

/// What an answer says of what is at one address.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Said {
    Folder,
    File,
    Gone,
    /// It is there, or it may be: with this status, or without a word about what it is.
    Nothing(Option<u16>),
}

/// The properties that are there.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Properties {
    /// None where nothing is said of it.
    pub(super) is_folder: Option<bool>,
    pub(super) length: Option<u64>,
    pub(super) modified: Option<String>,
    pub(super) etag: Option<String>,
    pub(super) file_id: Option<String>,
    pub(super) checksums: Option<String>,
    pub(super) sync_token: Option<String>,
    pub(super) syncs: bool,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Tag {
    Multistatus,
    Response,
    Href,
    Propstat,
    Prop,
    Status,
    ResourceType,
    Collection,
    Length,
    Modified,
    Etag,
    FileId,
    Checksums,
    Checksum,
    SyncToken,
    SyncCollection,
    Other,
}

impl Multistatus {
    /// Reads an answer.
    pub(super) fn parse(body: &[u8]) -> Result<Self, ProviderError> {
        let refused = || ProviderError::Protocol("a listing is not the XML it should be");
        let text = std::str::from_utf8(body).map_err(|_| refused())?;
        let mut reader = NsReader::from_str(text.trim_start_matches('\u{feff}'));
        let mut state = State::default();
        loop {
            let (namespace, event) = reader.read_resolved_event().map_err(|_| refused())?;
            let is_taken = match event {
                Event::Start(start) => state.open(tag(&namespace, start.local_name().into_inner())),
                Event::Empty(start) => {
                    let tag = tag(&namespace, start.local_name().into_inner());
                    state.open(tag) && state.close()
                }
                Event::End(_) => state.close(),
                Event::Text(text) => state.add(&text.xml10_content()),
                Event::CData(text) => state.add(&text.xml10_content()),
                Event::GeneralRef(reference) => {
                    character(&reference).is_some_and(|it| state.add(it.encode_utf8(&mut [0; 4])))
                }
                // What is declared here would only be of use to an attacker.
                Event::DocType(_) => false,
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) => true,
                Event::Eof => break,
            };
            if !is_taken {
                return Err(refused());
            }
        }
        if state.is_whole && state.open.is_empty() { Ok(state.answer) } else { Err(refused()) }
    }
}

fn tag(namespace: &ResolveResult<'_>, name: &str) -> Tag {
    let ResolveResult::Bound(Namespace(namespace)) = namespace else { return Tag::Other };
    match (*namespace, name) {
        (DAV, "multistatus") => Tag::Multistatus,
        (DAV, "response") => Tag::Response,
        (DAV, "href") => Tag::Href,
        (DAV, "propstat") => Tag::Propstat,
        (DAV, "prop") => Tag::Prop,
        (DAV, "status") => Tag::Status,
        (DAV, "resourcetype") => Tag::ResourceType,
        (DAV, "collection") => Tag::Collection,
        (DAV, "getcontentlength") => Tag::Length,
        (DAV, "getlastmodified") => Tag::Modified,
        (DAV, "getetag") => Tag::Etag,
        (DAV, "sync-token") => Tag::SyncToken,
        (DAV, "sync-collection") => Tag::SyncCollection,
        (OWNCLOUD, "fileid") => Tag::FileId,
        (OWNCLOUD, "checksums") => Tag::Checksums,
        (OWNCLOUD, "checksum") => Tag::Checksum,
        _ => Tag::Other,
    }
}

/// What a reference in a text stands for: a character by its number, or one of the five that XML
/// itself names.
fn character(reference: &BytesRef<'_>) -> Option<char> {
    if let Some(character) = reference.resolve_char_ref().ok()? {
        return Some(character);
    }
    match &*reference.xml10_content() {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => None,
    }
}

#[derive(Debug, Default)]
struct State {
    open: Vec<Tag>,
    text: String,
    answer: Multistatus,
    entry: Entry,
    properties: Properties,
    status: Option<u16>,
    is_whole: bool,
}

impl State {
    fn open(&mut self, tag: Tag) -> bool {
        let is_first = self.open.is_empty();
        if self.open.len() >= DEEPEST || is_first && (tag != Tag::Multistatus || self.is_whole) {
            return false;
        }
        match tag {
            Tag::Response => self.entry = Entry::default(),
            Tag::Propstat => (self.properties, self.status) = (Properties::default(), None),
            Tag::Collection if self.open.last() == Some(&Tag::ResourceType) => {
                self.properties.is_folder = Some(true);
            }
            Tag::SyncCollection => self.properties.syncs = true,
            _ => {}
        }
        self.text.clear();
        self.open.push(tag);
        true
    }

    fn add(&mut self, text: &str) -> bool {
        let is_of_interest = !matches!(self.open.last(), None | Some(Tag::Other));
        if is_of_interest {
            self.text.push_str(text);
        }
        self.text.len() <= LONGEST
    }

    fn close(&mut self) -> bool {
        let Some(tag) = self.open.pop() else { return false };
        let text = std::mem::take(&mut self.text);
        let some = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        match (tag, self.open.last()) {
            (Tag::Multistatus, _) => self.is_whole = true,
            (Tag::Response, Some(Tag::Multistatus)) => {
                self.answer.entries.push(std::mem::take(&mut self.entry));
            }
            // The first one: a refused property may name others.
            (Tag::Href, Some(Tag::Response)) if self.entry.href.is_empty() => {
                text.trim().clone_into(&mut self.entry.href);
            }
            (Tag::Status, Some(Tag::Response)) => self.entry.status = code(&text),
            (Tag::Status, Some(Tag::Propstat)) => self.status = code(&text),
            // What is not there is named as well, with its own status.
            (Tag::Propstat, Some(Tag::Response)) => {
                let properties = std::mem::take(&mut self.properties);
                let is_kind_named = properties.is_folder.is_some();
                match self.status {
                    None | Some(200..300) => self.entry.properties.add(properties),
                    // What has no type is no folder.
                    Some(404 | 410) if is_kind_named => {
                        self.entry.properties.is_folder.get_or_insert(false);
                    }
                    Some(404 | 410) => {}
                    Some(_) => self.entry.is_kind_refused |= is_kind_named,
                }
            }
            (Tag::ResourceType, Some(Tag::Prop)) => {
                self.properties.is_folder.get_or_insert(false);
            }
            (Tag::Length, Some(Tag::Prop)) => self.properties.length = text.trim().parse().ok(),
            (Tag::Modified, Some(Tag::Prop)) => self.properties.modified = some(&text),
            (Tag::Etag, Some(Tag::Prop)) => self.properties.etag = some(&text),
            (Tag::FileId, Some(Tag::Prop)) => self.properties.file_id = some(&text),
            (Tag::Checksums, Some(Tag::Prop)) | (Tag::Checksum, Some(Tag::Checksums)) => {
                let text = some(&text).or(self.properties.checksums.take());
                self.properties.checksums = text;
            }
            (Tag::SyncToken, Some(Tag::Prop)) => self.properties.sync_token = some(&text),
            (Tag::SyncToken, Some(Tag::Multistatus)) => self.answer.sync_token = some(&text),
            _ => {}
        }
        true
    }
}

impl Entry {
    /// What it says of what is at its address.
    pub(super) fn said(&self) -> Said {
        match (self.status, self.properties.is_folder) {
            (Some(404 | 410), _) => Said::Gone,
            (Some(status @ 300..), _) => Said::Nothing(Some(status)),
            (_, Some(true)) => Said::Folder,
            (_, Some(false)) => Said::File,
            // Some leave out that a file is no folder.
            (_, None) if self.properties.length.is_some() && !self.is_kind_refused => Said::File,
            (_, None) => Said::Nothing(None),
        }
    }
}

impl Properties {
    fn add(&mut self, more: Self) {
        self.is_folder = self.is_folder.max(more.is_folder);
        self.syncs |= more.syncs;
        let take = |mine: &mut Option<String>, theirs| *mine = mine.take().or(theirs);
        self.length = self.length.or(more.length);
        take(&mut self.modified, more.modified);
        take(&mut self.etag, more.etag);
        take(&mut self.file_id, more.file_id);
        take(&mut self.checksums, more.checksums);
        take(&mut self.sync_token, more.sync_token);
    }
}

/// The number in a status line such as `HTTP/1.1 200 OK`.
fn code(line: &str) -> Option<u16> {
    line.split_ascii_whitespace().nth(1)?.parse().ok()
}

#[cfg(test)]
mod tests;
