//! What a server says of a file or folder, as the engine knows it.

use super::address::Path;
use super::date::millis;
use super::multistatus::Properties;
use crate::provider::{RemoteItem, RemoteKind};

/// The item at `path` below the base.
pub(super) fn item(
    path: &Path,
    parent: Option<&str>,
    properties: Properties,
) -> Option<RemoteItem> {
    let (_, name) = path.split()?;
    let Properties { is_folder, length, modified, etag, file_id, checksums, .. } = properties;
    let is_folder = is_folder == Some(true);
    let revision = match is_folder {
        // Only who keeps ids changes it with everything below.
        true => etag.filter(|_| file_id.is_some()),
        false => etag.or_else(|| modified.clone()),
    };
    let address = path.text();
    Some(RemoteItem {
        parent: parent.map(str::to_owned),
        name,
        kind: if is_folder { RemoteKind::Folder } else { RemoteKind::File },
        size: length.filter(|_| !is_folder),
        modified_millis: modified.as_deref().and_then(millis).filter(|_| !is_folder),
        revision,
        hash: checksums.as_deref().and_then(strongest),
        target: file_id.is_some().then(|| address.clone()),
        id: file_id.unwrap_or(address),
    })
}

/// The folder an item is in, where items are their addresses.
pub(super) fn parent(path: &Path) -> Option<String> {
    let (folder, _) = path.split()?;
    (!folder.is_root()).then(|| folder.text())
}

/// The strongest of checksums such as `SHA1:… MD5:… ADLER32:…`.
fn strongest(checksums: &str) -> Option<String> {
    let all = checksums.split_ascii_whitespace().filter_map(|it| it.split_once(':'));
    let rank = |kind: &str| match kind.to_ascii_uppercase().as_str() {
        "SHA256" => 3,
        "SHA1" => 2,
        "MD5" => 1,
        _ => 0,
    };
    let (kind, sum) = all.max_by_key(|(kind, _)| rank(kind)).filter(|(kind, _)| rank(kind) > 0)?;
    Some(format!("{}:{}", kind.to_ascii_lowercase(), sum.to_ascii_lowercase()))
}
