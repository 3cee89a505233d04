//! The interface.

use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::json;

use super::faults::Weather;
use super::files::DriveFiles;
use crate::exchange::{Answer, Ask};

/// Whether a token is good.
type Gate = Box<dyn Fn(&str) -> bool + Send + Sync>;

/// A drive that answers `/drive/v3`: `about`, `files` with their content by ranges, `changes`.
pub struct DriveService {
    accepts: Gate,
    state: Mutex<State>,
}

struct State {
    files: DriveFiles,
    weather: Weather,
    page: usize,
    requests: Vec<String>,
    forgotten: usize,
}

impl DriveService {
    /// An empty drive that accepts these tokens.
    pub fn new(accepts: impl Fn(&str) -> bool + Send + Sync + 'static) -> Self {
        let state = State {
            files: DriveFiles::default(),
            weather: Weather::default(),
            page: 1000,
            requests: Vec::new(),
            forgotten: 0,
        };
        Self { accepts: Box::new(accepts), state: Mutex::new(state) }
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

    /// What was asked so far: method, path and query.
    pub fn requests(&self) -> Vec<String> {
        self.state().requests.clone()
    }

    /// Answers a request.
    pub fn answer(&self, ask: &Ask) -> Answer {
        let mut state = self.state();
        let page = ask.parameter("pageToken").unwrap_or_default();
        state.requests.push(format!("{} {page}", ask.path));
        if !ask.bearer().is_some_and(|token| (self.accepts)(token)) {
            return Answer::status(401);
        }
        let fault = state.weather.strike();
        fault.apply(good(&state, ask))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for DriveService {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DriveService").finish_non_exhaustive()
    }
}

fn good(state: &State, ask: &Ask) -> Answer {
    let Some(path) = ask.path.strip_prefix("/drive/v3/") else { return Answer::status(404) };
    let wanted = ask.parameter("pageSize").and_then(|size| size.parse().ok()).unwrap_or(100);
    let length = state.page.min(wanted);
    match path {
        "about" => Answer::json(
            200,
            &json!({
                "user": { "permissionId": "1", "displayName": "Ann", "emailAddress": "ann@example.org" }
            }),
        ),
        "changes/startPageToken" => {
            Answer::json(200, &json!({ "startPageToken": state.files.now().to_string() }))
        }
        "files" => {
            let (files, next) = state.files.page(ask.parameter("pageToken").unwrap_or(""), length);
            let mut page = json!({ "incompleteSearch": false, "files": files });
            if let Some(next) = next {
                page["nextPageToken"] = next.into();
            }
            Answer::json(200, &page)
        }
        "changes" => {
            let start = ask.parameter("pageToken").and_then(|token| token.parse().ok());
            let known = state.forgotten..=state.files.now();
            let is_known = |start: &usize| known.contains(start) && !state.weather.is_forgetful;
            let Some(start) = start.filter(is_known) else {
                return Answer::json(
                    400,
                    &json!({ "error": {
                    "code": 400,
                    "errors": [{ "reason": "invalid", "location": "pageToken" }],
                } }),
                );
            };
            let (changes, next) = state.files.changes(start, length);
            let mut page = json!({ "changes": changes });
            match next {
                Some(next) => page["nextPageToken"] = next.to_string().into(),
                None => page["newStartPageToken"] = state.files.now().to_string().into(),
            }
            Answer::json(200, &page)
        }
        _ => match path.strip_prefix("files/") {
            Some(id) if ask.parameter("alt") == Some("media") => content(state, id, ask),
            _ => Answer::status(404),
        },
    }
}

/// The content of a file, or the range of it that is asked for.
fn content(state: &State, id: &str, ask: &Ask) -> Answer {
    if let Some(status) = state.weather.refuses_content(id) {
        return Answer::status(status);
    }
    let Some(content) = state.files.content(id) else { return Answer::status(404) };
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
