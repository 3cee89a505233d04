//! What Google Drive answers.

use serde::Deserialize;

use crate::provider::{RemoteChange, RemoteItem, RemoteKind};

pub(super) const FOLDER: &str = "application/vnd.google-apps.folder";
pub(super) const SHORTCUT: &str = "application/vnd.google-apps.shortcut";

/// The fields of a file that are asked for.
pub(super) const FIELDS: &str = "id,name,mimeType,parents,size,modifiedTime,md5Checksum,\
    headRevisionId,trashed,resourceKey,shortcutDetails(targetId,targetMimeType,targetResourceKey)";

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct StartToken {
    pub(super) start_page_token: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct FilePage {
    pub(super) next_page_token: Option<String>,
    #[serde(default)]
    pub(super) incomplete_search: bool,
    pub(super) files: Vec<File>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ChangePage {
    pub(super) next_page_token: Option<String>,
    pub(super) new_start_page_token: Option<String>,
    pub(super) changes: Vec<Change>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Change {
    #[serde(default)]
    change_type: Option<String>,
    file_id: Option<String>,
    #[serde(default)]
    removed: bool,
    file: Option<File>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct File {
    id: String,
    name: String,
    mime_type: String,
    #[serde(default)]
    parents: Vec<String>,
    /// A number as text: 64 bits do not fit into the numbers of JavaScript.
    size: Option<String>,
    modified_time: Option<String>,
    md5_checksum: Option<String>,
    head_revision_id: Option<String>,
    #[serde(default)]
    trashed: bool,
    resource_key: Option<String>,
    shortcut_details: Option<Shortcut>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Shortcut {
    target_id: String,
    target_mime_type: String,
    target_resource_key: Option<String>,
}

impl File {
    pub(super) fn into_change(self) -> RemoteChange {
        if self.trashed {
            return RemoteChange::Removed { id: self.id };
        }
        let kind = match self.mime_type.as_str() {
            FOLDER => RemoteKind::Folder,
            _ => RemoteKind::File,
        };
        let with_key = |id: &str, key: Option<String>| match key {
            Some(key) => format!("{id}/{key}"),
            None => id.to_owned(),
        };
        // A folder behind a shortcut is not followed: it is mirrored where it is.
        let target = match self.shortcut_details {
            Some(details) if details.target_mime_type != FOLDER => {
                Some(with_key(&details.target_id, details.target_resource_key))
            }
            Some(_) => None,
            None => self.resource_key.map(|key| with_key(&self.id, Some(key))),
        };
        RemoteChange::Upsert(RemoteItem {
            parent: self.parents.into_iter().next(),
            name: self.name,
            kind,
            size: self.size.and_then(|size| size.parse().ok()),
            modified_millis: self.modified_time.as_deref().and_then(millis),
            revision: self.head_revision_id,
            hash: self.md5_checksum.map(|md5| format!("md5:{md5}")),
            target,
            id: self.id,
        })
    }
}

impl Change {
    /// What it means for files; `None` for changes of shared drives themselves.
    pub(super) fn into_change(self) -> Option<RemoteChange> {
        if self.change_type.is_some_and(|kind| kind != "file") {
            return None;
        }
        match (self.removed, self.file, self.file_id) {
            (false, Some(file), _) => Some(file.into_change()),
            (_, _, Some(id)) => Some(RemoteChange::Removed { id }),
            _ => None,
        }
    }
}

/// Milliseconds since the Unix epoch of a time in UTC such as `2024-02-29T12:34:56.789Z`
/// (RFC 3339), by the calendar of RFC 3339 appendix B.
fn millis(text: &str) -> Option<u64> {
    let number = |range: std::ops::Range<usize>| text.get(range)?.parse::<u64>().ok();
    let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
    let (hour, minute, second) = (number(11..13)?, number(14..16)?, number(17..19)?);
    let fraction = match text.get(19..)?.strip_prefix('.') {
        Some(rest) => {
            let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
            format!("{digits:0<3}").get(..3)?.parse().ok()?
        }
        None => 0,
    };
    if !text.ends_with('Z') || !(1..=12).contains(&month) || !(1970..=9999).contains(&year) {
        return None;
    }
    // Years begin in March, so that the day that comes and goes is the last of its year.
    let (shifted, months) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days = 365 * shifted + shifted / 4 - shifted / 100 + shifted / 400;
    let days = (days + (months * 153 + 2) / 5 + day - 1).checked_sub(719_468)?;
    Some(((days * 24 + hour) * 60 + minute) * 60_000 + second * 1000 + fraction)
}

#[cfg(test)]
mod tests {
    use super::millis;

    #[test]
    fn times_are_milliseconds_since_1970() {
        for (text, expected) in [
            ("1970-01-01T00:00:00Z", Some(0)),
            ("2000-02-29T23:59:59.9Z", Some(951_868_799_900)),
            ("2024-03-01T00:00:00.123456Z", Some(1_709_251_200_123)),
            ("2026-11-21T10:38:00.000Z", Some(1_795_257_480_000)),
            ("2026-13-21T10:38:00.000Z", None),
            ("2026-11-21T10:38:00+01:00", None),
            ("yesterday", None),
            ("", None),
        ] {
            assert_eq!(millis(text), expected, "{text}");
        }
    }
}
