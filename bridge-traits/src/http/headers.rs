//! Header fields.

use std::fmt;

/// Fields that are secret whoever sets them.
const ALWAYS_SECRET: [&str; 4] = ["authorization", "proxy-authorization", "cookie", "set-cookie"];

/// Fields that may follow a redirect to another origin. The list names what is harmless, so that a
/// credential nobody thought of stays behind.
const HARMLESS: [&str; 12] = [
    "accept",
    "accept-encoding",
    "accept-language",
    "cache-control",
    "depth",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-range",
    "if-unmodified-since",
    "range",
    "user-agent",
];

/// Header fields: names compare without regard to case, a name may occur several times (RFC 9110 § 5).
///
/// `Debug` never shows the value of a secret field.
#[derive(Clone, Default, Eq, PartialEq)]
pub struct Headers(Vec<Field>);

#[derive(Clone, Eq, PartialEq)]
struct Field {
    name: String,
    value: String,
    is_secret: bool,
}

impl Headers {
    /// No headers.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a field, keeping others of the same name. The name is stored in lower case.
    pub fn append(&mut self, name: &str, value: impl Into<String>) {
        let name = name.to_ascii_lowercase();
        let is_secret = ALWAYS_SECRET.contains(&name.as_str());
        self.0.push(Field { name, value: value.into(), is_secret });
    }

    /// Sets a field, replacing others of the same name.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        self.remove(name);
        self.append(name, value);
    }

    /// Sets a field that holds a credential: it is kept out of logs and never reaches another
    /// origin. `Authorization` and cookies are secret without this.
    pub fn set_secret(&mut self, name: &str, value: impl Into<String>) {
        self.remove(name);
        let name = name.to_ascii_lowercase();
        self.0.push(Field { name, value: value.into(), is_secret: true });
    }

    /// Removes every field of that name.
    pub fn remove(&mut self, name: &str) {
        self.0.retain(|field| !field.name.eq_ignore_ascii_case(name));
    }

    /// The first value of `name`.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// Every value of `name`, in order.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.iter().filter(move |(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, v)| v)
    }

    /// Every field, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|field| (field.name.as_str(), field.value.as_str()))
    }

    /// Whether a field holds a credential.
    pub fn has_secrets(&self) -> bool {
        self.0.iter().any(|field| field.is_secret)
    }

    /// Whether every field may be shown to any origin.
    pub(super) fn are_harmless(&self) -> bool {
        self.0.iter().all(Field::is_harmless)
    }

    /// Keeps only what may be shown to any origin.
    pub(super) fn retain_harmless(&mut self) {
        self.0.retain(Field::is_harmless);
    }
}

impl Field {
    fn is_harmless(&self) -> bool {
        !self.is_secret && HARMLESS.contains(&self.name.as_str())
    }
}

impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown =
            |field: &Field| if field.is_secret { "…".into() } else { field.value.clone() };
        f.debug_map().entries(self.0.iter().map(|field| (&field.name, shown(field)))).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::Headers;

    #[test]
    fn secrets_are_not_shown() {
        let mut headers = Headers::new();
        headers.append("Authorization", "Bearer canary");
        headers.append("Cookie", "id=canary");
        headers.set_secret("X-Api-Key", "canary");
        headers.append("accept", "text/plain");
        let shown = format!("{headers:?}");
        assert!(!shown.contains("canary") && shown.contains("text/plain"), "{shown}");
        assert!(shown.contains("x-api-key"), "{shown}");
    }

    #[test]
    fn only_known_fields_are_harmless() {
        let mut headers = Headers::new();
        for (name, value) in [("Authorization", "a"), ("x-token", "b"), ("Range", "bytes=0-1")] {
            headers.append(name, value);
        }
        // Even a harmless name may be given a secret value.
        headers.set_secret("user-agent", "c");
        assert!(!headers.are_harmless());
        headers.retain_harmless();
        assert_eq!(headers.iter().collect::<Vec<_>>(), [("range", "bytes=0-1")]);
        assert!(headers.are_harmless() && !headers.has_secrets());
    }
}
