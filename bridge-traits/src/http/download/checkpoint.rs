//! What is remembered of an unfinished download.

use serde::{Deserialize, Serialize};

use crate::Headers;

/// A strong entity tag: equal tags mean equal bytes (RFC 9110 § 8.8.3). Weak tags and modification
/// times do not, so they are no validators here.
#[derive(Clone, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
pub struct Validator(String);

impl Validator {
    /// The validator of an answer, if it has a strong one.
    pub fn of(headers: &Headers) -> Option<Self> {
        let tag = headers.get("etag")?.trim();
        let content = tag.strip_prefix('"')?.strip_suffix('"')?;
        let is_tag = content.bytes().all(|byte| byte > b' ' && byte != b'"' && byte != 0x7f);
        is_tag.then(|| Self(tag.to_owned()))
    }

    /// The tag with its quotes, as `If-Range` and `If-Match` take it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Where a download stands. Kept beside the bytes that have arrived, it lets
/// [`Download::resume`](super::Download::resume) go on after a restart.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct Checkpoint {
    /// How many bytes have arrived, from the first on.
    pub position: u64,
    /// How long the file is, where it is known.
    pub total: Option<u64>,
    /// Which version of the file it is. Without one a download starts over.
    pub validator: Option<Validator>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_strong_tags_are_validators() {
        let of = |tag: &str| {
            let mut headers = Headers::new();
            headers.set("ETag", tag);
            Validator::of(&headers).map(|validator| validator.as_str().to_owned())
        };
        assert_eq!(of(" \"v1\" ").as_deref(), Some("\"v1\""));
        assert_eq!(of("\"\"").as_deref(), Some("\"\""));
        for other in ["W/\"v1\"", "v1", "\"v1", "\"", "", "\"a\"b\"", "\"a b\""] {
            assert_eq!(of(other), None, "{other:?}");
        }
        assert_eq!(Validator::of(&Headers::new()), None);
    }
}
