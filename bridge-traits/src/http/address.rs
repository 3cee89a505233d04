//! Web addresses, read strictly.
//!
//! What decides whether a credential may travel must not read an address differently from what
//! connects to it. So everything on which parsers are known to differ is refused or written out
//! before it is passed on.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

use crate::{BridgeError, ErrorKind, Result};

/// Scheme, host and port: what credentials are bound to (RFC 6454).
///
/// # Examples
///
/// ```
/// use bridge_traits::Origin;
///
/// # fn main() -> bridge_traits::Result<()> {
/// assert_eq!(Origin::of("https://Music.test/a?b")?, Origin::of("https://music.test:443")?);
/// assert_ne!(Origin::of("https://music.test")?, Origin::of("http://music.test")?);
/// assert!(Origin::of("https://user:password@music.test").is_err());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Origin {
    pub(super) is_secure: bool,
    host: String,
    port: u16,
}

/// An absolute address without user information and fragment.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Address {
    origin: Origin,
    /// Path and query, beginning with a slash.
    target: String,
}

/// Why something is no address that can be asked.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum AddressError {
    /// Neither `http` nor `https`.
    NotWeb,
    /// A name or a password in the address.
    UserInformation,
    /// Anything else.
    Malformed,
}

impl Address {
    /// Reads an absolute address.
    pub(crate) fn parse(url: &str) -> Result<Self, AddressError> {
        let url = clean(url)?;
        match split_scheme(url) {
            Some((scheme, rest)) => Self::with_scheme(scheme, rest),
            None => Err(AddressError::Malformed),
        }
    }

    /// Reads `reference` as seen from this address (RFC 3986 § 5.2).
    pub(crate) fn join(&self, reference: &str) -> Result<Self, AddressError> {
        let reference = clean(reference)?;
        if let Some((scheme, rest)) = split_scheme(reference) {
            return Self::with_scheme(scheme, rest);
        }
        if let Some(rest) = reference.strip_prefix("//") {
            return Self::with_authority(self.origin.is_secure, rest);
        }
        let (path, _) = self.target.split_once('?').unwrap_or((&self.target, ""));
        let target = match reference.chars().next() {
            None => self.target.clone(),
            Some('/') => without_dots(&escaped(reference)),
            Some('?') => format!("{path}{}", escaped(reference)),
            Some(_) => {
                let folder = &path[..=path.rfind('/').unwrap_or(0)];
                without_dots(&format!("{folder}{}", escaped(reference)))
            }
        };
        Ok(Self { origin: self.origin.clone(), target })
    }

    pub(crate) fn origin(&self) -> &Origin {
        &self.origin
    }

    fn with_scheme(scheme: &str, rest: &str) -> Result<Self, AddressError> {
        let is_secure = match scheme.to_ascii_lowercase().as_str() {
            "https" => true,
            "http" => false,
            _ => return Err(AddressError::NotWeb),
        };
        Self::with_authority(is_secure, rest.strip_prefix("//").ok_or(AddressError::Malformed)?)
    }

    fn with_authority(is_secure: bool, rest: &str) -> Result<Self, AddressError> {
        let (authority, target) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
        if authority.contains('@') {
            return Err(AddressError::UserInformation);
        }
        let (host, port) = split_port(authority).ok_or(AddressError::Malformed)?;
        let port = match port {
            "" if is_secure => 443,
            "" => 80,
            digits if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
                digits.parse().map_err(|_| AddressError::Malformed)?
            }
            _ => return Err(AddressError::Malformed),
        };
        let host = checked_host(host).ok_or(AddressError::Malformed)?;
        let slash = if target.starts_with('/') { "" } else { "/" };
        let target = format!("{slash}{}", escaped(target));
        Ok(Self { origin: Origin { is_secure, host, port }, target })
    }
}

/// What is left of an address without the white space around it and its fragment.
fn clean(url: &str) -> Result<&str, AddressError> {
    let url = url.trim_matches([' ', '\t']);
    // Some parsers drop tabs and line breaks wherever they stand.
    if url.chars().any(char::is_control) {
        return Err(AddressError::Malformed);
    }
    Ok(url.split('#').next().unwrap_or_default())
}

/// The scheme, if there is one: a relative path may hold a colon too, but not in its first segment.
fn split_scheme(url: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = url.split_once(':')?;
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
    is_scheme.then_some((scheme, rest))
}

/// The host and the port's digits, which may be missing.
fn split_port(authority: &str) -> Option<(&str, &str)> {
    if authority.starts_with('[') {
        let end = authority.find(']')? + 1;
        let rest = &authority[end..];
        let port = if rest.is_empty() { "" } else { rest.strip_prefix(':')? };
        return Some((&authority[..end], port));
    }
    Some(authority.split_once(':').unwrap_or((authority, "")))
}

/// The host as it is compared. Names outside ASCII have to be written in their ASCII form
/// (RFC 5891), because deciding which one is meant needs tables.
fn checked_host(host: &str) -> Option<String> {
    if let Some(address) = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        let address: Ipv6Addr = address.parse().ok()?;
        return Some(format!("[{address}]"));
    }
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
    (!host.is_empty() && host.chars().all(is_plain)).then(|| host.to_ascii_lowercase())
}

/// Path and query with everything percent-encoded that may not stand there as it is (RFC 3986
/// § 2). A percent sign is left alone: what is encoded already stays so.
fn escaped(target: &str) -> String {
    let mut text = String::with_capacity(target.len());
    for byte in target.bytes() {
        match byte {
            b'!' | b'#'..=b';' | b'=' | b'?'..=b'[' | b']' | b'_' | b'a'..=b'z' | b'~' => {
                text.push(char::from(byte));
            }
            _ => text.push_str(&format!("%{byte:02X}")),
        }
    }
    text
}

/// A path without `.` and `..` (RFC 3986 § 5.2.4), its query untouched.
fn without_dots(target: &str) -> String {
    let (path, query) = target.split_at(target.find('?').unwrap_or(target.len()));
    let mut kept: Vec<&str> = Vec::new();
    let mut segments = path.split('/').skip(1).peekable();
    while let Some(segment) = segments.next() {
        let is_last = segments.peek().is_none();
        match segment {
            "." | ".." => {
                if segment == ".." {
                    kept.pop();
                }
                if is_last {
                    kept.push("");
                }
            }
            other => kept.push(other),
        }
    }
    format!("/{}{query}", kept.join("/"))
}

impl Origin {
    /// The origin of an absolute address.
    ///
    /// # Errors
    ///
    /// Fails with `InvalidRequest` for what is no `http` or `https` address, and for one with a
    /// name or a password in it.
    pub fn of(url: &str) -> Result<Self> {
        let address = Address::parse(url).map_err(|error| {
            let why = match error {
                AddressError::NotWeb => "only http and https addresses can be asked",
                AddressError::UserInformation => "credentials belong into a header",
                AddressError::Malformed => "an absolute address is needed",
            };
            BridgeError::new(ErrorKind::InvalidRequest, "http.origin").with_detail(why)
        })?;
        Ok(address.origin)
    }

    /// Whether what is sent there is encrypted on its way.
    pub fn is_secure(&self) -> bool {
        self.is_secure
    }

    /// Whether it is this computer itself, by number or as `localhost`.
    pub fn is_loopback(&self) -> bool {
        self.host == "localhost" || self.host == "[::1]" || {
            let address: Result<Ipv4Addr, _> = self.host.parse();
            address.is_ok_and(|address| address.is_loopback())
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (scheme, usual) = if self.is_secure { ("https", 443) } else { ("http", 80) };
        write!(f, "{scheme}://{}", self.host)?;
        if self.port == usual { Ok(()) } else { write!(f, ":{}", self.port) }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.origin, self.target)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn joined(base: &str, reference: &str) -> String {
        Address::parse(base).unwrap().join(reference).unwrap().to_string()
    }

    #[test]
    fn references_are_resolved_as_the_standard_shows() {
        // The examples of RFC 3986 § 5.4 that have a meaning here.
        for (reference, expected) in [
            ("g", "http://a/b/c/g"),
            ("./g", "http://a/b/c/g"),
            ("g/", "http://a/b/c/g/"),
            ("/g", "http://a/g"),
            ("//g", "http://g/"),
            ("?y", "http://a/b/c/d;p?y"),
            ("g?y", "http://a/b/c/g?y"),
            ("g#s", "http://a/b/c/g"),
            ("", "http://a/b/c/d;p?q"),
            (".", "http://a/b/c/"),
            ("..", "http://a/b/"),
            ("../g", "http://a/b/g"),
            ("../..", "http://a/"),
            ("../../../g", "http://a/g"),
            ("/./g", "http://a/g"),
            ("g;x=1/../y", "http://a/b/c/y"),
            ("g?y/./x", "http://a/b/c/g?y/./x"),
            ("HTTPS://B:443/%7e", "https://b/%7e"),
            ("/a b/é\\c", "http://a/a%20b/%C3%A9%5Cc"),
        ] {
            assert_eq!(joined("http://a/b/c/d;p?q", reference), expected, "{reference:?}");
        }
    }

    #[test]
    fn origins_are_compared_as_they_are_connected_to() {
        let same = |one: &str, other: &str| {
            Address::parse(one).unwrap().origin() == Address::parse(other).unwrap().origin()
        };
        assert!(same("http://A.test/x", "http://a.test:80?y"));
        assert!(same("https://[0:0::1]/", "https://[::1]:443/"));
        for other in ["https://a.test/", "http://a.test:81/", "http://b.a.test/", "http://a.test./"]
        {
            assert!(!same("http://a.test/", other), "{other}");
        }
    }

    #[test]
    fn what_parsers_disagree_about_is_refused() {
        use AddressError::{Malformed, NotWeb, UserInformation};
        for (url, expected) in [
            ("http://good.test\\@evil.test/", UserInformation),
            ("http://user:secret@a.test/", UserInformation),
            ("http://good.test\\.evil.test/", Malformed),
            ("http:a.test/", Malformed),
            ("http:///a.test/", Malformed),
            ("http://a%2etest/", Malformed),
            ("http://ä.test/", Malformed),
            ("http://a.test:99999/", Malformed),
            ("http://a.test:+80/", Malformed),
            ("http://a.te\tst/", Malformed),
            ("http://a.test/\r\nx: y", Malformed),
            ("http://[::1/", Malformed),
            ("http://[fe80::1%25eth0]/", Malformed),
            ("http://", Malformed),
            ("/relative", Malformed),
            ("file:///etc/passwd", NotWeb),
            ("data:text/plain,x", NotWeb),
            ("blob:http://a.test/x", NotWeb),
            ("javascript:alert(1)", NotWeb),
        ] {
            assert_eq!(Address::parse(url), Err(expected), "{url:?}");
        }
    }
}
