//! The interface.

use std::fmt::Write;
use std::sync::{Mutex, MutexGuard, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bridge_traits::Method;

use super::files::{DavFiles, Node};
use super::troubles::Troubles;
use crate::drive::Weather;
use crate::exchange::{Answer, Ask};

/// What a server offers beyond RFC 4918.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum DavKind {
    /// Nothing, as most.
    Plain,
    /// Ids, and folders whose revision changes with everything below them, as ownCloud and
    /// Nextcloud have them.
    WithIds,
    /// Synchronisation of collections (RFC 6578).
    WithSync,
}

/// A server with one user's files at `/dav/files`.
pub struct DavService {
    kind: DavKind,
    authorization: String,
    state: Mutex<State>,
}

struct State {
    files: DavFiles,
    weather: Weather,
    page: usize,
    requests: Vec<String>,
    forgotten: u64,
    troubles: Troubles,
}

const BASE: &str = "/dav/files";

impl DavService {
    /// An empty server for this user.
    pub fn new(kind: DavKind, user: &str, password: &str) -> Self {
        let state = State {
            files: DavFiles::default(),
            weather: Weather::default(),
            page: 1000,
            requests: Vec::new(),
            forgotten: 0,
            troubles: Troubles::default(),
        };
        let authorization = format!("Basic {}", STANDARD.encode(format!("{user}:{password}")));
        Self { kind, authorization, state: Mutex::new(state) }
    }

    /// Does something with the files.
    pub fn files<T>(&self, act: impl FnOnce(&mut DavFiles) -> T) -> T {
        act(&mut self.state().files)
    }

    /// Sets what happens to requests.
    pub fn set_weather(&self, weather: Weather) {
        self.state().weather = weather;
    }

    /// Sets how many changes an answer has at most.
    pub fn set_page(&self, length: usize) {
        self.state().page = length;
    }

    /// Forgets every token that was handed out until now.
    pub fn forget_tokens(&self) {
        let mut state = self.state();
        state.files.now += 1;
        state.forgotten = state.files.now;
    }

    /// Whoever looks into these folders gets this status each, or no answer ever for 0. The others
    /// are open.
    pub fn close<'a>(&self, folders: impl IntoIterator<Item = (&'a str, u16)>) {
        let folders = folders.into_iter().map(|(path, status)| (path.to_owned(), status));
        self.state().troubles.closed = folders.collect();
    }

    /// Answers about what this is in have this status for it; `None` for nothing.
    pub fn refuse(&self, path: Option<(&str, u16)>) {
        self.state().troubles.refused = path.map(|(path, status)| (path.to_owned(), status));
    }

    /// Answers say of this everything but what it is, which has this status; `None` for nothing.
    pub fn hide_kind(&self, path: Option<(&str, u16)>) {
        self.state().troubles.kindless = path.map(|(path, status)| (path.to_owned(), status));
    }

    /// What changes in this folder, however deep, is not told (RFC 6578 § 3.3): each time, answers
    /// about changes refuse the folder instead. `None` for no folder.
    pub fn stop_following(&self, folder: Option<&str>) {
        self.state().troubles.unfollowed = folder.map(str::to_owned);
    }

    /// What was asked so far: method and path.
    pub fn requests(&self) -> Vec<String> {
        self.state().requests.clone()
    }

    /// Forgets what was asked so far: in a long run it would fill the memory.
    pub fn forget_requests(&self) {
        self.state().requests = Vec::new();
    }

    /// Answers a request.
    pub fn answer(&self, ask: &Ask) -> Answer {
        let mut state = self.state();
        state.requests.push(format!("{} {}", ask.method.as_str(), ask.path));
        if ask.headers.get("authorization") != Some(&*self.authorization) {
            return Answer::status(401).with_header("www-authenticate", "Basic realm=\"files\"");
        }
        let fault = state.weather.strike();
        fault.apply(self.good(&state, ask), || Answer::status(503))
    }

    fn good(&self, state: &State, ask: &Ask) -> Answer {
        let path = decoded(&ask.path);
        let Some(path) = path.strip_prefix(BASE) else { return Answer::status(404) };
        let path = path.trim_matches('/');
        if let Some(status) = state.troubles.closed.get(path) {
            return if *status == 0 { Answer::silent() } else { Answer::status(*status) };
        }
        let node = state.files.nodes.get(path);
        if node.is_none() && !path.is_empty() {
            return Answer::status(404);
        }
        match ask.method {
            Method::Propfind => self.propfind(state, path, ask.headers.get("depth")),
            Method::Report if self.kind == DavKind::WithSync => report(state, ask),
            Method::Get => match node {
                Some(node) => content(node, ask),
                None => Answer::status(405),
            },
            _ => Answer::status(405),
        }
    }

    fn propfind(&self, state: &State, path: &str, depth: Option<&str>) -> Answer {
        let mut body = self.response(state, path, state.files.nodes.get(path));
        match depth {
            Some("0") => {}
            Some("1") => {
                for (path, node) in state.files.children(path) {
                    body.push_str(&self.response(state, path, Some(node)));
                }
            }
            // As many servers do (RFC 4918 § 9.1).
            _ => return Answer::status(403),
        }
        multistatus(&body)
    }

    fn response(&self, state: &State, path: &str, node: Option<&Node>) -> String {
        if let Some((_, status)) =
            state.troubles.refused.as_ref().filter(|(refused, _)| refused == path)
        {
            return refusal(path, *status);
        }
        let mut properties = String::new();
        let content = node.and_then(|node| node.content.as_ref());
        let is_folder = content.is_none();
        if let Some(node) = node {
            write!(properties, "<d:getlastmodified>{}</d:getlastmodified>", date(node.modified))
                .ok();
            if !is_folder {
                write!(properties, "<d:getetag>{}</d:getetag>", tag(node).replace('"', "&quot;"))
                    .ok();
            }
            if let Some(content) = content {
                write!(properties, "<d:getcontentlength>{}</d:getcontentlength>", content.len())
                    .ok();
            }
        }
        let (id, touched) = node.map_or((0, state.files.touched), |node| (node.id, node.touched));
        match self.kind {
            DavKind::WithIds => {
                write!(properties, "<oc:fileid>{id}</oc:fileid>").ok();
                if is_folder {
                    write!(properties, "<d:getetag>&quot;t{touched}&quot;</d:getetag>").ok();
                }
            }
            DavKind::WithSync if path.is_empty() => {
                let now = state.files.now;
                write!(
                    properties,
                    "<d:sync-token>urn:x:{now}</d:sync-token><d:supported-report-set>\
                     <d:supported-report><d:report><d:sync-collection/></d:report>\
                     </d:supported-report></d:supported-report-set>"
                )
                .ok();
            }
            _ => {}
        }
        let kind = if is_folder { "<d:collection/>" } else { "" };
        let kind = match state.troubles.kindless.as_ref().filter(|(it, _)| it == path) {
            Some((_, status)) => propstat("<d:resourcetype/>", *status),
            None => propstat(&format!("<d:resourcetype>{kind}</d:resourcetype>"), 200),
        };
        format!(
            "<d:response><d:href>{}</d:href>{kind}{}</d:response>",
            href(path, is_folder),
            propstat(&properties, 200)
        )
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for DavService {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DavService").field("kind", &self.kind).finish_non_exhaustive()
    }
}

/// What has changed since a token (RFC 6578 § 3).
fn report(state: &State, ask: &Ask) -> Answer {
    let body = String::from_utf8_lossy(&ask.body);
    let token = body.split("<d:sync-token>urn:x:").nth(1).and_then(|rest| rest.split('<').next());
    let files = &state.files;
    let known = state.forgotten..=files.now;
    let Some(since) = token.and_then(|it| it.parse().ok()).filter(|it| known.contains(it)) else {
        let error = "<d:error xmlns:d=\"DAV:\"><d:valid-sync-token/></d:error>";
        return Answer::status(403).with_body(error);
    };
    let there = files.nodes.iter().map(|(path, node)| (node.changed, path, Some(node)));
    let gone = files.gone.iter().map(|(path, when)| (*when, path, None));
    let is_told = |path: &str| !state.troubles.is_unfollowed(path);
    let mut all: Vec<_> =
        there.chain(gone).filter(|(when, path, _)| *when > since && is_told(path)).collect();
    all.sort_by_key(|(when, path, _)| (*when, path.as_str()));
    // What happened at once is told at once.
    let end = all.get(state.page).map_or(all.len(), |(when, ..)| {
        let begun = all.partition_point(|(other, ..)| other < when);
        if begun == 0 { all.partition_point(|(other, ..)| other <= when) } else { begun }
    });
    let service = DavService::new(DavKind::WithSync, "", "");
    let mut body = String::new();
    for (_, path, node) in &all[..end] {
        body.push_str(&match node {
            Some(node) => service.response(state, path, Some(node)),
            None => refusal(path, 404),
        });
    }
    if let Some(folder) = &state.troubles.unfollowed {
        body.push_str(&refusal(folder, 403));
    }
    let token = match end < all.len() {
        true => {
            body.push_str(&refusal("", 507));
            all[end - 1].0
        }
        false => files.now,
    };
    write!(body, "<d:sync-token>urn:x:{token}</d:sync-token>").ok();
    multistatus(&body)
}

/// The content of a file, or the range of it that is asked for, of this revision.
fn content(node: &Node, ask: &Ask) -> Answer {
    let Some(content) = &node.content else { return Answer::status(405) };
    if ask.headers.get("if-match").is_some_and(|wanted| wanted != tag(node)) {
        return Answer::status(412);
    }
    let range = ask.headers.get("range").and_then(|range| range.strip_prefix("bytes="));
    let Some((start, last)) = range.and_then(|range| range.split_once('-')) else {
        return Answer::status(200).with_body(content.clone());
    };
    let total = content.len();
    let start: usize = start.parse().unwrap_or(0);
    if start >= total {
        let range = format!("bytes */{total}");
        return Answer::status(416).with_header("content-range", &range);
    }
    let last = last.parse().unwrap_or(usize::MAX).min(total - 1);
    let range = format!("bytes {start}-{last}/{total}");
    Answer::status(206).with_header("content-range", &range).with_body(content.slice(start..=last))
}

/// As servers without a database make it: of time and length.
fn tag(node: &Node) -> String {
    let length = node.content.as_ref().map_or(0, |content| content.len());
    format!("\"{:x}-{length:x}\"", node.modified)
}

/// What is said of an address instead of properties.
fn refusal(path: &str, status: u16) -> String {
    format!(
        "<d:response><d:href>{}</d:href><d:status>HTTP/1.1 {status} Refused</d:status></d:response>",
        href(path, path.is_empty())
    )
}

fn propstat(properties: &str, status: u16) -> String {
    format!(
        "<d:propstat><d:prop>{properties}</d:prop><d:status>HTTP/1.1 {status} X</d:status>\
         </d:propstat>"
    )
}

fn multistatus(body: &str) -> Answer {
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><d:multistatus xmlns:d=\"DAV:\" \
         xmlns:oc=\"http://owncloud.org/ns\">{body}</d:multistatus>"
    );
    Answer::status(207).with_header("content-type", "application/xml").with_body(body)
}

fn href(path: &str, is_folder: bool) -> String {
    let mut text = format!("{BASE}/");
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                text.push(char::from(byte));
            }
            // Servers do not agree on capital letters.
            _ => {
                write!(text, "%{byte:02x}").ok();
            }
        }
    }
    if is_folder && !path.is_empty() {
        text.push('/');
    }
    text
}

fn decoded(path: &str) -> String {
    // What decodes forms has another meaning for a plus sign.
    let path = path.replace('+', "%2B");
    let parts = path.split('/').map(|part| {
        let pairs = format!("x={}", part.replace('&', "%26").replace('=', "%3D"));
        let value =
            form_urlencoded::parse(pairs.as_bytes()).next().map(|(_, value)| value.into_owned());
        value.unwrap_or_default()
    });
    parts.collect::<Vec<_>>().join("/")
}

/// A date as HTTP has it; the name of the day is of no use to anybody.
fn date(seconds: u64) -> String {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let (mut day, second) = (seconds / 86_400, seconds % 86_400);
    let mut year = 1970;
    let is_leap = |year: u64| {
        year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
    };
    while day >= 365 + u64::from(is_leap(year)) {
        day -= 365 + u64::from(is_leap(year));
        year += 1;
    }
    let mut month = 0;
    loop {
        let length = match month {
            1 => 28 + u64::from(is_leap(year)),
            3 | 5 | 8 | 10 => 30,
            _ => 31,
        };
        if day < length {
            break;
        }
        day -= length;
        month += 1;
    }
    let (hour, minute) = (second / 3600, second / 60 % 60);
    let (month, second) = (MONTHS[month], second % 60);
    format!("Thu, {:02} {month} {year} {hour:02}:{minute:02}:{second:02} GMT", day + 1)
}

#[cfg(test)]
mod tests {
    use super::{date, decoded};

    #[test]
    fn dates_are_those_of_the_calendar() {
        assert_eq!(date(951_868_799), "Thu, 29 Feb 2000 23:59:59 GMT");
        assert_eq!(date(784_111_777), "Thu, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(date(1_795_257_480), "Thu, 21 Nov 2026 10:38:00 GMT");
    }

    #[test]
    fn names_are_decoded_part_by_part() {
        assert_eq!(decoded("/a+b%20%26%3d/%C3%A9"), "/a+b &=/é");
    }
}
