//! OneDrive in version 1.0 of Microsoft Graph.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bridge_traits::{Method, Request};
use serde_json::{Value, json};

use super::files::{DriveFiles, checksum};
use super::service::State;
use crate::exchange::{Answer, Ask};

/// Where content is.
const DOWNLOAD: &str = "/download/";

/// How many questions Graph takes at once.
const BATCH: usize = 20;

/// What content addresses say that are over: all of these are seen in the wild.
const OVER: [u16; 3] = [401, 403, 404];

/// Addresses of content need no token.
pub(super) fn is_open(ask: &Ask) -> bool {
    ask.path.starts_with(DOWNLOAD)
}

pub(super) fn answer(state: &mut State, ask: &Ask) -> Answer {
    if let Some(link) = ask.path.strip_prefix(DOWNLOAD) {
        return download(state, link, ask);
    }
    let path = decoded(&ask.path);
    if !path.ends_with("$batch") && state.weather.tells_of_token() {
        return error(401, "InvalidAuthenticationToken");
    }
    if path == "/v1.0/$batch" && state.has_batches {
        return batch(state, ask);
    }
    let Some(path) = path.strip_prefix("/v1.0/me") else { return error(404, "itemNotFound") };
    if path.is_empty() {
        let user = json!({ "id": "1", "userPrincipalName": "ann@example.org" });
        return Answer::json(200, &user);
    }
    let Some(path) = path.strip_prefix("/drive/") else { return error(404, "itemNotFound") };
    let (item, is_delta) = match path.strip_suffix("/delta") {
        Some(item) => (item.strip_suffix(':').unwrap_or(item), true),
        None => (path, false),
    };
    let id = match item {
        "root" => Some("root".to_owned()),
        _ => match (item.strip_prefix("items/"), item.strip_prefix("root:")) {
            (Some(id), _) => Some(id.to_owned()),
            (None, Some(path)) => state.files.find(path.trim_end_matches('/')),
            (None, None) => None,
        },
    };
    let there = |id: &String| id == "root" || state.files.get(id).is_some_and(|file| !file.trashed);
    if let (Some(status), "root") = (state.top, path) {
        return error(status, "somethingElse");
    }
    match id.filter(there) {
        None => error(404, "itemNotFound"),
        Some(id) if is_delta => delta(state, &id, ask),
        Some(id) => item_with_link(state, &id, ask),
    }
}

/// Several questions in one, answered in another order than they were asked in. Each may be too
/// many for itself.
fn batch(state: &mut State, ask: &Ask) -> Answer {
    let asked: Value = serde_json::from_slice(&ask.body).unwrap_or_default();
    let questions = asked["requests"].as_array().map(Vec::as_slice).unwrap_or_default();
    if ask.method != Method::Post || questions.is_empty() || questions.len() > BATCH {
        return error(400, "BadRequest");
    }
    let mut responses = Vec::new();
    for question in questions.iter().rev() {
        let (Some(id), Some("GET"), Some(url)) =
            (question["id"].as_str(), question["method"].as_str(), question["url"].as_str())
        else {
            return error(400, "BadRequest");
        };
        let single = Request::get(format!("{}/v1.0{url}", ask.origin));
        let part = match state.weather.strike_within() {
            Some(429) => rate_limit(),
            Some(status) => error(status, "InvalidAuthenticationToken"),
            None => answer(state, &Ask::of(&single)),
        };
        let headers: BTreeMap<_, _> = part.headers.iter().cloned().collect();
        let body: Value = serde_json::from_slice(&part.body).unwrap_or_default();
        responses
            .push(json!({ "id": id, "status": part.status, "headers": headers, "body": body }));
    }
    Answer::json(200, &json!({ "responses": responses }))
}

/// Too many requests.
pub(super) fn rate_limit() -> Answer {
    error(429, "activityLimitReached").with_header("retry-after", "1")
}

fn error(status: u16, code: &str) -> Answer {
    Answer::json(status, &json!({ "error": { "code": code, "message": "what Graph has to say" } }))
}

/// Where a delta goes on.
enum Token {
    /// A listing that was begun at this place in the log, behind this id.
    Listing(usize, String),
    /// What happened from this place in the log on.
    Changes(usize),
}

impl Token {
    fn parse(text: &str) -> Option<Self> {
        match text.strip_prefix('l') {
            Some(rest) => {
                let (start, after) = rest.split_once('-')?;
                Some(Self::Listing(start.parse().ok()?, after.to_owned()))
            }
            None => Some(Self::Changes(text.strip_prefix('c')?.parse().ok()?)),
        }
    }
}

fn delta(state: &mut State, scope: &str, ask: &Ask) -> Answer {
    if scope != "root" && !state.has_folder_deltas {
        return error(501, "notSupported");
    }
    let now = state.files.now();
    let token = match ask.parameter("token") {
        None | Some("fresh") => Some(Token::Listing(now, String::new())),
        Some("latest") => Some(Token::Changes(now)),
        Some(token) => Token::parse(token),
    };
    let wanted = ask.parameter("$top").and_then(|top| top.parse().ok()).unwrap_or(200);
    let length = state.page.min(wanted);
    let link = |token: &str| format!("{}{}?token={token}", ask.origin, ask.path);
    let is_latest = ask.parameter("token") == Some("latest");
    match token {
        Some(Token::Listing(start, after)) if state.knows(start) || after.is_empty() => {
            state.listings.push(after.clone());
            let (items, last) = listing(&state.files, scope, &after, length);
            let mut page = json!({ "value": items });
            match last {
                Some(last) => page["@odata.nextLink"] = link(&format!("l{start}-{last}")).into(),
                None => page["@odata.deltaLink"] = link(&format!("c{start}")).into(),
            }
            Answer::json(200, &page)
        }
        Some(Token::Changes(start)) if state.knows(start) || is_latest => {
            let next = start + length;
            let mut page = json!({ "value": changes(&state.files, scope, start, length) });
            match next < now {
                true => page["@odata.nextLink"] = link(&format!("c{next}")).into(),
                false => page["@odata.deltaLink"] = link(&format!("c{now}")).into(),
            }
            Answer::json(200, &page)
        }
        _ => {
            let (mode, names_address) = &state.resync;
            let error = json!({ "code": "resyncRequired", "innererror": { "code": mode } });
            let answer = Answer::json(410, &json!({ "error": error }));
            match names_address {
                true => answer.with_header("location", &link("fresh")),
                false => answer,
            }
        }
    }
}

/// A page of what is in a folder, however deep, and the last id if there is more.
fn listing(
    files: &DriveFiles,
    scope: &str,
    after: &str,
    length: usize,
) -> (Vec<Value>, Option<String>) {
    let mut ids: Vec<_> = files
        .behind(after)
        .filter(|id| files.path(id).is_some() && (files.is_in(id, scope) || *id == scope))
        .take(length + 1)
        .collect();
    let has_more = ids.len() > length;
    ids.truncate(length);
    let last = ids.last().filter(|_| has_more).map(|id| (*id).to_owned());
    let mut items: Vec<_> = ids.into_iter().map(|id| describe(files, id)).collect();
    if after.is_empty() {
        items.insert(0, root());
    }
    (items, last)
}

/// Each item as it is now, as often as something happened to it.
fn changes(files: &DriveFiles, scope: &str, start: usize, length: usize) -> Vec<Value> {
    let mut items = Vec::new();
    for (id, is_back) in files.since(start).take(length) {
        let is_in_scope = files.is_in(id, scope) || id == scope;
        if files.get(id).is_none_or(|file| file.trashed) || scope != "root" && !is_in_scope {
            items.push(json!({ "id": id, "deleted": { "state": "deleted" } }));
            continue;
        }
        items.push(describe(files, id));
        // What comes from outside comes with all it holds.
        if is_back || scope != "root" {
            let inner = files.behind("").filter(|inner| files.is_in(inner, id));
            items.extend(inner.map(|inner| describe(files, inner)));
        }
    }
    if !items.is_empty() {
        items.push(root());
    }
    items
}

fn root() -> Value {
    json!({ "id": "root", "name": "root", "root": {}, "folder": { "childCount": 1 } })
}

fn describe(files: &DriveFiles, id: &str) -> Value {
    let Some(file) = files.get(id) else { return root() };
    let mut value = json!({
        "id": id,
        "name": file.name,
        "eTag": format!("\"{{{id}}},{}\"", file.version),
        "parentReference": { "id": file.parent, "driveId": "d1", "driveType": "personal" },
        "fileSystemInfo": { "lastModifiedDateTime": "2024-05-01T10:00:00Z" },
    });
    match &file.content {
        None => value["folder"] = json!({ "childCount": 1 }),
        Some(content) => {
            // In the shape of a QuickXorHash.
            let hash = STANDARD.encode(checksum(content).collect::<Vec<_>>());
            value["size"] = content.len().into();
            value["cTag"] = format!("\"c:{{{id}}},{}\"", file.revision).into();
            value["file"] = json!({ "mimeType": "audio/wav", "hashes": { "quickXorHash": hash } });
        }
    }
    value
}

/// An item, with an address of its content that is good for a while.
fn item_with_link(state: &mut State, id: &str, ask: &Ask) -> Answer {
    let mut item = if id == "root" { root() } else { describe(&state.files, id) };
    if state.files.content(id).is_some() {
        if let Some(status) = state.weather.refuses_content(id) {
            state.reads.push(id.to_owned());
            return Answer::status(status);
        }
        state.links.made += 1;
        let link = format!("canary-link-{:08}", state.links.made);
        let uses = state.links.uses.unwrap_or(u64::MAX);
        state.links.good.insert(link.clone(), (id.to_owned(), uses));
        item["@microsoft.graph.downloadUrl"] = format!("{}{DOWNLOAD}{link}", ask.origin).into();
    }
    Answer::json(200, &item)
}

fn download(state: &mut State, link: &str, ask: &Ask) -> Answer {
    if ask.headers.get("authorization").is_some() {
        // Whoever gets a token here could use it anywhere.
        return error(400, "invalidRequest");
    }
    let over = OVER[usize::try_from(state.links.made % 3).unwrap_or_default()];
    let Some((id, uses)) = state.links.good.get_mut(link) else { return Answer::status(over) };
    let id = id.clone();
    state.reads.push(id.clone());
    if *uses == 0 {
        return Answer::status(over);
    }
    *uses -= 1;
    state.content(&id, ask)
}

/// A path without its percent signs.
fn decoded(path: &str) -> String {
    let plain = path.replace('+', "%2B").replace('&', "%26").replace('=', "%3D");
    form_urlencoded::parse(plain.as_bytes())
        .next()
        .map_or_else(String::new, |(path, _)| path.into_owned())
}

#[cfg(test)]
mod tests {
    use super::decoded;

    #[test]
    fn paths_are_read_as_they_were_meant() {
        assert_eq!(decoded("/root:/A%20%26%20B+C=D%25:/delta"), "/root:/A & B+C=D%:/delta");
    }
}
