//! Version 3 of Google Drive's interface.

use std::fmt::Write;

use serde_json::{Value, json};

use super::files::{DriveFiles, File, checksum};
use super::service::State;
use crate::exchange::{Answer, Ask};

const FOLDER: &str = "application/vnd.google-apps.folder";

pub(super) fn answer(state: &mut State, ask: &Ask) -> Answer {
    let Some(path) = ask.path.strip_prefix("/drive/v3/") else { return Answer::status(404) };
    let wanted = ask.parameter("pageSize").and_then(|size| size.parse().ok()).unwrap_or(100);
    let length = state.page.min(wanted);
    let token = ask.parameter("pageToken");
    match path {
        "about" => {
            let user = json!({
                "permissionId": "1",
                "displayName": "Ann",
                "emailAddress": "ann@example.org",
            });
            Answer::json(200, &json!({ "user": user }))
        }
        "changes/startPageToken" => {
            Answer::json(200, &json!({ "startPageToken": state.files.now().to_string() }))
        }
        "files" => {
            let after = token.unwrap_or_default();
            state.listings.push(after.to_owned());
            let wanted = ask.parameter("q").unwrap_or_default();
            Answer::json(200, &listing(&state.files, wanted, after, length))
        }
        "changes" => match token.and_then(|token| token.parse().ok()) {
            Some(start) if state.knows(start) => {
                Answer::json(200, &changes(&state.files, start, length))
            }
            _ => {
                let error = json!({ "reason": "invalid", "location": "pageToken" });
                Answer::json(400, &json!({ "error": { "code": 400, "errors": [error] } }))
            }
        },
        "files/root" => match state.top {
            Some(status) => Answer::status(status),
            None => Answer::json(200, &json!({ "id": "root" })),
        },
        _ => match path.strip_prefix("files/") {
            Some(id) if ask.parameter("alt") == Some("media") => {
                state.reads.push(id.to_owned());
                match state.weather.refuses_content(id) {
                    Some(status) => Answer::status(status),
                    None => state.content(id, ask),
                }
            }
            _ => Answer::status(404),
        },
    }
}

/// Too many requests, which Google Drive says with 403.
pub(super) fn rate_limit() -> Answer {
    let reason = json!({ "reason": "userRateLimitExceeded" });
    Answer::json(403, &json!({ "error": { "code": 403, "errors": [reason] } }))
}

fn listing(files: &DriveFiles, wanted: &str, after: &str, length: usize) -> Value {
    let is_wanted = |id: &&str| {
        let file = files.get(id);
        file.is_some_and(|file| wanted.is_empty() || names(wanted, mime_type(file)))
    };
    let mut ids: Vec<_> = files.behind(after).filter(is_wanted).take(length + 1).collect();
    let has_more = ids.len() > length;
    ids.truncate(length);
    let described: Vec<_> = ids.iter().filter_map(|id| describe(files, id)).collect();
    let mut page = json!({ "incompleteSearch": false, "files": described });
    if let Some(last) = ids.last().filter(|_| has_more) {
        page["nextPageToken"] = (*last).into();
    }
    page
}

/// Whether a condition on types names this one.
fn names(condition: &str, mime_type: &str) -> bool {
    let quoted = |before: &'static str| {
        condition.split(before).skip(1).filter_map(|rest| rest.split('\'').next())
    };
    quoted("mimeType contains '").any(|part| mime_type.starts_with(part))
        || quoted("mimeType='").any(|name| name == mime_type)
}

/// What Drive takes a file for, which it guesses from its name.
fn mime_type(file: &File) -> &'static str {
    match file.name.rsplit('.').next() {
        _ if file.content.is_none() => FOLDER,
        Some("mp4") => "video/mp4",
        Some("3gp") => "video/3gpp",
        Some("flac") => "application/x-flac",
        Some("ogg") => "application/ogg",
        Some("mpc") => "application/octet-stream",
        Some("txt") => "text/plain",
        Some("jpg") => "image/jpeg",
        _ => "audio/wav",
    }
}

/// Each item as it is now.
fn changes(files: &DriveFiles, start: usize, length: usize) -> Value {
    let changes = files.since(start).take(length).map(|(id, _)| match describe(files, id) {
        Some(file) => {
            json!({ "changeType": "file", "fileId": id, "removed": false, "file": file })
        }
        None => json!({ "changeType": "file", "fileId": id, "removed": true }),
    });
    let mut page = json!({ "changes": changes.collect::<Vec<_>>() });
    let next = start + length;
    match next < files.now() {
        true => page["nextPageToken"] = next.to_string().into(),
        false => page["newStartPageToken"] = files.now().to_string().into(),
    }
    page
}

fn describe(files: &DriveFiles, id: &str) -> Option<Value> {
    let file = files.get(id)?;
    let mut value = json!({
        "id": id,
        "name": file.name,
        "parents": [file.parent],
        "trashed": file.trashed,
        "modifiedTime": "2024-05-01T10:00:00.000Z",
    });
    match &file.content {
        None => value["mimeType"] = FOLDER.into(),
        Some(content) => {
            // In the shape of an MD5.
            let md5 = checksum(content).fold(String::new(), |mut text, byte| {
                write!(text, "{byte:02x}").ok();
                text
            });
            value["mimeType"] = mime_type(file).into();
            value["size"] = content.len().to_string().into();
            value["md5Checksum"] = md5.into();
            value["headRevisionId"] = format!("r{}", file.revision).into();
        }
    }
    Some(value)
}
