//! The drive.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::faults::Weather;
use super::files::DriveFiles;
use super::{google, graph};
use crate::exchange::{Answer, Ask};

/// Whether a token is good.
type Gate = Box<dyn Fn(&str) -> bool + Send + Sync>;

/// A drive that answers as Google Drive, version 3, or as OneDrive does in Microsoft Graph, version
/// 1.0: whose it is, listings, changes, and content by ranges.
pub struct DriveService {
    accepts: Gate,
    protocol: Protocol,
    state: Mutex<State>,
}

/// How many addresses of content are kept in a long run.
const KEPT_LINKS: usize = 1_000;

/// What a protocol is here.
struct Protocol {
    /// Whether a request is answered without a token.
    is_open: fn(&Ask) -> bool,
    answer: fn(&mut State, &Ask) -> Answer,
    rate_limit: fn() -> Answer,
}

pub(super) struct State {
    pub(super) files: DriveFiles,
    pub(super) weather: Weather,
    pub(super) page: usize,
    /// Cursors from before this place in the log are not known any more.
    pub(super) forgotten: usize,
    pub(super) listings: Vec<String>,
    pub(super) reads: Vec<String>,
    pub(super) links: Links,
    /// What is said about cursors that are not known, and whether with an address to go on at.
    pub(super) resync: (String, bool),
    pub(super) has_folder_deltas: bool,
    pub(super) has_batches: bool,
    /// What whoever asks for the folder at the top gets instead.
    pub(super) top: Option<u16>,
    requests: Vec<String>,
}

/// Addresses of content that are good without a token, for a while.
#[derive(Default)]
pub(super) struct Links {
    pub(super) made: u64,
    /// The file of each, and how often it may still be used.
    pub(super) good: BTreeMap<String, (String, u64)>,
    pub(super) uses: Option<u64>,
}

impl DriveService {
    /// An empty Google Drive that accepts these tokens.
    pub fn new(accepts: impl Fn(&str) -> bool + Send + Sync + 'static) -> Self {
        let rate_limit = google::rate_limit;
        let protocol = Protocol { is_open: |_| false, answer: google::answer, rate_limit };
        Self::with(protocol, accepts)
    }

    /// An empty OneDrive that accepts these tokens. Content is at addresses under `/download`, which
    /// refuse tokens.
    pub fn graph(accepts: impl Fn(&str) -> bool + Send + Sync + 'static) -> Self {
        let (is_open, rate_limit) = (graph::is_open, graph::rate_limit);
        Self::with(Protocol { is_open, answer: graph::answer, rate_limit }, accepts)
    }

    fn with(protocol: Protocol, accepts: impl Fn(&str) -> bool + Send + Sync + 'static) -> Self {
        let state = State {
            files: DriveFiles::default(),
            weather: Weather::default(),
            page: 1000,
            forgotten: 0,
            listings: Vec::new(),
            reads: Vec::new(),
            links: Links::default(),
            resync: ("resyncChangesApplyDifferences".to_owned(), true),
            has_folder_deltas: true,
            has_batches: true,
            top: None,
            requests: Vec::new(),
        };
        Self { accepts: Box::new(accepts), protocol, state: Mutex::new(state) }
    }

    /// Does something with the files.
    pub fn files<T>(&self, act: impl FnOnce(&mut DriveFiles) -> T) -> T {
        act(&mut self.state().files)
    }

    /// Sets what happens to requests.
    pub fn set_weather(&self, weather: Weather) {
        self.state().weather = weather;
    }

    /// Sets how long pages are at most.
    pub fn set_page(&self, length: usize) {
        self.state().page = length;
    }

    /// Forgets every cursor that was handed out until now.
    pub fn forget_cursors(&self) {
        let mut state = self.state();
        state.forgotten = state.files.now() + 1;
        // The log goes on, so that new cursors are good.
        let id = state.files.folder("root", "a folder that was made meanwhile");
        state.files.delete(&id);
    }

    /// Ends every address of content that was handed out until now.
    pub fn expire_links(&self) {
        self.state().links.good.clear();
    }

    /// Sets how often an address of content can be used.
    pub fn set_link_uses(&self, uses: u64) {
        self.state().links.uses = Some(uses);
    }

    /// Sets what a OneDrive says to a cursor that it does not know: the code, and whether it names
    /// an address to go on at.
    pub fn set_resync(&self, code: &str, names_address: bool) {
        self.state().resync = (code.to_owned(), names_address);
    }

    /// Has a OneDrive follow single folders, as personal ones do and those of organisations do not.
    pub fn set_folder_deltas(&self, has_them: bool) {
        self.state().has_folder_deltas = has_them;
    }

    /// Has a OneDrive take several questions in one request, as all do, or not, as a proxy in front of
    /// one may.
    pub fn set_batches(&self, has_them: bool) {
        self.state().has_batches = has_them;
    }

    /// Whoever asks for the folder at the top gets this status; `None` for the folder.
    pub fn hide_top(&self, status: Option<u16>) {
        self.state().top = status;
    }

    /// What was asked so far: path and page.
    pub fn requests(&self) -> Vec<String> {
        self.state().requests.clone()
    }

    /// The pages of everything that were asked for so far.
    pub fn listings(&self) -> Vec<String> {
        self.state().listings.clone()
    }

    /// The files whose content was asked for so far, by their ids.
    pub fn reads(&self) -> Vec<String> {
        self.state().reads.clone()
    }

    /// Forgets what was asked so far, and all but the newest addresses of content: in a long run
    /// they would fill the memory.
    pub fn forget_requests(&self) {
        let mut state = self.state();
        (state.requests, state.listings, state.reads) = Default::default();
        while state.links.good.len() > KEPT_LINKS {
            state.links.good.pop_first();
        }
    }

    /// Answers a request.
    pub fn answer(&self, ask: &Ask) -> Answer {
        let mut state = self.state();
        let page = ask.parameter("pageToken").or(ask.parameter("token")).unwrap_or_default();
        state.requests.push(format!("{} {page}", ask.path));
        let has_token = ask.bearer().is_some_and(|token| (self.accepts)(token));
        if !has_token && !(self.protocol.is_open)(ask) {
            return Answer::status(401);
        }
        let fault = state.weather.strike();
        let answer = (self.protocol.answer)(&mut state, ask);
        fault.apply(answer, self.protocol.rate_limit)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Whether a cursor of this place in the log is good.
    pub(super) fn knows(&self, place: usize) -> bool {
        (self.forgotten..=self.files.now()).contains(&place) && !self.weather.is_forgetful
    }

    /// The content of a file, or the range of it that is asked for.
    pub(super) fn content(&self, id: &str, ask: &Ask) -> Answer {
        let Some(content) = self.files.content(id) else { return Answer::status(404) };
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
        Answer::status(206)
            .with_header("content-range", &format!("bytes {start}-{last}/{total}"))
            .with_body(content.slice(start..=last))
    }
}

impl std::fmt::Debug for DriveService {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DriveService").finish_non_exhaustive()
    }
}
