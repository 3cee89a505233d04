//! SQL identifiers for what a schema names.
//!
//! The schema only admits plain lower-case names, so quoting is all they need. Names of our own
//! begin with `_` or contain `$`, which no schema name can.

/// The table that counts commits.
pub(super) const COMMITS: &str = "\"_mpc_commit\"";

/// The table of the last commits and what they changed.
pub(super) const NEWS: &str = "\"_mpc_news\"";

/// The table that remembers which migrations were applied.
pub(super) const SCHEMA: &str = "\"_mpc_schema\"";

/// The commit that wrote a row.
pub(super) const VERSION: &str = "\"_version\"";

/// The row number that the token tables refer to.
pub(super) const ROW: &str = "\"_row\"";

/// The table of a collection.
pub(super) fn table(collection: &str) -> String {
    // SQLite keeps names that begin with `sqlite_` for itself.
    let reserved = if collection.starts_with("sqlite_") { "_" } else { "" };
    format!("\"{reserved}{collection}\"")
}

/// The column of a field.
pub(super) fn column(field: &str) -> String {
    format!("\"{field}\"")
}

/// An index of a collection.
pub(super) fn index(collection: &str, index: &str) -> String {
    format!("\"{collection}${index}\"")
}

/// The full-text table behind a token field.
pub(super) fn tokens(collection: &str, field: &str) -> String {
    format!("\"_mpc_tokens${collection}${field}\"")
}

/// A trigger that keeps a full-text table in step.
pub(super) fn trigger(collection: &str, field: &str, event: &str) -> String {
    format!("\"_mpc_tokens${collection}${field}${event}\"")
}
