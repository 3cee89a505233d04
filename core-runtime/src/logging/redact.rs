//! Keeping secrets and personal data out of log lines.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex_lite::Regex;

/// What is blacked out, and what stands in its place.
static RULES: LazyLock<Vec<(Regex, &'static str)>> = LazyLock::new(|| {
    let rules = [
        // RFC 6750 § 2.1: credentials in an Authorization header.
        (r"(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{4,}", "$1 ‹secret›"),
        // Named secrets in URLs, JSON and `key=value` text.
        (
            r#"(?i)\b((?:access|refresh|id)_token|client_secret|code_verifier|code|password|api_?key|secret|sig)("?\s*[=:]\s*"?)[^\s"&,;}\])]+"#,
            "$1$2‹secret›",
        ),
        // JSON Web Tokens, wherever they stand.
        (r"\beyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*", "‹secret›"),
        (r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+", "‹e-mail›"),
        // The user's name in the path of the home folder.
        (r#"(/home/|/Users/|[A-Za-z]:\\Users\\)[^/\\\s"]+"#, "$1‹user›"),
    ];
    rules
        .into_iter()
        .map(|(rule, stand_in)| (Regex::new(rule).expect("the rules are constant"), stand_in))
        .collect()
});

/// Blacks out tokens, e-mail addresses and the names of home folders.
///
/// # Examples
///
/// ```
/// let line = core_runtime::redact("GET /?access_token=abc for eve@example.org");
/// assert_eq!(line, "GET /?access_token=‹secret› for ‹e-mail›");
/// ```
pub fn redact(text: &str) -> Cow<'_, str> {
    RULES.iter().fold(Cow::Borrowed(text), |text, (rule, stand_in)| {
        match rule.replace_all(&text, *stand_in) {
            Cow::Borrowed(_) => text,
            Cow::Owned(changed) => Cow::Owned(changed),
        }
    })
}
