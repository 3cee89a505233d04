//! Conditions that several lists share.

use std::ops::Bound;

use bridge_traits::{Filter, TokenMatch, Value};

use crate::schema::SEARCH;
use crate::search::Wanted;

/// The token field holds this token.
pub(crate) fn has_token(field: &str, token: &str) -> Filter {
    let token = TokenMatch { text: token.to_owned(), prefix: false };
    Filter::HasTokens { field: field.to_owned(), tokens: vec![token] }
}

/// The token field holds one of these tokens.
pub(crate) fn has_one_of<'a>(field: &str, tokens: impl IntoIterator<Item = &'a String>) -> Filter {
    let mut filters: Vec<_> = tokens.into_iter().map(|token| has_token(field, token)).collect();
    match (filters.len(), filters.pop()) {
        (1, Some(only)) => only,
        (_, last) => Filter::Any(filters.into_iter().chain(last).collect()),
    }
}

/// The field lies between these, which belong to the range; any value will do without them.
pub(super) fn between<T: Into<Value>>(field: &str, from: Option<T>, to: Option<T>) -> Filter {
    if from.is_none() && to.is_none() {
        return Filter::Everything;
    }
    let bound = |end: Option<T>| end.map_or(Bound::Unbounded, |end| Bound::Included(end.into()));
    Filter::range(field, bound(from), bound(to))
}

/// The path is in this folder or below it.
pub(crate) fn at_or_below(field: &str, folder: &str) -> Filter {
    if folder.is_empty() {
        return Filter::Everything;
    }
    Filter::starts_with(field, format!("{}/", folder.trim_end_matches('/')))
}

/// What a search for `text` would find. A text without words finds nothing.
pub(super) fn matches_text(text: &str) -> Filter {
    let wanted = Wanted::new(text);
    if wanted.terms.is_empty() { Filter::Any(Vec::new()) } else { wanted.filter(SEARCH) }
}
